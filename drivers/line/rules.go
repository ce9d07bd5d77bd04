package line

import (
	"cmp"
	"time"

	"pychron-edge/drivers"
)

// Defaults of LineSettings: what its zero values mean.
const (
	defaultBaud     = 9600
	defaultDeadline = 500 * time.Millisecond
	defaultFlush    = 50 * time.Millisecond
)

// filled is l with the defaults in place of the zeros.
func filled(l drivers.LineSettings) drivers.LineSettings {
	l.Baud, l.Bits, l.Stop = cmp.Or(l.Baud, defaultBaud), cmp.Or(l.Bits, 8), cmp.Or(l.Stop, 1)
	l.Parity, l.Echo = cmp.Or(l.Parity, "none"), cmp.Or(l.Echo, "none")
	l.Deadline, l.Flush = cmp.Or(l.Deadline, defaultDeadline), cmp.Or(l.Flush, defaultFlush)
	return l
}

// onWire is how long n bytes take at the baud rate of a serial line, in whole microseconds. l is filled.
func onWire(l *drivers.LineSettings, n int) time.Duration {
	bits := 1 + l.Bits + l.Stop
	if l.Parity != "none" {
		bits++
	}
	return time.Duration(n*bits) * 1_000_000 / time.Duration(l.Baud) * time.Microsecond // of a request it is a division of 32 bits
}

// replyGrace is how long after its deadline a reply is still waited for, before any request but a halt's: as
// long as a flush may take, or half the deadline. A reply that came even later would be taken for the answer to another
// request, where the protocol does not distinguish them. l is filled.
func replyGrace(l *drivers.LineSettings) time.Duration { return max(l.Flush, l.Deadline/2) }
