//go:build unix

package held

import (
	"errors"
	"os"
	"syscall"
)

// taken locks f, and reports whether somebody else has it.
func taken(f *os.File) bool {
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
