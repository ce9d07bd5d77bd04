package buffer

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// oddEvents are n events of which many have much in common, and one text each that differs: some of them one that the hash does not see.
func oddEvents(n int) []Event {
	var all []Event
	for i := range n {
		e := Event{
			Source: "line1", Boot: "9f2c61aa", Time: time.Date(2026, 11, 22, 18, 19, 0, 0, time.UTC), Up: time.Duration(i), Device: "ion1", Point: "ig",
			Unit: Pascals, Metric: "pressure_pascals", Value: float64(i), Labels: MakeLabels("channel", "ig", "device", "ion1"), Status: "success",
			Kind: Reading, Severity: Info, Type: Gauge, Bound: Bound(i % 3),
		}
		text := fmt.Sprintf("%d and a tail", i%97)
		switch i % 13 {
		case 0:
			e.Source = text
		case 1:
			e.Boot = text
		case 2:
			e.Device = text
		case 3:
			e.Point = text
		case 4:
			e.Unit = Unit(text)
		case 5:
			e.Metric = text
		case 6:
			e.Missing = text
		case 7:
			e.Labels = MakeLabels("device", text)
		case 8:
			e.Status = text
		case 9:
			e.Note = text
		case 10:
			e.Kind, e.Severity, e.Type = Kind(i%11), Severity(i%6), Type(i%4)
		case 11:
			e.Lane, e.Seq = Lane(1+i%3), uint64(i)
		case 12:
			e.Device, e.Labels, e.Time = strings.Repeat(text, 20), "", time.Time{}
		}
		all = append(all, e)
	}
	return all
}

// An event comes out of a ring as it was appended, whatever it has in common with others, and however many kinds there were.
func TestEventsComeOutAsAppended(t *testing.T) {
	const size = 64
	r := NewRing(Readings, size)
	appended := oddEvents(5000)
	for i := range appended {
		r.Append(&appended[i])
		if n := r.whats.n; n > size || len(r.whats.table) > 4*size {
			t.Fatalf("after %d events %d of what they have in common in a table of %d, want at most %d in %d", i+1, n, len(r.whats.table), size, 4*size)
		}
		if i%50 != 0 {
			continue
		}
		got, _ := r.Since(nil, 0)
		for k := range got {
			if want := appended[i+1-len(got)+k]; got[k] != want {
				t.Fatalf("event %d of the ring after %d = %+v, want %+v", k, i+1, got[k], want)
			}
		}
	}
}

// Appending a reading of one of many channels allocates nothing once each was told of.
func TestAppendAllocatesNothing(t *testing.T) {
	r := NewRing(Readings, 1000)
	var channels []Event
	for i := range 400 {
		device := fmt.Sprintf("p%03d_pirani", i/2)
		point := []string{"a", "b"}[i%2]
		channels = append(channels, Event{Source: "line1", Kind: Reading, Device: device, Point: point, Labels: MakeLabels("channel", point, "device", device)})
	}
	round := func() {
		for i := range channels {
			e := channels[i]
			r.Append(&e)
		}
	}
	round()
	if n := testing.AllocsPerRun(10, round); n != 0 {
		t.Errorf("%g allocations for a reading of each of %d channels, want none", n, len(channels))
	}
}
