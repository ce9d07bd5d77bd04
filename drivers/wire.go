package drivers

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Wire is bytes as they are on a line, as a configuration writes them: each character up to \xFF is the byte of its number, so
// that "\x80" is the byte 80. "hex:02 80 FF" gives them in hexadecimal.
type Wire string

const hexPrefix = "hex:"

// UnmarshalText reads the form above.
func (w *Wire) UnmarshalText(text []byte) error {
	s := string(text)
	if digits, ok := strings.CutPrefix(s, hexPrefix); ok {
		b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
		if err != nil {
			return fmt.Errorf("%q; must be pairs of hexadecimal digits after %s", s, hexPrefix)
		}
		*w = Wire(b)
		return nil
	}
	b, ok := bytesOf(s)
	if !ok {
		return fmt.Errorf("%q; must be bytes: characters up to \\xFF, or %s and pairs of hexadecimal digits", s, hexPrefix)
	}
	*w = Wire(b)
	return nil
}

// MarshalText writes the form above.
func (w Wire) MarshalText() ([]byte, error) {
	if strings.HasPrefix(string(w), hexPrefix) {
		return []byte(hexPrefix + hex.EncodeToString([]byte(w))), nil
	}
	return []byte(charactersOf([]byte(w))), nil
}

// charactersOf is bytes as text, one character a byte: what patterns and words are compared with, so that \x80 in a pattern is
// the byte 80.
func charactersOf(b []byte) string {
	if !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf }) {
		return string(b) // nearly always
	}
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

// bytesOf is the opposite of charactersOf. It is false for a character that is no byte.
func bytesOf(s string) ([]byte, bool) {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		if c > 0xFF {
			return nil, false
		}
		b = append(b, byte(c))
	}
	return b, true
}
