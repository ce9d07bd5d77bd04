package drivers

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

// windows speak the window protocol of Agilent and Varian pumps (framing F11): numbered windows that are read and written.
//
//	02 80 "2050" 03 "84"        -> 02 80 "2050000005" 03 "81"     read 205: 000005
//	02 80 "00011" 03 "B3"       -> 02 80 06 03 "85"               write 1 to 000: done
//
// Behind the ETX stands the exclusive or of everything after the STX, the ETX too, as two upper-case hex digits. A code in place of the window is a
// refusal, of reads as well.
type windows struct {
	port    Port
	address byte // 80h + the number of the unit on RS-485; 80h on RS-232

	request []byte
}

func newWindows(port Port, address int) windows {
	return windows{port: port, address: byte(0x80 + address)}
}

func checkWindowAddress(address int) error {
	if address < 0 || address > 31 {
		return fmt.Errorf("address %d; must be 0 to 31, 0 on RS-232", address)
	}
	return nil
}

const windowDone = 0x06

var windowCodes = map[byte]string{
	0x15: "failed", 0x32: "unknown window", 0x33: "wrong data type", 0x34: "out of range", 0x35: "read-only or disabled now",
}

// read asks for a window and returns its data.
func (w *windows) read(ctx context.Context, window int) (string, error) {
	what := fmt.Sprintf("window %03d", window)
	body, err := w.exchange(ctx, what, fmt.Sprintf("%03d0", window))
	if err != nil {
		return "", err
	}
	data, ok := strings.CutPrefix(body, fmt.Sprintf("%03d0", window))
	if !ok {
		return "", garbled(what, body, nil)
	}
	return data, nil
}

// number reads a window that holds a number.
func (w *windows) number(ctx context.Context, window int) (float64, error) {
	data, err := w.read(ctx, window)
	if err != nil {
		return 0, err
	}
	v, err := number(data)
	if err != nil {
		return 0, unknownData(fmt.Sprintf("window %03d", window), data, err)
	}
	return v, nil
}

// logic reads a window that is 0 or 1.
func (w *windows) logic(ctx context.Context, window int) (bool, error) {
	data, err := w.read(ctx, window)
	if err == nil && data != "0" && data != "1" {
		err = unknownData(fmt.Sprintf("window %03d", window), data, nil)
	}
	return data == "1", err
}

// write sets a window and makes sure that it was done.
func (w *windows) write(ctx context.Context, window int, data string) error {
	what := fmt.Sprintf("window %03d = %s", window, data)
	body, err := w.exchange(ctx, what, fmt.Sprintf("%03d1%s", window, data))
	if err == nil && body != string([]byte{windowDone}) {
		return garbled(what, body, nil)
	}
	return err
}

// exchange sends a body and returns the one that answers it. A code other than done is a refusal.
func (w *windows) exchange(ctx context.Context, what, body string) (string, error) {
	w.request = append(append(w.request[:0], stx, w.address), body...)
	w.request = append(w.request, etx)
	w.request = fmt.Appendf(w.request, "%02X", xor(w.request[1:]))
	reply, err := w.port.Transact(ctx, w.request, windowEnd)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	frame, sum := reply[1:len(reply)-2], string(reply[len(reply)-2:])
	got := string(frame[1 : len(frame)-1])
	switch want := fmt.Sprintf("%02X", xor(frame)); {
	case sum != want:
		return "", garbled(what, fmt.Sprintf("% X", reply), fmt.Errorf("check %q, want %s", sum, want))
	case frame[0] != w.address:
		return "", garbled(what, fmt.Sprintf("% X", reply), fmt.Errorf("from address %02X", frame[0]))
	case len(got) == 1 && got[0] != windowDone:
		return "", refused(what, strings.TrimSpace(fmt.Sprintf("code %02X %s", got[0], windowCodes[got[0]])))
	}
	return got, nil
}

// windowEnd is STX, an address, a body, ETX and the two digits behind it.
func windowEnd(data []byte, _ bool) (int, []byte, error) {
	switch {
	case len(data) > 0 && data[0] != stx, len(data) > 1 && data[1] < 0x80:
		return 0, nil, fmt.Errorf("%w: % X is no frame", ErrGarbled, data[:min(len(data), 8)])
	case len(data) < 3:
		return 0, nil, nil
	}
	end := bytes.IndexByte(data[2:], etx)
	if end < 0 {
		return more(data)
	}
	if end == 0 {
		return 0, nil, fmt.Errorf("%w: % X is an empty frame", ErrGarbled, data[:3])
	}
	return exactly(2+end+3)(data, false)
}
