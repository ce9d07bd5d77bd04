package thrift

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Every thread gets it. One that has ended is none; one that may not be changed says so.
func TestSlackOfEveryThread(t *testing.T) {
	proc := t.TempDir()
	for _, dir := range []string{"self/task/7", "self/task/8", "self/task/9", "7", "8"} {
		if err := os.MkdirAll(filepath.Join(proc, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, thread := range []string{"7", "8"} {
		if err := os.WriteFile(filepath.Join(proc, thread, "timerslack_ns"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := eachThread(proc, func(thread string) error { return setSlack(thread, time.Millisecond) }); err != nil {
		t.Fatal(err)
	}
	for _, thread := range []string{"7", "8"} {
		if text, _ := os.ReadFile(filepath.Join(proc, thread, "timerslack_ns")); strings.TrimSpace(string(text)) != "1000000" {
			t.Errorf("thread %s = %q, want 1000000", thread, text)
		}
	}
	refused := func(string) error { return fs.ErrPermission }
	if err := eachThread(proc, refused); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("where it is not permitted: %v, want %v", err, fs.ErrPermission)
	}
}

// What a thread has already needs no right.
func TestSlackThatIsThere(t *testing.T) {
	now := Slack()
	if now <= 0 {
		t.Fatalf("Slack() = %v, want more than 0", now)
	}
	if err := SetSlack(now); err != nil {
		t.Errorf("SetSlack(%v), which it is = %v", now, err)
	}
}
