package line

import (
	"errors"
	"fmt"
	"os"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"pychron-edge/drivers"
)

// serialHandle is a port of go.bug.st/serial 1.8.0 with checks in front: its Write does not check whether the port was
// closed and would write to whatever file has the descriptor by then. Reading is done by the rawPort: the library's Read holds a
// thread, panics on descriptors above 1023 and takes an empty buffer for a closed port.
type serialHandle struct {
	port    serial.Port
	raw     *rawPort
	adapter string // see adapterOf
	byRTS   bool   // each Write raises RTS, and lowers it when its last bit has left
	closed  bool   // one goroutine at a time uses a Handle
}

// openSerial opens a serial line. The error wraps fs.ErrNotExist while the line is not plugged in.
func openSerial(a Address) (Handle, error) {
	node, err := a.node("/sys", "/dev")
	if err != nil {
		return nil, err
	}
	l := filled(a.Line)
	raw, err := openRaw(node)
	if err != nil {
		return nil, err
	}
	if err := raw.claim(); err != nil {
		raw.file.Close() // and no more: what is on the line is its holder's
		return nil, err
	}
	port, err := serial.Open(node, modeOf(l))
	if err != nil {
		raw.close()
		return nil, fmt.Errorf("open %s: %w", node, err)
	}
	h := &serialHandle{port: port, raw: raw, adapter: adapterOf("/sys", node), byRTS: l.RS485 == "rts"}
	if err := errors.Join(raw.signals(l), h.readable()); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", node, err), h.Close())
	}
	return h, nil
}

func modeOf(l drivers.LineSettings) *serial.Mode {
	mode := &serial.Mode{BaudRate: l.Baud, DataBits: l.Bits, Parity: serial.NoParity, StopBits: serial.OneStopBit}
	switch l.Parity {
	case "even":
		mode.Parity = serial.EvenParity
	case "odd":
		mode.Parity = serial.OddParity
	case "mark":
		mode.Parity = serial.MarkParity
	case "space":
		mode.Parity = serial.SpaceParity
	}
	if l.Stop == 2 {
		mode.StopBits = serial.TwoStopBits
	}
	return mode
}

// readable takes what came with the opening, which is no answer to anything, and checks that reads can be bounded.
func (h *serialHandle) readable() error {
	if err := h.raw.setTimeout(time.Millisecond); err != nil {
		return fmt.Errorf("waiting for bytes: %w", err)
	}
	_, err := h.raw.readAvailable(make([]byte, 256))
	return err
}

// Adapter identifies the USB adapter the line is on, "" for what is not on USB.
func (h *serialHandle) Adapter() string { return h.adapter }

// SetReadTimeout implements [Handle].
func (h *serialHandle) SetReadTimeout(d time.Duration) error {
	if h.closed {
		return os.ErrClosed
	}
	return h.raw.setTimeout(d)
}

// Interrupt and Forget implement [interrupter].
func (h *serialHandle) Interrupt() { h.raw.Interrupt() }
func (h *serialHandle) Forget()    { h.raw.Forget() }

// Read implements [Handle].
func (h *serialHandle) Read(b []byte) (int, error) {
	switch {
	case h.closed:
		return 0, os.ErrClosed
	case len(b) == 0:
		return 0, nil
	}
	return h.raw.read(b)
}

// Write implements [Handle].
func (h *serialHandle) Write(b []byte) (int, error) {
	if !h.byRTS || h.closed {
		return h.write(b)
	}
	if err := h.raw.rts(true); err != nil {
		return 0, err
	}
	n, err := h.write(b)
	return n, errors.Join(err, h.raw.drain(), h.raw.rts(false))
}

// write writes what the line takes at once, and the rest by the library, which waits for room.
func (h *serialHandle) write(b []byte) (int, error) {
	if h.closed {
		return 0, os.ErrClosed
	}
	written, err := h.raw.write(b)
	if err != nil {
		return written, err
	}
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
	defer h.raw.close()
	return h.port.Close()
}

// Abandon lets the line be opened again although a Write does not return. It may come from another goroutine, as Interrupt.
func (h *serialHandle) Abandon() { h.raw.abandon() }
