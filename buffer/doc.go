// Package buffer keeps what happened and what is now.
//
// An [Event] is one thing that happened: a reading that changed, a command, a failure and the recovery from it. Events
// are appended to a [Ring], a fixed piece of memory that forgets the oldest; readers follow it at their own pace by
// position, so a slow reader loses events (and knows how many) but never holds up a writer. Three rings, one a [Lane],
// stand side by side in [Lanes] so that a flood in one pushes nothing out of another.
//
// A [Sample] is the last value of one channel; [Present] holds the samples of all devices and hands out immutable
// snapshots.
//
// [AppendJSON], [AppendCSV] and [AppendExport] encode events for others. A [Metric] declares what is counted beside the
// readings; a [Principal] asks by a [CommandRequest], and an error that it gets wraps one of the refusals.
//
// The package does not talk to instruments, to the network or to the disk (that is buffer/journal), and starts no goroutine. It uses the standard library only.
package buffer
