//go:build !linux

package uplink

import "syscall"

// control changes nothing where there is no TCP_USER_TIMEOUT: the bound of a write and the ping notice a peer that vanished.
func control(_, _ string, _ syscall.RawConn) error { return nil }
