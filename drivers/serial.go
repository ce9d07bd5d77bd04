package drivers

import (
	"errors"
	"fmt"
	"os"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"
)

// serialHandle is a port of go.bug.st/serial 1.8.0 behind the guards it needs: its Write does not look whether the port was
// closed and would write to whatever file has the descriptor by then, its Read panics on descriptors above 1023, takes an
// empty buffer for a closed port, and gives EOF for ever once the adapter was pulled out.
type serialHandle struct {
	port   serial.Port
	side   *sideDoor
	closed bool // one goroutine at a time uses a Handle
}

// openSerial opens a serial line. The error wraps fs.ErrNotExist while the line is not plugged in.
func openSerial(a Address) (Handle, error) {
	node, err := a.node("/sys", "/dev")
	if err != nil {
		return nil, err
	}
	l := a.Line.filled()
	side, err := openSide(node)
	if err != nil {
		return nil, err
	}
	port, err := serial.Open(node, modeOf(l))
	if err != nil {
		side.close()
		return nil, fmt.Errorf("open %s: %w", node, err)
	}
	h := &serialHandle{port: port, side: side}
	if err := errors.Join(side.flow(l.RTSCTS), h.readable()); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", node, err), h.Close())
	}
	return h, nil
}

func modeOf(l Line) *serial.Mode {
	mode := &serial.Mode{BaudRate: l.Baud, DataBits: l.Bits, Parity: serial.NoParity, StopBits: serial.OneStopBit}
	switch l.Parity {
	case "even":
		mode.Parity = serial.EvenParity
	case "odd":
		mode.Parity = serial.OddParity
	}
	if l.Stop == 2 {
		mode.StopBits = serial.TwoStopBits
	}
	return mode
}

// readable looks whether the port can be read at all.
func (h *serialHandle) readable() (err error) {
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("too many files are open, descriptors end at 1023 (LimitNOFILE=1024): %v", what)
		}
	}()
	if err := h.port.SetReadTimeout(0); err != nil {
		return err
	}
	// Whatever came with the opening is no answer to anything.
	_, err = h.port.Read(make([]byte, 256))
	return err
}

// SetReadTimeout implements [Handle].
func (h *serialHandle) SetReadTimeout(d time.Duration) error {
	if h.closed {
		return os.ErrClosed
	}
	return h.port.SetReadTimeout(max(d, 0))
}

// Read implements [Handle].
func (h *serialHandle) Read(b []byte) (int, error) {
	switch {
	case h.closed:
		return 0, os.ErrClosed
	case len(b) == 0:
		return 0, nil
	}
	n, err := h.port.Read(b)
	if errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN) {
		return n, nil
	}
	return n, err
}

// Write implements [Handle].
func (h *serialHandle) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		if h.closed {
			return written, os.ErrClosed
		}
		n, err := h.port.Write(b[written:])
		written += n
		if err != nil && !errors.Is(err, unix.EINTR) {
			return written, err
		}
	}
	return written, nil
}

// Close implements [Handle].
func (h *serialHandle) Close() error {
	if h.closed {
		return nil
	}
	h.closed = true
	defer h.side.close()
	return h.port.Close()
}

// Abandon lets the line be opened again although a Write does not return. It is the one call that may come from another
// goroutine.
func (h *serialHandle) Abandon() { h.side.abandon() }
