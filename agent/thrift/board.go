package thrift

import (
	"errors"
	"os"
	"runtime"
	"time"
)

// Board is how the program uses the board it runs on. A nil Board leaves everything as the runtime has it.
type Board struct {
	*Processors
	memory  *Memory
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
	memory := &Memory{}
	giveBack := func() { _ = memory.GiveBack() } // what is not given back is kept
	b := &Board{NewProcessors(processors, runtime.NumCPU(), readings, giveBack), memory, SetSlack(slack), collect(instruments, readings)}
	b.Start()
	return b
}

// Status is how many processors are used now and at most, the timer slack, and what the system refused; nil if nothing.
func (b *Board) Status() (used, limit int, slack time.Duration, refused error) {
	if b == nil {
		n := runtime.GOMAXPROCS(0)
		return n, n, Slack(), nil
	}
	used, limit = b.Now()
	return used, limit, Slack(), errors.Join(b.refused, b.memory.Refused())
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
