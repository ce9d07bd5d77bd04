package thrift

import (
	"runtime"
	"sync"
	"time"
)

// Processors is how many processors the program uses. One is enough for readings, and costs least: a reading goes through several
// goroutines, and on one processor none of them wakes another thread. While somebody waits (a call, a command, a trip, a write to the
// disk, which holds its processor up) it uses all it may, and a moment longer.
type Processors struct {
	calm, all int
	set       func(int)
	linger    time.Duration
	trim      func() // gives memory back once nobody has looked at the page for a while; nil: it is not

	mu      sync.Mutex
	users   int
	raised  bool
	until   time.Time   // raised by Touch
	lowers  *time.Timer // nil: it never was raised
	trims   *time.Timer // nil: nobody has looked
	stopped bool
}

const (
	linger    = 100 * time.Millisecond // after the last who waited
	trimAfter = time.Minute            // after the last look at the page
	perShare  = 1000                   // readings a second that one processor is for
)

// NewProcessors makes the rule for a machine with so many processors. fixed is the number to use always; 0 = as few as readings a second
// need, and all while somebody waits. It changes nothing before Start.
func NewProcessors(fixed, machine int, readings float64, trim func()) *Processors {
	p := &Processors{calm: Calm(machine, readings), all: machine, linger: linger, trim: trim, set: func(n int) { runtime.GOMAXPROCS(n) }}
	if fixed > 0 {
		p.calm, p.all = fixed, fixed
	}
	return p
}

// Calm is how many processors so many readings a second are shared by while nobody waits: at least one, and at most those there are.
func Calm(machine int, readings float64) int { return max(1, min(machine, 1+int(readings/perShare))) }

// Start takes the program down to what it needs, a moment from now: a start is waited for, too, and to go down takes a good part of what it
// takes the program to its first request.
func (p *Processors) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == p.calm {
		p.set(p.calm)
	} else {
		p.raised = true // as the runtime has it
		p.laterLocked()
	}
	p.lookedLocked()
}

// Stop ends the timers and gives the program all it may use, for the end is one hurry.
func (p *Processors) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for _, t := range []*time.Timer{p.lowers, p.trims} {
		if t != nil {
			t.Stop()
		}
	}
	p.raiseLocked()
}

// Now is how many are used now, and how many there may be.
func (p *Processors) Now() (used, limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.raised {
		return p.all, p.all
	}
	return p.calm, p.all
}

// Take gives all to somebody who waits, until done is called. page says that it is the page, whose memory is given back some time after
// the last look at it.
func (p *Processors) Take(page bool) (done func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users++
	p.raiseLocked()
	return func() { p.give(page) }
}

// Touch gives all for a moment: something has happened that is written to the disk and may halt something.
func (p *Processors) Touch() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.raiseLocked()
	p.laterLocked()
}

func (p *Processors) give(page bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users--
	p.laterLocked()
	if page {
		p.lookedLocked()
	}
}

// raiseLocked uses all. The caller holds mu.
func (p *Processors) raiseLocked() {
	if !p.raised {
		p.raised = true
		if p.all != p.calm {
			p.set(p.all)
		}
	}
}

// laterLocked lowers a moment from now. The caller holds mu.
func (p *Processors) laterLocked() {
	switch p.until = time.Now().Add(p.linger); {
	case p.stopped:
	case p.lowers == nil:
		p.lowers = time.AfterFunc(p.linger, p.lower)
	default:
		p.lowers.Reset(p.linger)
	}
}

// lower goes back to few, unless somebody waits again.
func (p *Processors) lower() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped || !p.raised || p.users > 0 || time.Now().Before(p.until) {
		return
	}
	p.raised = false
	if p.all != p.calm {
		p.set(p.calm)
	}
}

// lookedLocked gives memory back some time from now. The caller holds mu.
func (p *Processors) lookedLocked() {
	switch {
	case p.stopped || p.trim == nil:
	case p.trims == nil:
		p.trims = time.AfterFunc(trimAfter, p.trim)
	default:
		p.trims.Reset(trimAfter)
	}
}
