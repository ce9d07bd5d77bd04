package uplink

import "syscall"

// tcpUserTimeout is TCP_USER_TIMEOUT of linux/tcp.h, which package syscall does not name.
const tcpUserTimeout = 18

// control bounds how long sent bytes may stay unacknowledged by the network: a peer that vanished is noticed although a write
// is still stuck.
func control(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(stallBound.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
