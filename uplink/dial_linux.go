package uplink

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// control bounds how long sent bytes may stay unacknowledged by the network: a peer that vanished is noticed although a write
// is still stuck.
func control(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(stallBound.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
