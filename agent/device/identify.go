package device

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// identify makes sure, after the line was opened, that the numbers to come can be believed: the driver forgets what it knew,
// a laser that may be on is halted, and the device says what it is and which unit it is set to.
func (i *Device) identify(ctx context.Context) error {
	if known, err := i.arrive(ctx); known || err != nil {
		return err
	}
	return i.askIdentity(ctx)
}

// prepare is what comes before a reading: all of identify, but for a first reading that needs nothing of it.
func (i *Device) prepare(ctx context.Context, first bool) error {
	if !first {
		return i.identify(ctx)
	}
	_, err := i.arrive(ctx)
	return err
}

// arrive is what comes before anything else is asked of a device whose line was opened anew; known means that it was identified since.
func (i *Device) arrive(ctx context.Context) (known bool, err error) {
	if err := i.ready(); err != nil {
		return false, err
	}
	if err := i.firstOpen(ctx); err != nil {
		return false, err
	}
	opens, _ := i.lineOpens()
	if i.reidentify.Swap(false) {
		i.known = false
	}
	if i.known && opens == i.opens {
		return true, nil
	}
	if f, ok := i.driver.(drivers.Forgetter); ok {
		f.Forget()
	}
	if opens != i.opens {
		return false, i.takeCharge(ctx, opens)
	}
	return false, nil
}

// askIdentity asks a device that has arrived what it is.
func (i *Device) askIdentity(ctx context.Context) error {
	opens, _ := i.lineOpens()
	if d, ok := i.driver.(drivers.Identifier); ok {
		begun := time.Now()
		id, err := d.Identify(ctx)
		i.suspect(err)
		if err != nil || id != (drivers.Identity{}) { // a device that nothing is asked of has answered nothing
			i.env.IO(i.Name, "identify").Done(err, time.Since(begun), i.env.Clock.Now())
		}
		if err != nil {
			return fmt.Errorf("%s: %w", i.Name, err) // the driver says that it was identifying
		}
		i.compare(id)
	}
	i.opens, i.known, i.adapter = opens, true, i.lineState().Adapter
	return nil
}

// readsFirst says, once, that the first reading needs nothing that the device would say of itself: it is told before that is asked.
func (i *Device) readsFirst() bool {
	if i.opens != 0 || i.begun || i.ready() != nil {
		return false
	}
	i.begun = true
	d, ok := i.driver.(drivers.ReadsFirst)
	return ok && d.ReadsFirst()
}

// firstOpen waits until the line was opened for the first time, so that what comes first at a start does come first.
func (i *Device) firstOpen(ctx context.Context) error {
	if opens, _ := i.lineOpens(); opens > 0 {
		return nil
	}
	limit := time.NewTimer(openTimeout)
	defer limit.Stop()
	for {
		changed := i.changed()
		if opens, _ := i.lineOpens(); opens > 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-limit.C:
			return i.notOpen()
		}
	}
}

// notOpen is why the line is not open, in one line of text.
func (i *Device) notOpen() error {
	switch why := i.lineState().Err; {
	case why == nil:
		return fmt.Errorf("open %s: %w", i.Name, drivers.ErrPortLost)
	case errors.Is(why, drivers.ErrPortLost):
		return fmt.Errorf("open %s: %w", i.Name, why)
	default:
		return fmt.Errorf("open %s: %w: %w", i.Name, drivers.ErrPortLost, why)
	}
}

// suspect tells the line that its last reply made no sense, so that what comes late is not taken for the next.
func (i *Device) suspect(err error) {
	if i.Line != nil && errors.Is(err, drivers.ErrGarbled) {
		i.Line.SuspectReply()
	}
}

// lineOpens counts the openings of the line, and says whether it is open. Pins are opened once, with the device.
func (i *Device) lineOpens() (uint64, bool) {
	if i.Line == nil {
		return 1, true
	}
	return i.Line.Opens()
}

// lineState is how the line is now; of pins, which have none, the zero value.
func (i *Device) lineState() line.State {
	if i.Line == nil {
		return line.State{}
	}
	return i.Line.State()
}

// compare tells when a device is set to another unit than before its line was lost, or is another device.
func (i *Device) compare(id drivers.Identity) {
	report := func(what, old, new string) {
		n := &buffer.Note{}
		n.Add("old", old)
		n.Add("new", new)
		i.env.Log.Warn("the "+what+" of a device changed", "device", i.Name, "old", old, "new", new)
		i.env.Record(&buffer.Event{
			Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_" + what + "_changes_total", Value: 1,
			Device: i.Name, Labels: LabelsOf(i.Name, ""), Status: what + " changed", Note: n.String(),
		})
	}
	if i.unit != "" && id.Unit != "" && id.Unit != i.unit {
		report("unit", i.unit, id.Unit)
	}
	if i.serial != "" && id.Serial != "" && id.Serial != i.serial {
		report("identity", i.serial, id.Serial)
	}
	if id.Unit != "" {
		i.unit = id.Unit
	}
	if id.Serial != "" {
		i.serial = id.Serial
	}
}
