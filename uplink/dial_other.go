//go:build !linux

package uplink

import "syscall"

// setUserTimeout does nothing where TCP_USER_TIMEOUT does not exist: the write timeout and the ping notice the loss of the peer.
func setUserTimeout(_, _ string, _ syscall.RawConn) error { return nil }
