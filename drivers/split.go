package drivers

import (
	"bytes"
	"fmt"
)

// Split functions find the end of a reply, as [bufio.SplitFunc] says: they are given what has come so far and answer
// (0, nil, nil) while more is needed, (n, token, nil) when the reply is complete, (n, nil, nil) to skip n bytes that do not
// belong to it, and an error wrapping [ErrGarbled] when this can never become a reply. A driver makes its split functions
// once, when it is constructed; they keep nothing between replies.

// maxReply is the longest reply that is waited for, in bytes; more without an end is noise.
const maxReply = 4096

// until ends a reply at the first of ends, which is not part of it. An end may have several bytes (";FF").
func until(ends ...string) func([]byte, bool) (int, []byte, error) {
	return func(data []byte, _ bool) (int, []byte, error) {
		at, length := -1, 0
		for _, end := range ends {
			if i := bytes.Index(data, []byte(end)); i >= 0 && (at < 0 || i < at) {
				at, length = i, len(end)
			}
		}
		if at < 0 {
			return more(data)
		}
		return at + length, data[:at:at], nil
	}
}

// readLine is one line of text, ended by CR, LF or both. The rest of an earlier line's end, and empty lines, are skipped.
func readLine(data []byte, _ bool) (int, []byte, error) {
	skip := 0
	for skip < len(data) && (data[skip] == '\r' || data[skip] == '\n') {
		skip++
	}
	if skip > 0 {
		return skip, nil, nil
	}
	if i := bytes.IndexAny(data, "\r\n"); i >= 0 {
		return i + 1, data[:i:i], nil
	}
	return more(data)
}

// exactly is a reply of n bytes.
func exactly(n int) func([]byte, bool) (int, []byte, error) {
	return func(data []byte, _ bool) (int, []byte, error) {
		if len(data) < n {
			return 0, nil, nil
		}
		return n, data[:n:n], nil
	}
}

// segment is whatever comes first, whole: a datagram, or what a one-shot server writes before it closes.
func segment(data []byte, _ bool) (int, []byte, error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	return len(data), data, nil
}

// more asks for more unless there is already too much.
func more(data []byte) (int, []byte, error) {
	if len(data) > maxReply {
		return 0, nil, fmt.Errorf("%w: %d bytes without an end", ErrGarbled, len(data))
	}
	return 0, nil, nil
}
