package main

import (
	"fmt"
	"io"
	"time"
)

// scene is what programs are compared at.
type scene struct {
	name        string
	framing     string // ascii, mks, modbus
	instruments int
	every       time.Duration
	streams     int // readers of the agent's stream of events
	scrape      bool
	programs    []program
}

// scenes are those of the options. The programs of a scene take turns.
func scenes(o *options) []scene {
	agent := byUnit("agent", o.agent)
	alone := agent
	alone.name, alone.slack = "agent, no slack", 0
	old := byUnit("other agent", o.against)
	all := []scene{
		{name: "ascii, 10 x 10 Hz", framing: "ascii", instruments: 10, every: 100 * time.Millisecond, programs: []program{agent, alone, naive}},
		{name: "MKS, unit watched, 10 x 10 Hz", framing: "mks", instruments: 10, every: 100 * time.Millisecond, programs: []program{agent, naive}},
		{name: "Modbus RTU, 10 x 10 Hz", framing: "modbus", instruments: 10, every: 100 * time.Millisecond, programs: []program{agent, collectd, telegraf}},
		{name: "ascii, 1 x 10 Hz", framing: "ascii", instruments: 1, every: 100 * time.Millisecond, programs: []program{agent, naive}},
		{name: "ascii, 10 x 1 Hz", framing: "ascii", instruments: 10, every: time.Second, programs: []program{agent, naive}},
		{name: "ascii, 10 x 50 Hz", framing: "ascii", instruments: 10, every: 20 * time.Millisecond, programs: []program{agent, naive}},
		{name: "ascii, 50 x 10 Hz", framing: "ascii", instruments: 50, every: 100 * time.Millisecond, programs: []program{agent, naive}},
		{name: "ascii, 200 x 10 Hz", framing: "ascii", instruments: 200, every: 100 * time.Millisecond, programs: []program{agent, naive}},
		{name: "ascii, 10 x 10 Hz, a scrape a second", framing: "ascii", instruments: 10, every: 100 * time.Millisecond, scrape: true, programs: []program{agent, naive}},
		{name: "ascii, 10 x 10 Hz, 8 streams", framing: "ascii", instruments: 10, every: 100 * time.Millisecond, streams: 8, programs: []program{agent}},
		{name: "ascii, 10 x 10 Hz, 32 streams", framing: "ascii", instruments: 10, every: 100 * time.Millisecond, streams: 32, programs: []program{agent}},
	}
	var some []scene
	for _, s := range all {
		if o.against != "" && s.programs[0].agent {
			s.programs = []program{agent, old}
		}
		if o.picks(s.name) && (o.against == "" || s.streams == 0) {
			some = append(some, s)
		}
	}
	return some
}

// compare lets the programs of a scene run in turns and prints what they showed.
func (b *bench) compare(o *options, s scene, out io.Writer) error {
	end, err := b.plugIn(s)
	if err != nil {
		return err
	}
	defer end()
	shown := make([][]figures, len(s.programs))
	for range o.rounds {
		for n, p := range s.programs {
			f, err := b.watch(o.watch, p, s)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			shown[n] = append(shown[n], f)
		}
	}
	report(out, s, shown)
	return nil
}

// plugIn plugs the instruments of a scene in and subscribes to what is published of them; end undoes both.
func (b *bench) plugIn(s scene) (end func(), err error) {
	if b.gauges, err = instruments(b.dir, s.framing, s.instruments); err != nil {
		return nil, err
	}
	if b.sub, err = subscribe(b.broker, b.gauges); err != nil {
		b.unplug()
		return nil, err
	}
	return func() {
		b.sub.client.Disconnect(100)
		b.unplug()
	}, nil
}
