package device

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// identify makes sure, after the line was opened, that the numbers to come can be believed: the driver forgets what it knew,
// a laser that may be on is halted, and the device says what it is and which unit it is set to.
func (i *Device) identify(ctx context.Context) error {
	if err := i.ready(); err != nil {
		return err
	}
	opens, _ := i.lineOpens()
	if i.known && opens == i.opens {
		return nil
	}
	if f, ok := i.driver.(drivers.Forgetter); ok {
		f.Forget()
	}
	if opens != i.opens {
		if err := i.bringToIdle(ctx); err != nil {
			return err
		}
	}
	if d, ok := i.driver.(drivers.Identifier); ok {
		begun := time.Now()
		id, err := d.Identify(ctx)
		i.suspect(err)
		i.env.IO(i.Name, "identify").Done(err, time.Since(begun), i.env.Clock.Now())
		if err != nil {
			return fmt.Errorf("identify %s: %w", i.Name, err)
		}
		i.compare(id)
	}
	i.opens, i.known = opens, true
	return nil
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
	s := i.Line.State()
	return s.Opens, s.Open
}

// bringToIdle brings an actuator to idle where the configuration asks for it: at the start, or when its line returns. A laser
// that was on when its line was lost is always brought to idle. Nothing is ever switched on.
func (i *Device) bringToIdle(ctx context.Context) error {
	a := i.actuator()
	if a == nil {
		return nil
	}
	first := i.opens == 0
	why := ""
	switch {
	case first && i.Plan().OnStart == "idle":
		why = "on_start idle"
	case !first && i.Plan().OnReturn == "idle":
		why = "on_return idle"
	case !first && i.LaserOnSince() > 0:
		why = "its line was lost while it was on"
	default:
		return nil
	}
	begun := time.Now()
	err := a.Halt(drivers.WithPriority(ctx, drivers.Halt))
	i.halts.Done(err, time.Since(begun), i.env.Clock.Now())
	if err == nil {
		i.laserOff()
	}
	i.reportHalt(buffer.AgentItself("line"), why, err, time.Since(begun))
	return err
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
