package agentlog

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestLinesOfTheSystemJournal(t *testing.T) {
	t.Setenv("JOURNAL_STREAM", "8:1")
	var b bytes.Buffer
	log := New(&b)
	log.Info("agent started", "name", "line1")
	log.With("part", "broker").Warn("two\nlines", "err", errors.New("a\nb"))
	log.Error("worse")
	log.Log(context.Background(), levelCritical, "trip")
	want := "<6>msg=\"agent started\" name=line1\n<4>msg=\"two\\nlines\" part=broker err=\"a\\nb\"\n<3>msg=worse\n<2>msg=trip\n"
	if b.String() != want {
		t.Errorf("log = %q, want %q", b.String(), want)
	}
	t.Setenv("JOURNAL_STREAM", "")
	b.Reset()
	New(&b).Info("x")
	if !strings.HasPrefix(b.String(), "time=") {
		t.Errorf("log without systemd = %q, want its time", b.String())
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
	logEvent(t.Context(), log, &buffer.Event{Kind: buffer.Failure, Severity: buffer.Error, Device: "ion1", Up: 2 * logInterval}, &limit)
	if got := b.String(); !strings.Contains(got, "count=5") || !strings.Contains(got, "<3>msg=failure device=ion1") {
		t.Errorf("after a while: %q, want the failure and how many were dropped", got)
	}
}
