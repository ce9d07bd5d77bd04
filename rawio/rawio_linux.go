package rawio

import (
	"syscall"
	"unsafe" // for the address of the bytes: only calls that tell the scheduler take a slice
)

// Read reads what is there into b. It is syscall.EAGAIN if there is nothing, and (0, nil) at the end.
func Read(fd uintptr, b []byte) (int, error) { return call(syscall.SYS_READ, fd, b) }

// Write writes as much of b as there is room for. It is syscall.EAGAIN if there is none.
func Write(fd uintptr, b []byte) (int, error) { return call(syscall.SYS_WRITE, fd, b) }

func call(number, fd uintptr, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for {
		n, _, errno := syscall.RawSyscall(number, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		switch errno {
		case 0:
			return int(n), nil
		case syscall.EINTR:
		default:
			return 0, errno
		}
	}
}
