package task

import (
	"slices"
	"sync"
)

// maxIdle is how many goroutines are kept at most that have nothing to do, and maxPieces for how many pieces of work that others did: after a
// start, when all instruments are read at once, most are not needed any more.
const (
	maxIdle   = 12
	maxPieces = 1000
)

// workers run short pieces of work, each at once, on goroutines that are kept for the next: one whose stack has grown once need not grow it
// again, which takes longer than all the rest of such a piece. The zero value is ready to use.
type workers struct {
	mu     sync.Mutex
	idle   []worker // those that have nothing to do, the last used last
	pieces uint64   // of work that were done
	ended  bool
}

// worker is one that has nothing to do.
type worker struct {
	next  chan func() // what it waits for; closed: its end
	since uint64      // pieces of work that were done then
}

// run runs f on a goroutine, and never blocks.
func (w *workers) run(f func()) {
	if next := w.take(); next != nil {
		next <- f
		return
	}
	go w.work(f)
}

// take gives one that has nothing to do, nil if there is none.
func (w *workers) take() chan func() {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.idle) - 1
	if n < 0 {
		return nil
	}
	next := w.idle[n].next
	w.idle = w.idle[:n]
	return next
}

func (w *workers) work(f func()) {
	next := make(chan func(), 1)
	for f != nil { // end gives nil
		f()
		if !w.keep(next) {
			return
		}
		f = <-next
	}
}

// keep puts one that has nothing to do to the others, and ends the one that has had nothing to do for longest, if that is long; false if it is
// not needed.
func (w *workers) keep(next chan func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pieces++
	if len(w.idle) > 0 && w.pieces-w.idle[0].since > maxPieces {
		close(w.idle[0].next)
		w.idle = slices.Delete(w.idle, 0, 1)
	}
	if w.ended || len(w.idle) >= maxIdle {
		return false
	}
	w.idle = append(w.idle, worker{next, w.pieces})
	return true
}

// end ends those that have nothing to do, and the others when they have done what they do.
func (w *workers) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	for _, one := range w.idle {
		close(one.next)
	}
	w.idle = nil
}
