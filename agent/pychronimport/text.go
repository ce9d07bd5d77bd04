package pychronimport

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// windows1252 are the characters that Windows-1252 has at 80h to 9Fh; 0 = none.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0, 0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// clean takes off a byte order mark and makes every line end a line feed.
func clean(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
}

// latin is data as it is where it is UTF-8, else read as Windows-1252, of which Latin-1 is the rest.
func latin(data []byte) []byte {
	if utf8.Valid(data) {
		return data
	}
	var out bytes.Buffer
	for _, b := range data {
		r := rune(b)
		if b >= 0x80 && b <= 0x9f && windows1252[b-0x80] != 0 {
			r = windows1252[b-0x80]
		}
		out.WriteRune(r)
	}
	return out.Bytes()
}

// charset lets the XML decoder read what the headers of setupfiles name. The text itself is UTF-8 by then.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "ascii", "us-ascii", "utf-8", "utf8", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252":
		return in, nil
	}
	return nil, fmt.Errorf("encoding is %q; must be ASCII, UTF-8, ISO-8859-1 or Windows-1252", label)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
