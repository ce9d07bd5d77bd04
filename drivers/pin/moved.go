package pin

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A chip that was taken away and comes back has another node: the kernel gives a number again only when nobody holds the old one.

// gone says whether an error is that of a chip that is not there.
func gone(err error) bool {
	return errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENXIO)
}

// request requests the line where it is; where its chip is gone, where the chip is now.
func (p *place) request(k gpioKernel) (gpioLine, error) {
	line, err := k.request(p.node, p.offset)
	if !gone(err) {
		return line, err
	}
	node, findErr := k.find(p.label, p.name, p.offset)
	if findErr != nil || node == p.node {
		return nil, errors.Join(err, findErr)
	}
	p.node, p.moved = node, true
	return k.request(p.node, p.offset)
}

// find is the node of the one chip with a label whose line at offset has the name, "" for any.
func (ioctls) find(label, name string, offset uint32) (node string, err error) {
	nodes, err := filepath.Glob("/dev/gpiochip*")
	if err != nil {
		return "", err
	}
	nodes = slices.DeleteFunc(nodes, func(node string) bool { return !isChip(node, label, name, offset) })
	if len(nodes) != 1 {
		return "", fmt.Errorf("%d GPIO chips have the label %q and the line %d %s; must be one", len(nodes), label, offset, name)
	}
	return nodes[0], nil
}

type gpioChipInfo struct {
	name, label [32]byte
	lines       uint32
}

// isChip says whether a node is of a chip with that label, and its line has that name.
func isChip(node, label, name string, offset uint32) bool {
	var chip gpioChipInfo
	line := gpioInfo{offset: offset}
	err := onChip(node, func(fd int) error {
		const read = uintptr(2) << 30 // GPIO_GET_CHIPINFO_IOCTL writes nothing
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), read|unsafe.Sizeof(chip)<<16|0xB4<<8|0x01, uintptr(unsafe.Pointer(&chip))); errno != 0 {
			return errno
		}
		return gpioIoctl(fd, 0x05, &line)
	})
	return err == nil && textOf(chip.label[:]) == label && (name == "" || textOf(line.name[:]) == name)
}

// textOf is text of the kernel, which ends with a zero.
func textOf(b []byte) string {
	text, _, _ := bytes.Cut(b, []byte{0})
	return string(text)
}
