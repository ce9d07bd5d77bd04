package thrift

import (
	"os"
	"runtime/debug"
	"sync"
	"time"
)

// How far the heap grows over what lives in it before it is collected, in percent. Less is smaller and costs more for each reading. What is
// saved grows with the instruments: 5 MiB of 200, nothing to be seen of 10. What it costs grows with the readings: a tenth of their processor time.
const (
	percent      = 50
	lessPercent  = 25 // of many instruments that are read now and then
	manyDevices  = 50
	manyReadings = 250 // a second
)

// GCPercent is the percentage for so many instruments, and so many readings a second of all of them.
func GCPercent(instruments int, readings float64) int {
	if instruments >= manyDevices && readings < manyReadings {
		return lessPercent
	}
	return percent
}

// whileStart is how long the heap is not collected: until instruments are read. What is allocated then is little, most of it stays, and to look for
// the rest takes a quarter of the start, for it maps what the program has not touched yet. It is no longer than that: what is thrown away
// between two objects that stay keeps their pages, until the same size is asked for again.
const whileStart = 500 * time.Millisecond

// collect has the heap collected accordingly: of many instruments at once, for what the plan of them leaves behind is several times what stays;
// else once the agent has started, and until then the memory limit alone bounds it. stop ends the waiting. GOGC in the environment is left
// in force.
func collect(instruments int, readings float64) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	begin := sync.OnceFunc(func() { debug.SetGCPercent(GCPercent(instruments, readings)) })
	if instruments >= manyDevices {
		begin()
		return begin
	}
	debug.SetGCPercent(-1)
	timer := time.AfterFunc(whileStart, begin)
	return func() {
		timer.Stop()
		begin()
	}
}
