package line

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"pychron-edge/drivers"
)

// What go.bug.st/serial does not set of a UART: flow control, DTR, what becomes of DTR at the end, and the transmitter of
// an RS-485 line.

// signals sets them, in the order in which an instrument sees the least of it. l is filled.
func (d *rawPort) signals(l drivers.LineSettings) error {
	if err := d.flags(l); err != nil {
		return err
	}
	switch l.DTR {
	case "on":
		if err := d.modem(unix.TIOCM_DTR, true); err != nil {
			return fmt.Errorf("dtr=on: %w", err)
		}
	case "off":
		if err := d.modem(unix.TIOCM_DTR, false); err != nil {
			return fmt.Errorf("dtr=off: %w", err)
		}
	}
	switch l.RS485 {
	case "kernel":
		return d.rs485()
	case "rts":
		if err := d.rts(false); err != nil {
			return fmt.Errorf("rs485=rts: %w", err)
		}
	}
	return nil
}

// flags are those of the settings that the kernel keeps with the line.
func (d *rawPort) flags(l drivers.LineSettings) error {
	t, err := unix.IoctlGetTermios(d.fd, unix.TCGETS)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	was := t.Cflag
	if l.RTSCTS {
		t.Cflag |= unix.CRTSCTS
	}
	t.Cflag |= unix.HUPCL
	if l.KeepDTR {
		t.Cflag &^= unix.HUPCL
	}
	if t.Cflag == was {
		return nil
	}
	if err := unix.IoctlSetTermios(d.fd, unix.TCSETS, t); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return nil
}

func (d *rawPort) rts(on bool) error { return d.modem(unix.TIOCM_RTS, on) }

// modem raises or lowers a signal of the UART.
func (d *rawPort) modem(signal int, on bool) error {
	request := uint(unix.TIOCMBIC)
	if on {
		request = unix.TIOCMBIS
	}
	if err := unix.IoctlSetPointerInt(d.fd, request, signal); err != nil {
		return fmt.Errorf("the line has no modem signals: %w", err)
	}
	return nil
}

// drain waits until the last bit has left.
func (d *rawPort) drain() error {
	for {
		err := unix.IoctlSetInt(d.fd, unix.TCSBRK, 1)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// rs485Settings is struct serial_rs485 of linux/serial.h.
type rs485Settings struct {
	flags                   uint32
	delayBefore, delayAfter uint32 // ms
	_                       [5]uint32
}

// The flags of struct serial_rs485.
const (
	rs485Enabled   = 1 << 0
	rs485RTSOnSend = 1 << 1
)

// rs485 makes the UART's driver raise RTS for as long as it sends.
func (d *rawPort) rs485() error {
	s := rs485Settings{flags: rs485Enabled | rs485RTSOnSend}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(d.fd), unix.TIOCSRS485, uintptr(unsafe.Pointer(&s)))
	if errno != 0 {
		return fmt.Errorf("rs485=kernel: the driver of this UART has no RS-485 (%w); must be rs485=rts, or nothing for an adapter "+
			"that switches by itself", errno)
	}
	return nil
}
