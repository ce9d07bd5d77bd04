package drivers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
)

// telegrams speak the Pfeiffer Vacuum Protocol (framing F4): ASCII telegrams with counted data and a checksum.
//
//	aaa 00 nnn 02 =? ccc CR   query            -> aaa 10 nnn ll data ccc CR
//	aaa 10 nnn ll data ccc CR control command  -> the same telegram
//
// ccc is the sum of all characters before it modulo 256.
type telegrams struct {
	port    Port
	address int // 1..255

	request []byte
}

// query asks for a parameter and returns its data, as long as it was counted.
//
//	"0010030902=?107" 0D -> "0011030906000825035" 0D
func (t *telegrams) query(ctx context.Context, parameter int) (string, error) {
	return t.exchange(ctx, "00", parameter, "=?")
}

// control sets a parameter. It was accepted when the telegram comes back as it was sent.
//
//	"0011002306111111019" 0D -> the same
func (t *telegrams) control(ctx context.Context, parameter int, data string) error {
	got, err := t.exchange(ctx, "10", parameter, data)
	if err == nil && got != data {
		return garbled(fmt.Sprintf("P%03d = %s", parameter, data), got, nil)
	}
	return err
}

var errNoParameter = errors.New("the unit has no such parameter")

func (t *telegrams) exchange(ctx context.Context, action string, parameter int, data string) (string, error) {
	what := fmt.Sprintf("P%03d", parameter)
	t.request = appendTelegram(t.request[:0], t.address, action, parameter, data)
	reply, err := t.port.Transact(ctx, t.request, telegramEnd)
	if err != nil {
		return "", fmt.Errorf("%s: %w", what, err)
	}
	got, err := parseTelegram(reply)
	switch {
	case err != nil:
		return "", garbled(what, string(reply), err)
	case got.address != t.address || got.parameter != parameter || got.action != "10":
		return "", garbled(what, string(reply), fmt.Errorf("from address %d about P%03d", got.address, got.parameter))
	case got.data == "NO_DEF":
		return "", fmt.Errorf("%w: %w", refused(what, got.data), errNoParameter)
	case got.data == "_RANGE" || got.data == "_LOGIC":
		return "", refused(what, got.data)
	}
	return got.data, nil
}

// telegram is one of them, taken apart.
type telegram struct {
	address   int
	action    string // "00" query, "10" control or answer
	parameter int
	data      string
}

func appendTelegram(dst []byte, address int, action string, parameter int, data string) []byte {
	start := len(dst)
	dst = fmt.Appendf(dst, "%03d%s%03d%02d%s", address, action, parameter, len(data), data)
	return fmt.Appendf(dst, "%03d\r", sum8(dst[start:]))
}

// parseTelegram takes a telegram without its CR apart.
func parseTelegram(b []byte) (telegram, error) {
	if len(b) < 13 {
		return telegram{}, fmt.Errorf("%d characters are too short", len(b))
	}
	body, sum := b[:len(b)-3], b[len(b)-3:]
	if want := fmt.Sprintf("%03d", sum8(body)); want != string(sum) {
		return telegram{}, fmt.Errorf("checksum %q, want %s", sum, want)
	}
	address, err1 := strconv.ParseUint(string(b[0:3]), 10, 16)
	parameter, err2 := strconv.ParseUint(string(b[5:8]), 10, 16)
	length, err3 := strconv.ParseUint(string(b[8:10]), 10, 8)
	if err1 != nil || err2 != nil || err3 != nil || int(length) != len(body)-10 {
		return telegram{}, fmt.Errorf("head %q with %d characters of data", b[:10], len(body)-10)
	}
	return telegram{int(address), string(b[3:5]), int(parameter), string(body[10:])}, nil
}

// telegramEnd is one telegram without its CR. Bytes outside 20..7F before it, which come when the bus turns round, and our own
// query, which comes back where the adapter echoes, are skipped.
func telegramEnd(data []byte, _ bool) (int, []byte, error) {
	skip := 0
	for skip < len(data) && (data[skip] < 0x20 || data[skip] > 0x7F) {
		skip++
	}
	end := bytes.IndexByte(data[skip:], '\r')
	if end < 0 {
		_, _, err := more(data)
		return skip, nil, err
	}
	frame := data[skip : skip+end]
	if len(frame) > 10 && string(frame[3:5]) == "00" && bytes.Contains(frame, []byte("=?")) {
		return skip + end + 1, nil, nil
	}
	return skip + end + 1, frame, nil
}

// The data types of telegrams, by their number.

// telegramBool is type 0 (six times 0 or 1) or type 6 (once).
func telegramBool(data string) (bool, error) {
	switch data {
	case "000000", "0":
		return false, nil
	case "111111", "1":
		return true, nil
	}
	return false, fmt.Errorf("%q is neither 000000 nor 111111: %w", data, ErrGarbled)
}

// telegramInt is type 1 (six digits) or 7 (three).
func telegramInt(data string) (int, error) {
	n, err := strconv.ParseUint(data, 10, 32)
	if err != nil || len(data) != 6 && len(data) != 3 {
		return 0, fmt.Errorf("%q is no number of six or three digits: %w", data, ErrGarbled)
	}
	return int(n), nil
}
