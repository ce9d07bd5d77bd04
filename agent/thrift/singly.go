package thrift

import (
	"errors"
	"fmt"
	"unsafe" // for the address of what an ioctl is given: golang.org/x/sys has no call for these

	"golang.org/x/sys/unix"
)

// What a userfaultfd is asked for, from linux/userfaultfd.h.
const (
	uffdUserModeOnly = 1       // faults of the program alone: such a descriptor needs no right
	uffdAPI          = 0xAA    // the version
	uffdUnpopulated  = 1 << 13 // UFFD_FEATURE_WP_UNPOPULATED
	uffdAsync        = 1 << 15 // UFFD_FEATURE_WP_ASYNC, of Linux 6.7: the kernel itself resolves a write, and any memory may be registered
	uffdWriteProtect = 1 << 1  // UFFDIO_REGISTER_MODE_WP

	uffdioAPI      = 3<<30 | uint(unsafe.Sizeof(uffdHello{}))<<16 | 0xAA<<8 | 0x3F
	uffdioRegister = 3<<30 | uint(unsafe.Sizeof(uffdRange{}))<<16 | 0xAA<<8 // number 0
)

// uffdHello is struct uffdio_api, and uffdRange struct uffdio_register.
type (
	uffdHello struct{ api, features, ioctls uint64 }
	uffdRange struct{ start, length, mode, ioctls uint64 }
)

// singly has the kernel map only those pages of the stretches that are touched, until the descriptor is closed. Otherwise it maps the 64 KiB
// around a page that is touched, as far as they are in its cache: of the program's file three times as much is resident as is used, and all
// of it looks used to whoever is short of memory.
//
// There is no call for that. But the kernel maps singly where a userfaultfd watches for writes, and that costs nothing where nothing is ever
// written: code and constants. No fault waits for anybody, as only writes are watched for and the kernel resolves them itself.
func singly(spans []span) (fd int, err error) {
	n, _, errno := unix.Syscall(unix.SYS_USERFAULTFD, unix.O_CLOEXEC|unix.O_NONBLOCK|uffdUserModeOnly, 0, 0)
	if errno != 0 {
		return -1, fmt.Errorf("userfaultfd: %w", errno)
	}
	fd = int(n)
	hello := uffdHello{api: uffdAPI, features: uffdAsync | uffdUnpopulated}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(uffdioAPI), uintptr(unsafe.Pointer(&hello))); errno != 0 {
		return -1, errors.Join(fmt.Errorf("userfaultfd that resolves writes itself, of Linux 6.7: %w", errno), unix.Close(fd))
	}
	for _, s := range spans {
		r := uffdRange{start: uint64(s.from), length: uint64(s.to - s.from), mode: uffdWriteProtect}
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(uffdioRegister), uintptr(unsafe.Pointer(&r))); errno != 0 {
			return -1, errors.Join(fmt.Errorf("userfaultfd of %x-%x: %w", s.from, s.to, errno), unix.Close(fd))
		}
	}
	return fd, nil
}
