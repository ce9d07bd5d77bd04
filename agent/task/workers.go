package task

import "sync"

// maxIdle is how many goroutines are kept at most that have nothing to do.
const maxIdle = 16

// workers run short pieces of work, each at once, on goroutines that are kept for the next: one whose stack has grown once need not grow it
// again, which takes longer than all the rest of such a piece. The zero value is ready to use.
type workers struct {
	mu    sync.Mutex
	idle  []chan func() // what those wait for that have nothing to do, the last used last
	ended bool
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
	next := w.idle[n]
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

// keep puts one that has nothing to do to the others; false if it is not needed.
func (w *workers) keep(next chan func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended || len(w.idle) >= maxIdle {
		return false
	}
	w.idle = append(w.idle, next)
	return true
}

// end ends those that have nothing to do, and the others when they have done what they do.
func (w *workers) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	for _, next := range w.idle {
		close(next)
	}
	w.idle = nil
}
