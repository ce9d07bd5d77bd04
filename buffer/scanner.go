package buffer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// scanner walks over one JSON text that is known to be valid, which spares it every check of grammar.
type scanner struct {
	data  []byte
	at    int
	texts *Texts // nil: none are shared
}

// peek is the first byte of what comes next.
func (s *scanner) peek() byte { return s.data[s.at] }

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// maxKeys is how many keys an object may have: as many as the labels of an event can at most be.
const maxKeys = MaxLabels / 2

// object calls field for each key with the scanner before its value, which field passes. A key given twice is an error: what reads the
// first of them and what reads the last would not do the same.
func (s *scanner) object(field func(key []byte) error) error {
	var space [32][]byte
	seen := space[:0]
	s.at++
	s.space()
	for s.peek() != '}' {
		key := plainKey(s.value())
		if slices.ContainsFunc(seen, func(k []byte) bool { return bytes.Equal(k, key) }) {
			return fmt.Errorf("key %.40q is given twice; must be given once", key)
		}
		if len(seen) == maxKeys {
			return fmt.Errorf("more than %d keys in an object", maxKeys)
		}
		seen = append(seen, key)
		s.space()
		s.at++ // :
		s.space()
		if err := field(key); err != nil {
			return err
		}
		s.space()
		if s.peek() == ',' {
			s.at++
			s.space()
		}
	}
	s.at++
	return nil
}

// plainKey is the text of a key that stands in its quotes.
func plainKey(quoted []byte) []byte {
	inside := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return inside
	}
	return []byte(unquote(inside))
}

// value passes the next value and returns its bytes.
func (s *scanner) value() []byte {
	start := s.at
	s.skip()
	return s.data[start:s.at]
}

// skip passes the next value, whatever it is.
func (s *scanner) skip() {
	depth := 0
	for {
		switch s.peek() {
		case '"':
			s.quoted()
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':', ' ', '\t', '\n', '\r':
			s.at++
		default:
			s.bare()
		}
		if depth == 0 {
			return
		}
	}
}

func (s *scanner) quoted() {
	for s.at++; s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
}

// bare passes a number, true, false or null.
func (s *scanner) bare() {
	for s.at < len(s.data) && strings.IndexByte(",:]} \t\r\n", s.data[s.at]) < 0 {
		s.at++
	}
}

// raw is the next value, which must begin like a string ('"') or a number ('0').
func (s *scanner) raw(kind byte, must string) ([]byte, error) {
	c := s.peek()
	if kind == '0' && (c == '-' || c >= '0' && c <= '9') || c == kind {
		return s.value(), nil
	}
	return nil, s.wrong(must)
}

func (s *scanner) wrong(must string) error {
	return fmt.Errorf("%.40s must be %s", s.value(), must)
}

// text is the next value, a string, as a copy.
func (s *scanner) text() (string, error) {
	raw, err := s.raw('"', "a string")
	if err != nil {
		return "", err
	}
	return unquote(raw[1 : len(raw)-1]), nil
}

// shared is text of what comes again and again.
func (s *scanner) shared() (string, error) {
	raw, err := s.raw('"', "a string")
	if err != nil {
		return "", err
	}
	return s.texts.of(raw[1 : len(raw)-1]), nil
}

// unquote is the text that stands between quotes.
func unquote(inside []byte) string {
	plain := string(inside)
	if strings.IndexByte(plain, '\\') < 0 && utf8.ValidString(plain) {
		return plain
	}
	var text string
	if json.Unmarshal([]byte(`"`+plain+`"`), &text) != nil {
		return ""
	}
	return text
}
