package line

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/drivers"
)

// Options are the surroundings of a line.
type Options struct {
	Open  func(ctx context.Context, a Address) (Handle, error) // nil = the real thing
	Now   func() time.Time                                     // stamps exchanges in the trace; nil = time.Now
	Trace int                                                  // exchanges kept; 0 = 32
}

// State is the condition of a line.
type State struct {
	Open        bool
	Opens       uint64        // how often it was opened: another number means that the instruments must be identified again
	Wedged      bool          // a write does not return; its handle was left behind
	Unavailable bool          // too many were: the line is not opened again until one returns, or the program is restarted
	Resyncs     uint64        // how often something was there that was no reply to a request
	Reopens     uint64        // Opens after the first
	Queue       time.Duration // spent waiting for the line, by all exchanges together
	Exchanges   uint64
	Err         error         // why it is not open; nil while it is, and before the first attempt
	Since       time.Time     // when Open last changed, by the owner's clock; zero = it never was open
	Away        time.Duration // how long it was away before it was last opened; 0 before the second opening
	Adapter     string        // the USB adapter it was last opened on; "" for what is not on USB
}

// Owner owns a line, with all devices on it.
//
//   - One goroutine at a time has the handle, and none while the line is idle: it alone reads, writes and closes. Requests wait in a queue by
//     priority (poll < command < halt), and within it in the order they came.
//   - A halt cuts the exchange of lower priority under way, and ends a Hold. It does not wait for the line to be quiet.
//   - Before each request what is on the line is discarded, for at most Line.Flush; after a failure until the line is quiet.
//   - While the line is absent, requests fail with ErrPortLost at once; until it was tried for the first time they wait.
//   - A write that does not return within its bound is left behind with its handle, and the line is opened again.
type Owner struct {
	address Address
	open    func(ctx context.Context, a Address) (Handle, error)
	now     func() time.Time // nil: time.Now
	hook    func(line []byte)
	trace   *trace
	wake    chan struct{}           // buffered 1: something is in the queue, or was cut
	parked  atomic.Pointer[tending] // the line is open and idle, and no goroutine has it; nil: one has

	mu          sync.Mutex // below
	queue       [drivers.Halt + 1][]*request
	spare       []*request
	current     *request       // exchange under way
	holder      *hold          // who holds the line
	watchdog    *writeWatchdog // of the open handle
	interrupter interrupter    // the open handle; nil: it is none, or nothing was opened yet
	state       State
	down        error         // why requests are refused; nil = they are taken
	behind      int           // handles left behind
	stopping    bool          // Run is to return
	returned    chan struct{} // buffered 1: one that was left behind has returned; nil while nobody waits for that
	changed     chan struct{} // nil while nobody has asked for it
	watchers    []Watcher
	gap         time.Duration // longest of the devices on the line
	settle      time.Duration
	separator   string // of lines that come unasked
	suspected   bool   // see SuspectReply
	confirmNext bool   // see ConfirmNext
}

// NewOwner makes the owner of a line. It does no I/O and starts nothing.
func NewOwner(a Address, o Options) *Owner {
	if o.Open == nil {
		o.Open = openHandle
	}
	if o.Trace <= 0 {
		o.Trace = 32
	}
	return &Owner{
		address: a, open: o.Open, now: o.Now, trace: newTrace(o.Trace), wake: make(chan struct{}, 1),
		gap: a.Line.Gap, settle: a.Line.Settle, separator: a.Line.Unasked,
	}
}

// stamp is the time for what is told of the line, where the system's clock has just said system; zero = it was not asked.
func (o *Owner) stamp(system time.Time) time.Time {
	switch {
	case o.now != nil:
		return o.now()
	case system.IsZero():
		return time.Now()
	}
	return system
}

// Unasked sets what takes lines that come unasked, without their separator. It is called before Run; f is called from the
// goroutine that has the line, must not block, and must not keep its argument.
func (o *Owner) Unasked(f func(line []byte)) { o.hook = f }

// Trace is the last exchanges, oldest first.
func (o *Owner) Trace() []Exchange { return o.trace.all() }

// State is how the line is now.
func (o *Owner) State() State {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state
}

// Opens are Opens and Open of its State.
func (o *Owner) Opens() (opens uint64, open bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state.Opens, o.state.Open
}

// Watcher is woken when a line was opened or lost. It must not block, and must not call the line.
type Watcher interface{ Wake() }

// Watch has w woken from now on, until Unwatch.
func (o *Owner) Watch(w Watcher) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.watchers = append(o.watchers, w)
}

// Unwatch takes back one Watch of w.
func (o *Owner) Unwatch(w Watcher) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i := slices.Index(o.watchers, w); i >= 0 {
		o.watchers = slices.Delete(o.watchers, i, i+1)
	}
}

// Changed is closed when the line is opened or lost the next time.
func (o *Owner) Changed() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed == nil {
		o.changed = make(chan struct{})
	}
	return o.changed
}
