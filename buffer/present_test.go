package buffer_test

import (
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestPresent(t *testing.T) {
	var p buffer.Present
	if got := p.Snapshot(); got != nil {
		t.Errorf("Snapshot of nothing = %v, want nil", got)
	}
	p.Set("v1", []buffer.Sample{{Device: "v1", Name: "open", Value: 1}})
	p.Set("ion1", []buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure"}, {Device: "ion1", Channel: "cg", Name: "pressure"}})
	before := p.Snapshot()
	p.Set("v1", []buffer.Sample{{Device: "v1", Name: "open", Value: 0}})
	if len(before) != 3 || before[0].Point() != "ig" || before[2].Point() != "open" || before[2].Value != 1 {
		t.Errorf("Snapshot = %+v, want ion1.ig, ion1.cg, v1.open at 1, unchanged by a later Set", before)
	}
	if got := p.Device("v1"); len(got) != 1 || got[0].Value != 0 {
		t.Errorf("Device(v1) = %+v, want open at 0", got)
	}
	p.Set("ion1", nil)
	if got := p.Snapshot(); len(got) != 1 {
		t.Errorf("Snapshot after ion1 is forgotten has %d samples, want 1", len(got))
	}
	n := 0
	p.Each(func(*buffer.Sample) { n++ })
	if n != 1 || p.Device("no such") != nil {
		t.Errorf("Each calls %d times, want 1; Device(no such) = %v, want nil", n, p.Device("no such"))
	}
}

func TestStale(t *testing.T) {
	s := buffer.Sample{Up: 10 * time.Second, StaleAfter: 5 * time.Second}
	for now, want := range map[time.Duration]bool{9 * time.Second: false, 10 * time.Second: false, 15 * time.Second: false, 15*time.Second + 1: true} {
		if got := s.Stale(now); got != want {
			t.Errorf("Stale(%v) of 10 s + 5 s = %v, want %v", now, got, want)
		}
	}
}

// A reader sees all the samples of one poll or all of another, never half of one.
func TestPresentIsNeverHalfOfAPoll(t *testing.T) {
	var p buffer.Present
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for i := range 300 {
				v := float64(2*i + w)
				p.Set("d", []buffer.Sample{{Value: v}, {Value: v}})
			}
		})
	}
	for range 300 {
		if s := p.Snapshot(); len(s) == 2 && s[0].Value != s[1].Value {
			t.Fatalf("samples of one poll = %v and %v, want equal", s[0].Value, s[1].Value)
		}
	}
	wg.Wait()
}

func TestLanes(t *testing.T) {
	l := buffer.NewLanes(0, 2, 3)
	for _, c := range []struct {
		e    buffer.Event
		want buffer.Lane
	}{
		{buffer.Event{Kind: buffer.Command}, buffer.Audit},
		{buffer.Event{Kind: buffer.Reading}, buffer.Readings},
		{buffer.Event{Kind: buffer.System, Severity: buffer.Debug}, buffer.Readings},
		{buffer.Event{Kind: buffer.Lifecycle, Lane: buffer.Ingest}, buffer.Ingest},
		{buffer.Event{}, buffer.Audit},
	} {
		e := c.e
		if l.Append(&e); e.Lane != c.want {
			t.Errorf("Append(%+v) to lane %v, want %v", c.e, e.Lane, c.want)
		}
	}
	now := l.Now()
	if now.String() != "2.2.1" || *now.Of(buffer.Audit) != 2 || *now.Of(buffer.Ingest) != 1 {
		t.Errorf("Now() = %v, want 2.2.1", now)
	}
	if c := l.Audit.Stats().Capacity; c != buffer.DefaultAudit {
		t.Errorf("capacity of size 0 = %d, want %d", c, buffer.DefaultAudit)
	}
}
