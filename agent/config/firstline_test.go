package config

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A password is the first line of a file, whatever ends it; what holds none is said so, without its name, and is not waited for.
func TestFirstLine(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, want, err string }{
		"a line":     {"secret\n", "secret", ""},
		"no end":     {"secret", "secret", ""},
		"from a PC":  {"secret\r\nother\r\n", "secret", ""},
		"empty":      {"", "", "first line is empty"},
		"below":      {"\nsecret\n", "", "first line is empty"},
		"blank line": {" \r\n", "", "first line is empty"},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := FirstLine(file)
		if got != c.want || (err == nil) != (c.err == "") || err != nil && (!strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), dir)) {
			t.Errorf("%s: FirstLine = %q, %v, want %q and %q", name, got, err, c.want, c.err)
		}
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{pipe, dir} {
		if got, err := FirstLine(file); err == nil || !strings.Contains(err.Error(), "it is no file") {
			t.Errorf("FirstLine(%s) = %q, %v, want that it is no file", filepath.Base(file), got, err)
		}
	}
}
