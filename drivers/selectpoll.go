package drivers

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Select and poll with control characters and a block check character (framing F6):
//
//	STX data ETX BCC
//
// BCC is the exclusive or of everything after STX up to and including ETX. It may be any byte, CR, ACK or ETX too, so a
// reply ends exactly one byte after the first ETX and nothing is trimmed.

// block is a reply that begins with start (whose last byte is STX) and ends one byte after the first ETX that follows, or
// is one of the single bytes that stand for an answer (EOT, ACK, NAK). What begins otherwise is garbled.
func block(start string, singles ...byte) func([]byte, bool) (int, []byte, error) {
	return func(data []byte, _ bool) (int, []byte, error) {
		if len(data) == 0 {
			return 0, nil, nil
		}
		if slices.Contains(singles, data[0]) {
			return 1, data[:1:1], nil
		}
		n := min(len(data), len(start))
		if string(data[:n]) != start[:n] {
			return 0, nil, fmt.Errorf("%w: begins with % X, want % X", ErrGarbled, data[:n], start)
		}
		end := bytes.IndexByte(data[n:], etx)
		if end < 0 || len(data) < n+end+2 {
			return more(data)
		}
		return n + end + 2, data[: n+end+2 : n+end+2], nil
	}
}

// appendBlock appends STX data ETX BCC; mask is FF, or 7F where the line has 7 bits.
func appendBlock(dst []byte, data string, mask byte) []byte {
	dst = append(dst, stx)
	at := len(dst)
	dst = append(append(dst, data...), etx)
	return append(dst, xor(dst[at:])&mask)
}

// openBlock checks the BCC of a whole block as the split function gives it and returns the data between start and ETX.
func openBlock(reply []byte, start string, mask byte) (string, error) {
	n := len(reply)
	if !strings.HasPrefix(string(reply), start) || n < len(start)+2 || reply[n-2] != etx {
		return "", fmt.Errorf("% X is no block: %w", reply, ErrGarbled)
	}
	if want := xor(reply[len(start):n-1]) & mask; reply[n-1] != want {
		return "", fmt.Errorf("% X: block check %02X, want %02X: %w", reply, reply[n-1], want, ErrGarbled)
	}
	return string(reply[len(start) : n-2]), nil
}
