//go:build e2e

package e2e

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// chaosFault is something that happens to a lab. begin does it, and returns how it ends; nil = it has no end.
type chaosFault struct {
	name   string
	weight int
	min    time.Duration // how long it takes
	max    time.Duration
	fits   func(l *lab) bool // nil = every lab
	begin  func(l *lab, r *rand.Rand) (end func())
}

func withMosquitto(l *lab) bool { return !l.embedded }
func withPostgres(l *lab) bool  { return l.sql }

// broker is the program that the broker is in.
func (l *lab) broker() string {
	if l.embedded {
		return "viewer"
	}
	return "mosquitto"
}

// chaosFaults are all of them.
var chaosFaults = []chaosFault{
	{"kill agent", 4, 0, 2 * time.Second, nil, killed(func(*lab) string { return "agent" })},
	{"kill broker", 3, 0, 3 * time.Second, withMosquitto, killed((*lab).broker)},
	{"kill viewer", 3, 0, 3 * time.Second, nil, killed(func(*lab) string { return "viewer" })},
	{"kill PostgreSQL", 4, 0, 3 * time.Second, withPostgres, killed(func(*lab) string { return "postgres" })},
	{"stop agent in order", 1, 0, time.Second, nil, func(l *lab, _ *rand.Rand) func() {
		l.takeDown("agent", syscall.SIGTERM)
		return func() { l.bringUp("agent") }
	}},
	{"broker forgets", 1, 0, 2 * time.Second, withMosquitto, func(l *lab, _ *rand.Rand) func() {
		l.takeDown("mosquitto", syscall.SIGKILL)
		_ = os.Remove(filepath.Join(l.spool.dir, "mosquitto.db"))
		return func() { l.bringUp("mosquitto") }
	}},
	{"SIGSTOP agent", 2, 500 * time.Millisecond, 5 * time.Second, nil, halted(func(*lab) string { return "agent" })},
	{"SIGSTOP broker", 2, 500 * time.Millisecond, 14 * time.Second, withMosquitto, halted((*lab).broker)},
	{"SIGSTOP viewer", 2, 500 * time.Millisecond, 6 * time.Second, nil, halted(func(*lab) string { return "viewer" })},
	{"SIGSTOP PostgreSQL", 2, 500 * time.Millisecond, 6 * time.Second, withPostgres, halted(func(*lab) string { return "postgres" })},
	{"network cut", 2, 0, 0, nil, onWire(func(p *wireProxy, _ *rand.Rand) func() { p.cut(); return nil })},
	{"network away", 2, time.Second, 5 * time.Second, nil, onWire(func(p *wireProxy, _ *rand.Rand) func() {
		p.refuse(true)
		p.cut()
		return func() { p.refuse(false) }
	})},
	{"network stalls", 2, 500 * time.Millisecond, 12 * time.Second, nil, onWire(func(p *wireProxy, _ *rand.Rand) func() { p.hold(); return p.release })},
	{"network swallows one way", 2, 0, 0, nil, onWire(func(p *wireProxy, r *rand.Rand) func() { p.lose(r.IntN(2)); return nil })},
	{"network delays", 2, time.Second, 5 * time.Second, nil, onWire(func(p *wireProxy, r *rand.Rand) func() {
		p.setDelay(time.Duration(50+r.IntN(400)) * time.Millisecond)
		return func() { p.setDelay(0) }
	})},
	{"network reorders", 2, 0, 0, nil, onWire(func(p *wireProxy, r *rand.Rand) func() {
		p.overtake(time.Duration(500+r.IntN(4000)) * time.Millisecond)
		return nil
	})},
	{"network corrupts", 3, 0, 0, nil, onWire(func(p *wireProxy, r *rand.Rand) func() { p.flip(r.IntN(2), r.Uint64()); return nil })},
	{"start without a broker", 3, 2 * time.Second, 4 * time.Second, nil, func(l *lab, _ *rand.Rand) func() {
		l.fromAgent.refuse(true)
		l.fromAgent.cut()
		l.takeDown("agent", syscall.SIGKILL)
		l.bringUp("agent")
		return func() {
			l.takeDown("agent", syscall.SIGKILL)
			l.fromAgent.refuse(false)
			l.bringUp("agent")
		}
	}},
	{"instrument unplugged", 4, 100 * time.Millisecond, 3 * time.Second, nil, func(l *lab, r *rand.Rand) func() {
		c := l.counters[r.IntN(len(l.counters))]
		c.pull()
		return func() {
			if err := c.plugIn(); err != nil {
				l.Errorf("plugging %s in again: %v", c.name, err)
			}
		}
	}},
	{"rights taken away", 3, time.Second, 8 * time.Second, withMosquitto, func(l *lab, r *rand.Rand) func() {
		all := []string{"readings/#", "audit", "received", "resend", "gap", "blocks", "status"}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i := range all {
			all[i] = "pychron/+/" + all[i]
		}
		l.rights(all[:1+r.IntN(len(all))]...)
		l.signal(l.programs["mosquitto"], syscall.SIGHUP)
		return func() {
			l.rights()
			l.signal(l.programs["mosquitto"], syscall.SIGHUP)
		}
	}},
	{"card full", 2, time.Second, 8 * time.Second, nil, full(func(l *lab) *disk { return l.card })},
	{"store's disk full", 3, time.Second, 8 * time.Second, nil, full(func(l *lab) *disk { return l.store })},
	{"broker's disk full", 2, time.Second, 8 * time.Second, nil, full(func(l *lab) *disk { return l.spool })},
	{"card read-only", 2, time.Second, 5 * time.Second, nil, readOnly("agent", func(l *lab) *disk { return l.card })},
	{"store read-only", 2, time.Second, 5 * time.Second, nil, func(l *lab, r *rand.Rand) func() {
		name := "viewer"
		if l.sql {
			name = "postgres"
		}
		return readOnly(name, func(l *lab) *disk { return l.store })(l, r)
	}},
	{"broker's disk read-only", 1, time.Second, 5 * time.Second, nil, func(l *lab, r *rand.Rand) func() {
		return readOnly(l.broker(), func(l *lab) *disk { return l.spool })(l, r)
	}},
}

func killed(name func(*lab) string) func(*lab, *rand.Rand) func() {
	return func(l *lab, _ *rand.Rand) func() {
		l.takeDown(name(l), syscall.SIGKILL)
		return func() { l.bringUp(name(l)) }
	}
}

func halted(name func(*lab) string) func(*lab, *rand.Rand) func() {
	return func(l *lab, _ *rand.Rand) func() {
		l.halt(name(l))
		return func() { l.resume(name(l)) }
	}
}

// onWire does something to the agent's connection, or to the viewer's where it has one.
func onWire(do func(p *wireProxy, r *rand.Rand) func()) func(*lab, *rand.Rand) func() {
	return func(l *lab, r *rand.Rand) func() {
		if r.IntN(3) == 0 && !l.embedded {
			return do(l.fromViewer, r)
		}
		return do(l.fromAgent, r)
	}
}

func full(which func(*lab) *disk) func(*lab, *rand.Rand) func() {
	return func(l *lab, _ *rand.Rand) func() {
		d := which(l)
		if d.fill() != nil { // it is read-only just now
			d.fills--
			return nil
		}
		return func() {
			if err := d.empty(); err != nil {
				l.Errorf("emptying a disk: %v", err)
			}
		}
	}
}

// readOnly starts a program anew on a disk that cannot be written.
func readOnly(name string, which func(*lab) *disk) func(*lab, *rand.Rand) func() {
	return func(l *lab, _ *rand.Rand) func() {
		d := which(l)
		l.takeDown(name, syscall.SIGKILL)
		err := d.protect()
		l.bringUp(name)
		if err != nil { // something else has a file of it open
			l.Logf("%s stays writable: %v", d.dir, err)
			return nil
		}
		return func() {
			if err := d.unprotect(); err != nil {
				l.Errorf("making a disk writable: %v", err)
			}
		}
	}
}
