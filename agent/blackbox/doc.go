// Package blackbox keeps the last ten minutes of every reading of an agent in a fixed piece of memory, and freezes what was around a trip, a
// failure of a device that an alarm watches, or a run that failed: from five minutes before it to two minutes after it, with the events,
// the commands and the exchanges on the lines.
//
// What is frozen is kept in memory, a few of them, and given to whoever publishes it. Nothing is written to disk: what is not published is
// lost with the process.
package blackbox
