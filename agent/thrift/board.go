package thrift

import (
	"os"
	"runtime"
	"time"
)

// Board is how the program uses the board it runs on. A nil Board leaves everything as the runtime has it.
type Board struct {
	*Processors
	refused error  // why the timer slack is not as it should be; nil if it is
	collect func() // ends that nothing is collected while the agent starts
}

// Use takes the program down to what so many instruments need, and so many readings a second of all of them. processors fixes their number,
// and slack is that of all threads; 0 is the default of either. GOMAXPROCS and GOGC in the environment are left in force. Stop ends it.
func Use(processors int, slack time.Duration, instruments int, readings float64) *Board {
	if slack == 0 {
		slack = DefaultSlack
	}
	if os.Getenv("GOMAXPROCS") != "" {
		processors = runtime.GOMAXPROCS(0)
	}
	b := &Board{NewProcessors(processors, runtime.NumCPU(), readings, func() { _ = GiveBack() }), SetSlack(slack), collect(instruments, readings)} // memory that is not given back is kept
	b.Start()
	return b
}

// Status is how many processors are used now and at most, the timer slack, and why that is not as configured; nil if it is.
func (b *Board) Status() (used, limit int, slack time.Duration, refused error) {
	if b == nil {
		n := runtime.GOMAXPROCS(0)
		return n, n, Slack(), nil
	}
	used, limit = b.Now()
	return used, limit, Slack(), b.refused
}

// Take, Touch and Stop are those of [Processors].
func (b *Board) Take(page bool) (done func()) {
	if b == nil {
		return func() {}
	}
	return b.Processors.Take(page)
}

// Touch is [Processors.Touch].
func (b *Board) Touch() {
	if b != nil {
		b.Processors.Touch()
	}
}

// Stop is [Processors.Stop].
func (b *Board) Stop() {
	if b != nil {
		b.Processors.Stop()
		b.collect()
	}
}
