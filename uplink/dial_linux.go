package uplink

import "syscall"

// tcpUserTimeout is TCP_USER_TIMEOUT of linux/tcp.h, which package syscall does not define.
const tcpUserTimeout = 18

// setUserTimeout limits how long sent bytes may stay unacknowledged by the network: the loss of the peer is noticed even while a
// write blocks.
func setUserTimeout(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(tcpAckTimeout.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
