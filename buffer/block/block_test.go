package block_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// Whatever a ring holds comes back to the last bit.
func TestComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := anyEvents(t)
		var a block.Appender
		for i := range events {
			if !a.Append(&events[i]) {
				t.Fatalf("event %d of the series was not taken", i)
			}
		}
		packed := a.AppendBlock(nil)
		same(t, packed, events)
		if a.Len() != 0 || a.AppendBlock(nil) != nil {
			t.Fatal("the Appender is not empty after its block")
		}
	})
}

type fataler interface {
	Fatalf(format string, args ...any)
}

// same checks that a block gives these events.
func same(t fataler, packed []byte, events []buffer.Event) {
	var it block.Iterator
	if err := it.Open(packed); err != nil {
		t.Fatalf("Open: %v", err)
	}
	for i := range events {
		if !it.Next() {
			t.Fatalf("%d events, want %d", i, len(events))
		}
		want, got := events[i], it.Event
		if math.Float64bits(want.Value) != math.Float64bits(got.Value) {
			t.Fatalf("event %d: value %x, want %x", i, math.Float64bits(got.Value), math.Float64bits(want.Value))
		}
		want.Value, got.Value = 0, 0 // NaN is not equal to itself
		if got != want {
			t.Fatalf("event %d =\n%+v, want\n%+v", i, got, want)
		}
	}
	if it.Next() {
		t.Fatalf("more than %d events", len(events))
	}
	samePoints(t, packed, events)
}

// samePoints checks the points of a block.
func samePoints(t fataler, packed []byte, events []buffer.Event) {
	var p block.Points
	if err := p.Open(packed); err != nil {
		t.Fatalf("Points.Open: %v", err)
	}
	if len(p.Times) != len(events) || len(p.Values) != len(events) {
		t.Fatalf("%d times and %d values, want %d", len(p.Times), len(p.Values), len(events))
	}
	for i := range events {
		e := &events[i]
		at := e.Time.UnixMicro()
		if s := e.Time.Unix(); s > 1<<42 || s < -1<<42 { // more than 62 bits hold: the nearest that they do
			at = p.Times[i]
		}
		if p.Times[i] != at || math.Float64bits(p.Values[i]) != math.Float64bits(e.Value) || p.Missing(i) != (e.Missing != "") {
			t.Fatalf("point %d is %d %g missing=%t, want %d %g %q", i, p.Times[i], p.Values[i], p.Missing(i), at, e.Value, e.Missing)
		}
	}
}

// anyEvents draws events of one series as a ring holds them.
func anyEvents(t *rapid.T) []buffer.Event {
	text := func(name string, limit int) string { return rapid.StringN(-1, -1, limit).Draw(t, name) }
	first := buffer.Event{
		Source: text("source", 128), Boot: text("boot", 128), Lane: buffer.Lane(rapid.Byte().Draw(t, "lane")),
		Kind: buffer.Kind(rapid.Byte().Draw(t, "kind")), Severity: buffer.Severity(rapid.Byte().Draw(t, "severity")), Type: buffer.Type(rapid.Byte().Draw(t, "type")),
		Device: text("device", 128), Point: text("point", 128), Unit: buffer.Unit(text("unit", 128)), Metric: text("metric", 128),
		Labels: buffer.MakeLabels(rapid.SliceOfN(rapid.StringN(-1, -1, 100), 0, 6).Draw(t, "labels")...),
	}
	words := append([]string{"", "success"}, rapid.SliceOfN(rapid.StringN(-1, -1, 128), 0, 4).Draw(t, "words")...)
	notes := append([]string{""}, rapid.SliceOfN(rapid.StringN(-1, -1, 512), 0, 4).Draw(t, "notes")...)
	value, at, up := anyValue(t), anyTime(t), anyUp(t)
	events := make([]buffer.Event, rapid.OneOf(rapid.IntRange(1, 4), rapid.IntRange(1, 200)).Draw(t, "events"))
	for i := range events {
		e := first
		e.Seq = rapid.OneOf(rapid.Uint64(), rapid.Just(uint64(7*i))).Draw(t, "seq")
		e.Value, e.Time, e.Up = value.Draw(t, "value"), at.Draw(t, "time"), up.Draw(t, "up")
		e.Bound = buffer.Bound(rapid.OneOf(rapid.Just(byte(0)), rapid.Byte()).Draw(t, "bound"))
		e.Missing, e.Status, e.Note = rapid.SampledFrom(words).Draw(t, "missing"), rapid.SampledFrom(words).Draw(t, "status"), rapid.SampledFrom(notes).Draw(t, "note")
		events[i] = e
	}
	return events
}

// anyValue draws one of the sorts of values that a series has, now and then with any 64 bits between them.
func anyValue(t *rapid.T) *rapid.Generator[float64] {
	raw := rapid.Custom(func(t *rapid.T) float64 { return math.Float64frombits(rapid.Uint64().Draw(t, "bits")) })
	special := rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64,
		math.Float64frombits(0x7ff0000000000001), math.Float64frombits(0xfff8dead0000beef)})
	scale := rapid.SampledFrom([]float64{1, 100, buffer.PascalsPerTorr, 7}).Draw(t, "scale")
	exponent := math.Pow10(rapid.IntRange(0, 22).Draw(t, "exponent"))
	decimal := rapid.Custom(func(t *rapid.T) float64 {
		return float64(rapid.Int64Range(-99999, 99999).Draw(t, "mantissa")) / exponent * scale
	})
	return rapid.SampledFrom([]*rapid.Generator[float64]{raw, decimal, rapid.Float64(), rapid.OneOf(decimal, decimal, decimal, decimal, decimal, decimal, decimal, decimal, special)}).Draw(t, "sort")
}

func anyTime(t *rapid.T) *rapid.Generator[time.Time] {
	seconds := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64().Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC()
	})
	micro := rapid.Custom(func(t *rapid.T) time.Time { return time.UnixMicro(rapid.Int64().Draw(t, "us")).UTC() })
	nano := rapid.Custom(func(t *rapid.T) time.Time { return time.Unix(0, rapid.Int64().Draw(t, "ns")).UTC() })
	polled := rapid.Custom(func(t *rapid.T) time.Time {
		return time.UnixMicro(1_795_000_000_000_000 + 1_000_000*rapid.Int64Range(0, 5000).Draw(t, "poll") + rapid.Int64Range(-300, 300).Draw(t, "late")).UTC()
	})
	special := rapid.SampledFrom([]time.Time{{}, time.Unix(math.MaxInt64, 0).UTC(), time.Unix(math.MinInt64, 999_999_999).UTC(), time.Unix(0, math.MaxInt64).UTC()})
	return rapid.SampledFrom([]*rapid.Generator[time.Time]{seconds, micro, nano, polled, rapid.OneOf(micro, nano), rapid.OneOf(polled, special)}).Draw(t, "times")
}

func anyUp(t *rapid.T) *rapid.Generator[time.Duration] {
	any := rapid.Custom(func(t *rapid.T) time.Duration { return time.Duration(rapid.Int64().Draw(t, "up")) })
	whole := rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(0, 1e13).Draw(t, "up")) * time.Microsecond
	})
	return rapid.SampledFrom([]*rapid.Generator[time.Duration]{any, whole}).Draw(t, "ups")
}

func TestSummaryWithoutUnpacking(t *testing.T) {
	var a block.Appender
	e := buffer.Event{Source: "line1", Boot: "9f2c61aa", Device: "ion1", Point: "ig", Seq: 12, Time: time.Unix(100, 2500).UTC(), Up: 1999 * time.Nanosecond}
	for i, v := range []float64{3, math.NaN(), 1, 8, math.Inf(1)} {
		e.Seq, e.Time, e.Value, e.Missing = uint64(12-i), e.Time.Add(time.Second), v, ""
		if v == 8 {
			e.Missing = "off"
		}
		a.Append(&e)
	}
	key, s, err := block.Look(a.AppendBlock(nil))
	want := block.Summary{Count: 5, FirstSeq: 8, LastSeq: 12, FirstTime: 101_000_002, LastTime: 105_000_002, FirstUp: 1, LastUp: 1, Values: 2, Min: 1, Mean: 2, Max: 3}
	if err != nil || key != block.KeyOf(&e) || s != want {
		t.Errorf("Look = %+v %+v %v, want %+v", key, s, err, want)
	}
}

func TestAnotherSeriesOrAFullBlockIsNotTaken(t *testing.T) {
	var a block.Appender
	e := buffer.Event{Device: "ion1"}
	for i := range block.MaxReadings {
		if !a.Append(&e) {
			t.Fatalf("reading %d was not taken", i)
		}
	}
	if a.Append(&e) {
		t.Errorf("reading %d was taken", block.MaxReadings+1)
	}
	var it block.Iterator
	if err := it.Open(a.AppendBlock(nil)); err != nil || it.Summary.Count != block.MaxReadings {
		t.Errorf("a full block: %v", err)
	}
	a.Append(&e)
	if other := (buffer.Event{Device: "ion2"}); a.Append(&other) {
		t.Error("an event of another device was taken")
	}
}

// A full block of notes, each its own, is read: the Appender stops before the reader's limit.
func TestNotesFillABlock(t *testing.T) {
	var a block.Appender
	note := make([]byte, buffer.MaxNote)
	var events []buffer.Event
	for n := 0; ; n++ {
		for i := range note {
			note[i] = byte('a' + (n*31+i*i*7+n*i)%26)
		}
		e := buffer.Event{Device: "ion1", Note: string(note)}
		if !a.Append(&e) {
			break
		}
		events = append(events, e)
	}
	if len(events) < 500 {
		t.Fatalf("%d notes of %d bytes fit", len(events), len(note))
	}
	same(t, a.AppendBlock(nil), events)
}

func TestWhatIsNoBlock(t *testing.T) {
	var a block.Appender
	e := buffer.Event{Device: "ion1", Note: "n"}
	a.Append(&e)
	good := a.AppendBlock(nil)
	var it block.Iterator
	for n := range good {
		if err := it.Open(good[:n]); !errors.Is(err, block.ErrFormat) {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
	if err := it.Open(append([]byte{9}, good[1:]...)); err == nil || err.Error() != "not a block: format 9; must be 1" {
		t.Errorf("format 9: %v", err)
	}
	if err := it.Open(append(good, 0)); !errors.Is(err, block.ErrFormat) {
		t.Errorf("a byte behind: %v", err)
	}
}
