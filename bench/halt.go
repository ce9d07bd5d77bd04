package main

import (
	"fmt"
	"io"
	"time"
)

const (
	haltName  = "halt"           // what -only selects it by
	haltAfter = 66 * time.Second // an agent gives memory back a minute after its start: nothing that a halt needs is mapped then
)

// halts measures the first halt of an agent, by a rule, from a gauge's answer to the first byte at the laser.
func (b *bench) halts(o *options, out io.Writer) error {
	programs := []program{byUnit("agent", o.agent)}
	if o.against != "" {
		programs = append(programs, byUnit("other agent", o.against))
	}
	shown := make([][]figures, len(programs))
	for range o.rounds {
		for i, p := range programs {
			took, err := b.firstHalt(p)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			shown[i] = append(shown[i], figures{halt: took})
		}
	}
	fmt.Fprintln(out)
	for i, p := range programs {
		took := spreadOf(shown[i], func(f *figures) time.Duration { return f.halt })
		row(out, p.name+": a reading to the first halt of all", ms(took.median)+" ("+ms(took.min)+" - "+ms(took.max)+") ms", "")
	}
	return b.busyHalts(o, out)
}

func (b *bench) firstHalt(p program) (took time.Duration, err error) {
	s := scene{framing: "ascii", instruments: 10, every: time.Second, scrape: true}
	_, end, err := b.armed(p, s)
	if err != nil {
		return 0, err
	}
	defer end()
	time.Sleep(haltAfter)
	b.laser.halted.Store(0) // it is made idle at the start
	g := b.gauges[0]
	g.high.Store(true)
	defer g.high.Store(false)
	if err := until(10*time.Second, func() bool { return b.laser.halted.Load() != 0 }); err != nil {
		return 0, fmt.Errorf("no halt: %w", err)
	}
	return time.Duration(b.laser.halted.Load() - g.raised.Load()), nil
}
