package pin

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The GPIO character device, uAPI v2: linux/gpio.h of kernel 5.10 and later.
const (
	gpioFlagInput  = 1 << 2
	gpioFlagOutput = 1 << 3

	gpioAttrOutputValues = 2
)

type gpioAttribute struct {
	id, _ uint32
	value uint64
}

type gpioConfig struct {
	flags uint64
	attrs uint32
	_     [5]uint32
	attr  [10]struct {
		gpioAttribute
		mask uint64
	}
}

//lint:file-ignore U1000 the structs have the layout of the kernel, whether we use a field or not

type gpioRequest struct {
	offsets  [64]uint32
	consumer [32]byte
	config   gpioConfig
	lines    uint32
	events   uint32
	_        [5]uint32
	fd       int32
}

type gpioValues struct{ bits, mask uint64 }

type gpioInfo struct {
	name, consumer [32]byte
	offset         uint32
	attrs          uint32
	flags          uint64
	attr           [10]gpioAttribute
	_              [4]uint32
}

// ioctls is the kernel.
type ioctls struct{}

// gpioIoctl is _IOWR(0xB4, number, T).
func gpioIoctl[T any](fd int, number uintptr, arg *T) error {
	request := uintptr(3)<<30 | unsafe.Sizeof(*arg)<<16 | 0xB4<<8 | number
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(arg)))
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR {
			return errno
		}
	}
}

// onChip calls f with a descriptor of a chip.
func onChip(node string, f func(fd int) error) error {
	chip, err := os.OpenFile(node, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer chip.Close()
	return f(int(chip.Fd()))
}

// request takes the line without a word about its direction (flags 0), which leaves it as it is.
func (ioctls) request(node string, offset uint32) (gpioLine, error) {
	var r gpioRequest
	r.offsets[0], r.lines = offset, 1
	copy(r.consumer[:len(r.consumer)-1], "pychron-edge")
	err := onChip(node, func(fd int) error { return gpioIoctl(fd, 0x07, &r) })
	if err != nil {
		return nil, fmt.Errorf("request GPIO line %d of %s: %w", offset, node, err)
	}
	unix.CloseOnExec(int(r.fd))
	return requested(r.fd), nil
}

func (ioctls) info(node string, offset uint32) (output bool, consumer string, err error) {
	i := gpioInfo{offset: offset}
	err = onChip(node, func(fd int) error { return gpioIoctl(fd, 0x05, &i) })
	if err != nil {
		return false, "", fmt.Errorf("GPIO line %d of %s: %w", offset, node, err)
	}
	return i.flags&gpioFlagOutput != 0, textOf(i.consumer[:]), nil
}

// requested is the descriptor of a requested line.
type requested int

func (r requested) get() (bool, error) {
	v := gpioValues{mask: 1}
	err := gpioIoctl(int(r), 0x0E, &v)
	return v.bits&1 != 0, err
}

func (r requested) set(high bool) error {
	v := gpioValues{mask: 1}
	if high {
		v.bits = 1
	}
	return gpioIoctl(int(r), 0x0F, &v)
}

func (r requested) output(high bool) error {
	c := gpioConfig{flags: gpioFlagOutput, attrs: 1}
	c.attr[0].id, c.attr[0].mask = gpioAttrOutputValues, 1
	if high {
		c.attr[0].value = 1
	}
	return gpioIoctl(int(r), 0x0D, &c)
}

func (r requested) input() error {
	return gpioIoctl(int(r), 0x0D, &gpioConfig{flags: gpioFlagInput})
}

func (r requested) close() error { return unix.Close(int(r)) }
