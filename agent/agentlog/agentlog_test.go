package agentlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestLinesOfTheSystemJournal(t *testing.T) {
	b, written := journal(t)
	log := New(b)
	log.Info("agent started", "name", "line1")
	log.With("part", "broker").Warn("two\nlines", "err", errors.New("a\nb"))
	log.Error("worse")
	log.Log(context.Background(), levelCritical, "trip")
	want := "<6>msg=\"agent started\" name=line1\n<4>msg=\"two\\nlines\" part=broker err=\"a\\nb\"\n<3>msg=worse\n<2>msg=trip\n"
	if got := written(); got != want {
		t.Errorf("log = %q, want %q", got, want)
	}
	Mistakes(b, "a.yaml:3:1: key twice\na.yaml:4:1: warning: no unit")
	if got := written(); got != "<3>a.yaml:3:1: key twice\n<4>a.yaml:4:1: warning: no unit\n" {
		t.Errorf("mistakes = %q, want each on a line with its priority", got)
	}
}

// A shell in a window was started by systemd too, and what it starts writes into the window.
func TestLinesOfATerminal(t *testing.T) {
	journal(t)
	var b bytes.Buffer
	New(&b).Info("x")
	Mistakes(&b, "a.yaml:3:1: key twice\n")
	if got := b.String(); !strings.HasPrefix(got, "time=") || !strings.HasSuffix(got, "\na.yaml:3:1: key twice\n") {
		t.Errorf("not in the system's journal: %q, want its time and no priority", got)
	}
}

// journal is a stream that systemd made, and what was written to it since the last look.
func journal(t *testing.T) (stream *os.File, written func() string) {
	f, err := os.Create(filepath.Join(t.TempDir(), "stream"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	about, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	stat := about.Sys().(*syscall.Stat_t)
	t.Setenv("JOURNAL_STREAM", fmt.Sprintf("%d:%d", stat.Dev, stat.Ino))
	seen := 0
	return f, func() string {
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { seen = len(text) }()
		return string(text[seen:])
	}
}

func TestEventsThatAreLogged(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(newPriorityHandler(&b))
	limit := logLimit{left: logBurst}
	for n := range logBurst + 5 {
		logEvent(t.Context(), log, &buffer.Event{Kind: buffer.Trip, Severity: buffer.Critical, Metric: "interlock_tripped", Value: 1, Labels: buffer.MakeLabels("rule", "hot"), Up: time.Duration(n)}, &limit)
		logEvent(t.Context(), log, &buffer.Event{Kind: buffer.Command, Severity: buffer.Info}, &limit)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if want := "<2>msg=trip metric=interlock_tripped value=1 rule=hot"; len(lines) != logBurst || lines[0] != want {
		t.Fatalf("%d lines, the first %q; want %d and %q", len(lines), lines[0], logBurst, want)
	}
	b.Reset()
	logEvent(t.Context(), log, &buffer.Event{Kind: buffer.Failure, Severity: buffer.Error, Device: "ion1", Labels: buffer.MakeLabels("device", "ion1"), Up: 2 * logInterval}, &limit)
	if got := b.String(); !strings.Contains(got, "count=5") || !strings.Contains(got, "<3>msg=failure device=ion1 value=0") || strings.Count(got, "device=") != 1 {
		t.Errorf("after a while: %q, want the failure and how many were dropped", got)
	}
}
