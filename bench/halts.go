package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// haltRounds is how often each agent is tripped: the 99th percentile is the second worst of them.
const haltRounds = 150

// haltToken is that of who clears the rule.
const haltToken = "the-bench-clears-its-rule"

// busyHalts measures halts by a rule, one after the other, from a gauge's answer to the first byte at the laser: of an agent that has next to nothing to
// do, and of one that reads 200 instruments at 10 Hz.
func (b *bench) busyHalts(o *options, out io.Writer) error {
	programs := []program{byUnit("agent", o.agent)}
	if o.against != "" {
		programs = append(programs, byUnit("other agent", o.against))
	}
	for _, s := range []scene{
		{name: "1 instrument x 10 Hz", framing: "ascii", instruments: 1, every: 100 * time.Millisecond},
		{name: "200 instruments x 10 Hz", framing: "ascii", instruments: 200, every: 100 * time.Millisecond, scrape: true},
	} {
		for _, p := range programs {
			took, err := b.manyHalts(p, s)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			slices.Sort(took)
			n := len(took)
			row(out, fmt.Sprintf("%s: a reading to a halt, %s, p50, p99", p.name, s.name), fmt.Sprintf("%s, %s ms (%s - %s)", ms(took[n/2]), ms(took[n*99/100]), ms(took[0]), ms(took[n-1])),
				map[int]string{1: "p99 <= 1 ms", 200: "p99 <= 5 ms"}[s.instruments])
		}
	}
	return nil
}

func (b *bench) manyHalts(p program, s scene) (took []time.Duration, err error) {
	listen, end, err := b.armed(p, s)
	if err != nil {
		return nil, err
	}
	defer end()
	time.Sleep(5 * time.Second) // past the start
	g := b.gauges[0]
	for range haltRounds {
		b.laser.halted.Store(0)
		g.raised.Store(0)
		g.high.Store(true)
		err := until(10*time.Second, func() bool { return b.laser.halted.Load() != 0 })
		g.high.Store(false)
		if err != nil {
			return nil, fmt.Errorf("no halt: %w", err)
		}
		took = append(took, time.Duration(b.laser.halted.Load()-g.raised.Load()))
		if err := until(10*time.Second, func() bool { return cleared(listen) }); err != nil { // once it was read as good again
			return nil, fmt.Errorf("the rule is not cleared: %w", err)
		}
		time.Sleep(time.Duration(100+37*len(took)%100) * time.Millisecond) // what the trip wrote is written, and the next one comes at another part of the period
	}
	return took, nil
}

// cleared reports whether the rule could be cleared.
func cleared(listen string) bool {
	r, err := http.NewRequest("POST", "http://"+listen+"/rules/pressure/clear", http.NoBody)
	if err != nil {
		return false
	}
	r.Header.Set("X-Pychron-Edge-Token", haltToken)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// armed starts an agent with a laser and a rule that halts it when the first gauge reads an atmosphere.
func (b *bench) armed(p program, s scene) (listen string, end func(), err error) {
	var ends []func()
	end = func() {
		for _, f := range slices.Backward(ends) {
			f()
		}
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	unplug, err := b.plugIn(s)
	if err != nil {
		return "", nil, err
	}
	ends = append(ends, unplug)
	if b.laser, err = newLaser(); err != nil {
		return "", nil, err
	}
	ends = append(ends, func() {
		b.laser.listener.Close()
		b.laser = nil
	})
	if err := os.RemoveAll(filepath.Join(b.dir, "state")); err != nil { // the rule tripped there, and has stayed so
		return "", nil, err
	}
	cmd, listen, _, err := b.begin(p, s)
	if err != nil {
		return "", nil, err
	}
	ends = append(ends, func() { stop(cmd) })
	stopReaders, err := readers(listen, s)
	if err != nil {
		return "", nil, err
	}
	ends = append(ends, stopReaders)
	return listen, end, nil
}
