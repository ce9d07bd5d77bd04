package device

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// takeCharge is the first thing that is done with an actuator at the start, or when its line returns: it is brought to idle where
// the configuration asks for it. A laser that is not known to be off is halted at every start, before anything else is sent to it;
// when its line returns, it goes on where rideThrough says so and is halted elsewhere. Nothing is ever switched on. The caller has
// the session.
func (i *Device) takeCharge(ctx context.Context, opens uint64) error {
	a := i.actuator()
	if a == nil || i.env.ReadOnly {
		return nil
	}
	why := i.whyIdle(ctx, opens)
	if why == "" {
		return nil
	}
	i.BeginHalt()
	begun := time.Now()
	err := a.Halt(drivers.WithPriority(ctx, drivers.Halt))
	i.env.IO(i.Name, "halt").Done(err, time.Since(begun), i.env.Clock.Now())
	if err == nil {
		i.laserOff()
		i.noteIdle()
	}
	by := buffer.AgentItself("line")
	if i.endHalt(by, why, err) {
		i.reportHalt(by, why, err, time.Since(begun))
	}
	return err
}

// whyIdle is why an actuator is brought to idle now that its line was opened, "" if it is not.
func (i *Device) whyIdle(ctx context.Context, opens uint64) string {
	plan := i.Plan()
	first := i.opens == 0
	switch {
	case i.unsentWhy() != "":
		return i.unsentWhy()
	case first && plan.OnStart == "idle":
		return "on_start idle"
	case first && i.Model.Laser:
		return "at the start it is not known to be off"
	case !first && plan.OnReturn == "idle":
		return "on_return idle"
	case !first && i.Model.Laser:
		return i.rideThrough(ctx, opens)
	}
	return ""
}

// unsentWhy is why a halt that could not be sent yet was asked for, "" if there is none.
func (i *Device) unsentWhy() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.unsent == nil {
		return ""
	}
	return i.unsent.why
}

// askBound is how long a laser whose line has returned may take to say how it is.
const askBound = 250 * time.Millisecond

// rideThrough says why a laser whose line has returned is halted, "" if it goes on: the line was away for ride_through at most, it
// is the same adapter, and the laser says that it is as it was told. That is for a glitch of an adapter, which does not end a good
// heating. A laser that cannot be asked goes on only where the configuration says so.
func (i *Device) rideThrough(ctx context.Context, opens uint64) string {
	s, limit := i.lineState(), i.Plan().RideThrough
	away := s.Away.Round(time.Millisecond)
	switch {
	case limit == 0:
		return "its line was lost, and whether it is off is not known"
	case opens != i.opens+1 || s.Away > limit:
		return fmt.Sprintf("its line was away for %v, more than its ride_through of %v", away, limit)
	case s.Adapter != i.adapter:
		return fmt.Sprintf("its line returned on another adapter, %q instead of %q", s.Adapter, i.adapter)
	}
	if i.Model.Asked {
		if why := i.differs(ctx); why != "" {
			return why
		}
	}
	if i.LaserOnSince() > 0 {
		i.reportRideThrough(away)
	}
	return ""
}

// differs reads a laser and says in what it is not as it was told, "" if it is.
func (i *Device) differs(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(drivers.WithPriority(ctx, drivers.Command), askBound)
	defer cancel()
	readings, err := i.ask(ctx)
	if err != nil {
		return fmt.Sprintf("its line was lost, and it does not say how it is: %v", errors.Join(err, ctx.Err()))
	}
	shown := map[string]float64{}
	for _, r := range readings {
		if r.Channel == "" && r.Missing == "" && r.Bound == drivers.Exact && !math.IsNaN(r.Value) {
			shown[r.Name] = r.Value
		}
	}
	for _, c := range i.Plan().Moves {
		want, known := i.commanded[c.Name]
		got, is := shown[c.Name]
		switch {
		case c.Pulse:
		case !known:
			return fmt.Sprintf("its line was lost, and what %s was told is not known", c.Name)
		case !is:
			return fmt.Sprintf("its line was lost, and it does not say what %s is", c.Name)
		case !agrees(c.Control, want, got):
			return fmt.Sprintf("its line was lost, and %s is %v instead of %v", c.Name, got, want)
		}
	}
	return ""
}

// reportRideThrough records that a laser that was on went on when its line returned.
func (i *Device) reportRideThrough(away time.Duration) {
	i.env.Log.Warn("a laser goes on: its line was away and returned", "device", i.Name, "away", away)
	n := &buffer.Note{}
	n.Add("why", "its line returned and it is as it was told")
	n.Add("away", away.String())
	i.env.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_ride_throughs_total", Value: 1, Device: i.Name,
		Labels: LabelsOf(i.Name, ""), Status: "the laser goes on", Note: n.String(),
	})
}
