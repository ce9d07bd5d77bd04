package buffer_test

import (
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestFilterText(t *testing.T) {
	for _, c := range []struct {
		field, text string
		want        bool
	}{
		{"Pressure", "SURE", true}, {"Pressure", "sires", false}, {"", "a", false}, {"Überdruck", "Über", true}, {"Überdruck", "über", false},
		{"ab", "abc", false}, {"100 %", "%", true}, {"a_b", "a?b", false},
	} {
		for name, e := range map[string]buffer.Event{
			"metric": {Metric: c.field}, "device": {Device: c.field}, "point": {Point: c.field},
			"status": {Status: c.field}, "missing": {Missing: c.field}, "note": {Note: c.field},
		} {
			f := buffer.Filter{Text: c.text}
			if got := f.Match(&e); got != c.want {
				t.Errorf("q=%q in %s %q: %v, want %v", c.text, name, c.field, got, c.want)
			}
		}
	}
	f := buffer.Filter{Text: "ig"}
	if f.Match(&buffer.Event{Labels: buffer.MakeLabels("channel", "ig")}) {
		t.Error("q found a label, which is not searched")
	}
}

func TestFilterTimes(t *testing.T) {
	at := time.Date(2026, 11, 22, 18, 0, 0, 1000, time.UTC)
	f := buffer.Filter{Since: at, Until: at.Add(time.Second)}
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{-time.Microsecond, false}, {0, true}, {999 * time.Nanosecond, true}, {time.Second - time.Nanosecond, true}, {time.Second, false}} {
		if got := f.Match(&buffer.Event{Time: at.Add(c.after)}); got != c.want {
			t.Errorf("an event %v after since: %v, want %v", c.after, got, c.want)
		}
	}
}

func TestParseFilter(t *testing.T) {
	q := buffer.ParseQuery("since=1795370400.0000015&until=2026-11-22T19:00:00.1234567%2B01:00&severity=error&kind=trip,alarm&kind=state", buffer.FilterParameters...)
	f := buffer.ParseFilter(q)
	if q.Err() != nil || f.Since.UnixNano() != 1795370400000002000 || f.Until.UnixNano() != 1795370400123456000 || f.MinSeverity != buffer.Error ||
		len(f.Kinds) != 3 || f.Limit != buffer.DefaultLimit {
		t.Errorf("filter %+v, %v", f, q.Err())
	}
	for raw, want := range map[string]string{
		"until=1&since=2": "must be since or later", "limit=50001": "must be a whole number from 0 to 50000", "colour=red": "must be one of: type, kind",
		"severity=loud": "what is less severe is left out", "q=" + strings.Repeat("x", 201): "must be at most 200", "a;b": "name=value",
	} {
		q := buffer.ParseQuery(raw, buffer.FilterParameters...)
		if buffer.ParseFilter(q); q.Err() == nil || !strings.Contains(q.Err().Error(), want) {
			t.Errorf("%s: %v, want %q", raw, q.Err(), want)
		}
	}
}
