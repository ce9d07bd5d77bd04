package drivers

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// The vectors of atl-excimer.md for frames the driver does not send by itself (burst, read pointers) and for the poll.
func TestATLFrames(t *testing.T) {
	for _, c := range []struct {
		register int
		words    []uint16
		want     string
	}{
		{atlPointer, []uint16{8, 4}, "02 30 30 30 32 30 30 30 38 30 30 30 34 03 0D"},
		{22, []uint16{100, 0}, "02 30 30 31 36 30 30 36 34 30 30 30 30 03 06"},
		{atlPointer, []uint16{1000, 1}, "02 30 30 30 32 30 33 45 38 30 30 30 31 03 7E"},
	} {
		if got := hex.EncodeToString(atlFrame(c.register, c.words...)); got != strings.ToLower(strings.ReplaceAll(c.want, " ", "")) {
			t.Errorf("atlFrame(%d, %v) = %s, want %s", c.register, c.words, got, c.want)
		}
	}
	reply := []byte("a\x100\x0200091770\x03\x0b")
	if n, token, err := atlPolled(reply, false); n != 14 || string(token) != string(reply) || err != nil {
		t.Errorf("atlPolled() = %d, % X, %v, want all 14 bytes", n, token, err)
	}
	if words, err := atlWords(reply, 9, 1); err != nil || words[0] != 6000 {
		t.Errorf("atlWords() = %v, %v, want 6000", words, err)
	}
	for what, words := range map[string][2]int{"another register": {10, 1}, "another count": {9, 2}} {
		if _, err := atlWords(reply, words[0], words[1]); !errors.Is(err, ErrGarbled) {
			t.Errorf("atlWords() of %s = %v, want ErrGarbled", what, err)
		}
	}
}

// Where an answer ends: DLE and a byte, or NAK; nothing yet in nothing; and no end in anything else.
func TestATLAnswers(t *testing.T) {
	for _, c := range []struct {
		data string
		used int
		is   string
		err  error
	}{
		{"", 0, "", nil}, {"\x15", 1, "\x15", nil}, {"\x15\x100", 1, "\x15", nil}, {"\x10", 0, "", nil}, {"\x100", 2, "\x100", nil}, {"X0", 0, "", ErrGarbled},
	} {
		used, is, err := atlAnswer([]byte(c.data), false)
		if used != c.used || string(is) != c.is || !errors.Is(err, c.err) || cap(is) != len(is) {
			t.Errorf("atlAnswer(%q) = %d, %q (of %d), %v; want %d, %q, %v", c.data, used, is, cap(is), err, c.used, c.is, c.err)
		}
	}
}
