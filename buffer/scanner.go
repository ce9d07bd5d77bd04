package buffer

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanner walks over one JSON text that is known to be valid, which spares it every check of grammar.
type scanner struct {
	data []byte
	at   int
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

// object calls field for each key (as it stands between its quotes) with the scanner before its value, which field passes.
func (s *scanner) object(field func(key []byte) error) error {
	s.at++
	s.space()
	for s.peek() != '}' {
		key := s.value()
		s.space()
		s.at++ // :
		s.space()
		if err := field(key[1 : len(key)-1]); err != nil {
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
