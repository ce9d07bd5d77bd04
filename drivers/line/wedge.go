package line

import (
	"errors"
	"sync"
	"time"
)

// How long a write may take: a write to a serial line only fills the kernel's buffer and returns at once, unless the line
// stands still. While a halt waits the patience is shorter.
const (
	writeBound = time.Second
	haltBound  = 200 * time.Millisecond
)

// leftBehindMost is how many writes that do not return are borne before the line is not opened again.
const leftBehindMost = 3

var errWedged = errors.New("a write does not return; its handle was left behind")

// guard watches one write at a time. When a write takes too long, the handle goes over to the guard, once and for all:
// whoever wrote must not touch it any more.
type guard struct {
	abandon func() // called once, from a goroutine of the guard's, when a write was given up

	mu      sync.Mutex // below
	timer   *time.Timer
	rings   time.Time // when the timer does; zero = it does not
	due     time.Time // of the write under way
	writing bool
	left    bool
}

// begin is called before a write.
func (g *guard) begin(bound time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.writing, g.due = true, time.Now().Add(bound)
	g.wind()
}

// wind sees to it that the timer rings when the write is due, or before. It is left to ring for nothing when the write is over:
// winding it up and down for every write costs more than the write.
func (g *guard) wind() {
	switch {
	case !g.rings.IsZero() && !g.rings.After(g.due):
		return
	case g.timer == nil:
		g.timer = time.AfterFunc(time.Until(g.due), g.late)
	default:
		g.timer.Reset(time.Until(g.due))
	}
	g.rings = g.due
}

// end is called after a write; false when it was given up.
func (g *guard) end() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.writing = false
	return !g.left
}

// over stops the timer when there will be no more writes.
func (g *guard) over() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
}

// hurry shortens the patience with the write under way, if there is one.
func (g *guard) hurry(bound time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if due := time.Now().Add(bound); g.writing && due.Before(g.due) {
		g.due = due
		g.wind()
	}
}

// late is called by the timer, which may belong to a write that is over.
func (g *guard) late() {
	g.mu.Lock()
	g.rings = time.Time{}
	late := g.writing && !g.left && !time.Now().Before(g.due)
	g.left = g.left || late
	if g.writing && !g.left {
		g.wind()
	}
	g.mu.Unlock()
	if late {
		g.abandon()
	}
}
