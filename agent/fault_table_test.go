package main

import (
	"math"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
)

// never is a laser that must stay on.
const never = time.Duration(0)

// faultTable is what goes wrong while the laser is on: by when it is off, and what says so. In a bubble time is fake and the
// instruments are in memory; in an agent it runs whole on such instruments; in a process it is the real program with a
// board on TCP, and what says so is what it or agent halt printed. SIGSTOP under the unit's own watchdog is in e2e.
var faultTable = []faultRow{
	{"none, and its client is silent for 15 minutes", inBubble(nil), never, ""},
	{"bad reading", inBubble(func(b *bubble) { b.gauge.gauge.Value = 1 }), 965 * time.Millisecond, `why="rule pressure: ion1.ig = `},
	{"reading over range", inBubble(func(b *bubble) { b.gauge.gauge.Bound = drivers.AtLeast }), 965 * time.Millisecond, `why="rule pressure`},
	{"reading under range", inBubble(func(b *bubble) { b.gauge.gauge.Bound = drivers.AtMost }), never, ""},
	{"reading that is no number", inBubble(func(b *bubble) { b.gauge.gauge.Value = math.NaN() }), 7 * time.Second, "not a number"},
	{"sensor off", inBubble(func(b *bubble) { b.gauge.gauge.Missing = "sensor off" }), 7 * time.Second, "sensor off"},
	{"stale reading", inBubble(func(b *bubble) { b.gauge.readErr = drivers.ErrTimeout }), 7 * time.Second, "no value for 5"},
	{"one lost reply", inBubble(func(b *bubble) {
		b.gauge.readErr = drivers.ErrTimeout
		b.after(1500*time.Millisecond, func() { b.gauge.readErr = nil })
	}), never, ""},
	{"clock jumps by a year", inBubble(func(*bubble) { wallShift.Store(int64(365 * 24 * time.Hour)) }), never, ""},
	{"clock jumps by a year, then a bad reading", inBubble(func(b *bubble) {
		wallShift.Store(int64(365 * 24 * time.Hour))
		b.gauge.gauge.Value = 1
	}), 965 * time.Millisecond, `why="rule pressure`},
	{"clock jumps back by a year, then a stale reading", inBubble(func(b *bubble) {
		wallShift.Store(-int64(365 * 24 * time.Hour))
		b.gauge.readErr = drivers.ErrTimeout
	}), 7 * time.Second, "no value for 5"},
	{"laser is not heard", inBubble(func(b *bubble) { b.laser.readErr = drivers.ErrTimeout }), 7 * time.Second, "not heard for 5s"},
	{"line unplugged for 20 s", inBubble(func(b *bubble) {
		b.laser.readErr, b.laser.haltErr = drivers.ErrPortLost, drivers.ErrPortLost
		b.after(20*time.Second, func() { b.laser.readErr, b.laser.haltErr = nil, nil })
	}), 21500 * time.Millisecond, "not heard"},
	{"page that took a lease is gone", inBubbleDo(func(b *bubble) {
		b.agent.commander.Hold(b.t.Context(), buffer.HoldRequest{By: anybody, Device: "laser", For: 2 * time.Second})
	}), 2200 * time.Millisecond, "the hold of jr lapsed"},
	{"halt asked for", inBubbleDo(func(b *bubble) { b.agent.commander.Halt(b.t.Context(), anybody) }), 10 * time.Millisecond, "who=jr"},

	{"panic in a driver", inAgent(func(b *bubble) { b.gauge.with(func() { b.gauge.panics = true }) }), 2 * time.Second, "panic in ion1: a driver's bug"},
	{"panic in an HTTP call that commands", inAgent(func(b *bubble) { b.breakStatus(); b.order("enabled", `{"value":1}`) }), 2 * time.Second, "panic in a call"},
	{"panic in an HTTP call that reads", inAgent(func(b *bubble) { b.breakStatus(); http.Get("http://" + b.agent.services.address() + "/status") }), never, ""},
	{"panic in an HTTP call that reads, then a bad reading", inAgent(func(b *bubble) {
		b.breakStatus()
		http.Get("http://" + b.agent.services.address() + "/status")
		b.bad()
	}), 2 * time.Second, "rule pressure"},
	{"disk full", inAgent(func(b *bubble) { fillDisk(b.t, b.disk); b.chat() }), never, "journal: "},
	{"disk full, then a bad reading", inAgent(func(b *bubble) { fillDisk(b.t, b.disk); b.bad() }), 2 * time.Second, "rule pressure"},
	{"broker gone", inAgent(func(b *bubble) { b.broker.Close() }), never, "broker: "},
	{"broker gone, then a bad reading", inAgent(func(b *bubble) { b.broker.Close(); b.bad() }), 2 * time.Second, "rule pressure"},

	{"halt asked for on the command line", inProcess([]string{"halt"}, func(*site) {}), 3 * time.Second, "by the running agent:\nDEVICE  SENT  RESULT\nlaser   halt  confirmed idle"},
	{"SIGTERM", inProcess(nil, func(s *site) { s.agent.Process.Signal(syscall.SIGTERM) }), 3 * time.Second, `why="asked to stop" result=success`},
	{"kill -9, and the unit's halt after it", inProcess([]string{"halt", "-on-exit"}, func(s *site) { s.agent.Process.Kill(); s.agent.Wait() }), 5 * time.Second, "laser   halt  confirmed idle"},
	{"SIGSTOP, and agent halt", inProcess([]string{"halt"}, func(s *site) { s.agent.Process.Signal(syscall.SIGSTOP) }), 8 * time.Second, "laser   halt  confirmed idle"},
	{"SIGSTOP, and a watchdog of 600 ms", inProcess([]string{"halt", "-on-exit"}, func(s *site) { s.agent.Process.Signal(syscall.SIGSTOP); s.starve() }), 5 * time.Second, "laser   halt  confirmed idle"},
	{"line wedged for 3 s", inSite(func(s *site) { s.edit("stale_after: 5s", "stale_after: 1s") }, nil, func(s *site) { s.mute(true); time.Sleep(3 * time.Second); s.mute(false) }), 6 * time.Second, `why="on and not heard for 1s" result=success`},
	{"line wedged, then kill -9 and the unit's halt, then a new start", inProcess(nil, func(s *site) {
		s.mute(true)
		s.agent.Process.Kill()
		s.agent.Wait()
		if code, said := s.halt("-on-exit"); code != exitUnsafe {
			s.t.Errorf("agent halt exited with %d, want %d: %s", code, exitUnsafe, said)
		}
		s.mute(false)
		s.start()
	}), 9 * time.Second, `why="a halt before the start could not reach it" result=success`},
}

type faultRow struct {
	fault string
	run   func(t *testing.T) ending
	off   time.Duration
	says  string // a halt event's note, or what was printed
}

// ending is how a fault ended.
type ending struct {
	on   bool          // the laser is
	took time.Duration // until it was off, or was given up on
	real bool          // by a real clock, which goes on while other tests have the processors
	said string
}

// limit is until when the laser must be off. What is timed by a real clock has two and a half times as long: it tells a bound that is
// missed from one that is kept, and no busy machine from an idle one.
func (r *faultRow) limit(real bool) time.Duration {
	if real {
		return r.off * 5 / 2
	}
	return r.off
}

func TestFaultWhileTheLaserIsOn(t *testing.T) {
	for _, c := range append(faultTable, startFaults...) {
		t.Run(c.fault, func(t *testing.T) {
			e := c.run(t)
			if e.on != (c.off == never) || c.off != never && e.took > c.limit(e.real) {
				t.Fatalf("the laser is on = %t after %v; want off by %v (0s: never)\n%s", e.on, e.took, c.limit(e.real), e.said)
			}
			if !strings.Contains(e.said, c.says) {
				t.Errorf("nothing says %q:\n%s", c.says, e.said)
			}
			if c.off != never {
				t.Logf("off after %v", e.took.Round(time.Millisecond))
			}
		})
	}
}
