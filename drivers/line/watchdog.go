package line

import (
	"errors"
	"sync"
	"time"
)

// How long a write may take: a write to a serial line only fills the kernel's buffer and returns at once, unless the line
// stands still. While a halt waits the bound is shorter.
const (
	writeBound = time.Second
	haltBound  = 200 * time.Millisecond
)

// maxLeftBehind is how many writes may not return before the line is not opened again.
const maxLeftBehind = 3

var errWedged = errors.New("a write does not return; its handle was left behind")

// writeWatchdog bounds one write at a time. When a write takes too long, the handle passes to the watchdog for good, and the
// session must not use it any more.
type writeWatchdog struct {
	abandon func() // called once, from a goroutine of its own, when a write was given up

	mu      sync.Mutex // below
	timer   *time.Timer
	fires   time.Time // when the timer does; zero = it does not
	due     time.Time // of the write under way
	writing bool
	left    bool
}

// begin is called before a write.
func (w *writeWatchdog) begin(bound time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writing, w.due = true, time.Now().Add(bound)
	w.arm()
}

// arm makes the timer fire when the write is due, or before. The timer is not stopped at the end of a write: setting and
// stopping it for every write would cost more than the write.
func (w *writeWatchdog) arm() {
	switch {
	case !w.fires.IsZero() && !w.fires.After(w.due):
		return
	case w.timer == nil:
		w.timer = time.AfterFunc(time.Until(w.due), w.expire)
	default:
		w.timer.Reset(time.Until(w.due))
	}
	w.fires = w.due
}

// end is called after a write; false when it was given up.
func (w *writeWatchdog) end() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writing = false
	return !w.left
}

// stop stops the timer when there will be no more writes.
func (w *writeWatchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
}

// shorten moves the end of the bound forward for the write under way, if there is one.
func (w *writeWatchdog) shorten(bound time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if due := time.Now().Add(bound); w.writing && due.Before(w.due) {
		w.due = due
		w.arm()
	}
}

// expire is called by the timer, which may belong to a write that is over.
func (w *writeWatchdog) expire() {
	w.mu.Lock()
	w.fires = time.Time{}
	overdue := w.writing && !w.left && !time.Now().Before(w.due)
	w.left = w.left || overdue
	if w.writing && !w.left {
		w.arm()
	}
	w.mu.Unlock()
	if overdue {
		w.abandon()
	}
}
