package thrift

import (
	"os"
	"runtime/debug"
)

// How far the heap grows over what lives in it before it is collected, in percent. Less is smaller and costs more for each reading: about
// 30 KiB of each of 200 instruments, for a tenth of the processor time that their readings take. With few readings a second that is a
// thousandth of a processor; with many it is worth more than the memory.
const (
	fewPercent   = 25
	manyPercent  = 50
	manyReadings = 250 // a second
)

// GCPercent is the percentage for so many readings a second.
func GCPercent(readings float64) int {
	if readings < manyReadings {
		return fewPercent
	}
	return manyPercent
}

// collect has the heap collected as so many readings a second allow. GOGC in the environment is left in force.
func collect(readings float64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(GCPercent(readings))
	}
}
