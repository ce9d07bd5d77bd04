package buffer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth is how deep JSON from outside may be nested.
const maxDepth = 32

// UniqueKeys says which key stands twice in one object of data, which must be JSON: what reads the first of them and what reads the
// last would not do the same. It also refuses what is nested deeper than 32 levels, and text that is not UTF-8, of which encoding/json would
// make another. What is no JSON is for others to refuse.
func UniqueKeys(data []byte) error {
	if at := notUTF8(data); at >= 0 {
		return fmt.Errorf("byte %d (0x%02x) is not UTF-8; must be JSON in UTF-8", at+1, data[at])
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var open []map[string]bool // nil: an array
	key := false               // the next token is a key
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF), err != nil:
			return nil
		case key && token != json.Delim('}'):
			name := token.(string)
			if keys := open[len(open)-1]; keys[name] {
				return fmt.Errorf("key %q is given twice; must be given once", clip(name, 40))
			}
			open[len(open)-1][name] = true
			key = false
			continue
		case token == json.Delim('{'):
			open = append(open, map[string]bool{})
		case token == json.Delim('['):
			open = append(open, nil)
		case token == json.Delim('}'), token == json.Delim(']'):
			open = open[:len(open)-1]
		}
		if len(open) > maxDepth {
			return fmt.Errorf("nested deeper than %d levels", maxDepth)
		}
		key = len(open) > 0 && open[len(open)-1] != nil
	}
}

// notUTF8 is where data stops being UTF-8, -1 where it is.
func notUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	at := 0
	for {
		r, n := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && n == 1 {
			return at
		}
		at += n
	}
}
