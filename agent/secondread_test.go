package main

import (
	"context"
	"testing"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

// countedReads counts how often an instrument is asked.
type countedReads struct {
	*fake
	reads int
}

func (c *countedReads) Read(ctx context.Context) ([]drivers.Reading, error) {
	c.reads++
	return c.fake.Read(ctx)
}

// A poll asks once more where an answer was lost, but not of an instrument that is failing: its line belongs to the others.
func TestPollAsksTwiceOnlyOfWhatAnswered(t *testing.T) {
	g := &countedReads{fake: &fake{}}
	plan := gaugePlan("ion1", g.fake)
	plan.Model.Open = func(drivers.Wires, any) (drivers.Device, error) { return g, nil }
	i := quietAgent([]*config.DevicePlan{plan}).made(plan)
	for _, c := range []struct {
		when string
		err  error
		want int
	}{
		{"never heard, no answer", drivers.ErrTimeout, 1},
		{"still no answer", drivers.ErrTimeout, 1},
		{"it answers", nil, 1},
		{"an answer was lost", drivers.ErrTimeout, 2},
		{"failing, no answer", drivers.ErrTimeout, 1},
		{"failing, garbled", drivers.ErrGarbled, 1},
		{"it answers again", nil, 1},
		{"an answer was garbled", drivers.ErrGarbled, 2},
		{"back again", nil, 1},
		{"its line is gone", drivers.ErrPortLost, 1},
	} {
		g.reads, g.readErr = 0, c.err
		i.Poll(t.Context())
		if g.reads != c.want {
			t.Errorf("%s: a poll asked %d times, want %d", c.when, g.reads, c.want)
		}
	}
}
