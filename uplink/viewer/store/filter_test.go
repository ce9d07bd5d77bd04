package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

// filterWords trap what compares texts in another way than the ring does: case of other alphabets, wildcards, quotes, lines.
var filterWords = []string{"V1", "v1", "ion", "Ion_1", "a%b", "%", "_", `\`, "'", "\"", "Ü", "ü", "ſ", "s", "K", "K", "k", "İ", "i", "\n", "<b>", "success", "SUCCESS", "ß", "ss"}

func filterText(t *rapid.T, name string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(filterWords), 0, 3).Draw(t, name), "")
}

func filterTime(t *rapid.T, name string) time.Time {
	return zero.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, name))*time.Microsecond + time.Duration(rapid.SampledFrom([]int{0, 0, 1, 999}).Draw(t, name+" ns")))
}

// filterEvent draws an event; the number of its series keeps what the dictionary takes for one series the same.
func filterEvent(t *rapid.T, seq uint64) buffer.Event {
	e := buffer.Event{
		Source: rapid.SampledFrom([]string{"line1", "line2"}).Draw(t, "source"), Boot: rapid.SampledFrom([]string{"b1", "b2"}).Draw(t, "boot"),
		Lane: buffer.Lane(rapid.IntRange(1, 3).Draw(t, "lane")), Seq: seq, Time: filterTime(t, "time"),
		Device: filterText(t, "device"), Point: filterText(t, "point"), Metric: filterText(t, "metric"),
		Kind: buffer.Kind(rapid.IntRange(0, 10).Draw(t, "kind")), Severity: buffer.Severity(rapid.IntRange(0, 5).Draw(t, "severity")),
		Type: buffer.Type(rapid.IntRange(0, 3).Draw(t, "type")), Status: filterText(t, "status"), Missing: filterText(t, "missing"), Note: filterText(t, "note"),
	}
	if rapid.Bool().Draw(t, "went well") {
		e.Status = "success"
	}
	e.Labels = buffer.MakeLabels("channel", e.Point)
	return e
}

// drawFilter draws a filter whose parts often name what is there.
func drawFilter(t *rapid.T) buffer.Filter {
	f := buffer.Filter{MinSeverity: buffer.Severity(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3, 4, 5}).Draw(t, "min severity"))}
	some := func(name string) bool { return rapid.IntRange(0, 2).Draw(t, name+"?") == 0 }
	if some("types") {
		f.Types = rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 3), func(i int) buffer.Type { return buffer.Type(i) }), 1, 3).Draw(t, "types")
	}
	if some("kinds") {
		f.Kinds = rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 10), func(i int) buffer.Kind { return buffer.Kind(i) }), 1, 6).Draw(t, "kinds")
	}
	if some("lanes") {
		f.Lanes = rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 3), func(i int) buffer.Lane { return buffer.Lane(i) }), 1, 2).Draw(t, "lanes")
	}
	if some("devices") {
		f.Devices = rapid.SliceOfN(rapid.SampledFrom(filterWords), 1, 6).Draw(t, "devices")
	}
	if some("sources") {
		f.Sources = []string{rapid.SampledFrom([]string{"line1", "line2", "LINE1"}).Draw(t, "sources")}
	}
	if some("boot") {
		f.Boot = rapid.SampledFrom([]string{"b1", "b2", "B1"}).Draw(t, "of boot")
	}
	if some("since") {
		f.Since = filterTime(t, "since")
	}
	if some("until") {
		f.Until = filterTime(t, "until")
	}
	if rapid.Bool().Draw(t, "text?") {
		f.Text = filterText(t, "text")
	}
	f.Limit = rapid.SampledFrom([]int{0, 0, 1, 3, buffer.MaxLimit}).Draw(t, "limit")
	return f
}

// ringPicks is what the ring's filter picks, in the order and number that a store gives: by time, then boot, lane and number, the newest Limit.
func ringPicks(events []buffer.Event, boots map[bootKey]int64, f buffer.Filter) []string {
	var picked []buffer.Event
	for i := range events {
		if f.Match(&events[i]) {
			picked = append(picked, events[i])
		}
	}
	slices.SortStableFunc(picked, func(a, b buffer.Event) int {
		return cmp.Or(cmp.Compare(a.Time.UnixMicro(), b.Time.UnixMicro()), cmp.Compare(boots[bootKey{a.Source, a.Boot}], boots[bootKey{b.Source, b.Boot}]),
			cmp.Compare(a.Lane, b.Lane), cmp.Compare(a.Seq, b.Seq))
	})
	if f.Limit > 0 {
		picked = picked[max(0, len(picked)-f.Limit):]
	}
	return names(picked)
}

// empty deletes what the property tests store, but for the names.
func empty(t *rapid.T, s *Store) {
	for _, table := range []string{"event", "reading", "block", "block_data", "span", "stream", "clock"} {
		if _, err := s.write.Exec(`DELETE FROM ` + table); err != nil {
			t.Fatal(err)
		}
	}
	s.tails.forget()
	if err := s.dict.load(context.Background(), s.read); err != nil {
		t.Fatal(err)
	}
}

func names(events []buffer.Event) []string {
	out := []string{}
	for _, e := range events {
		out = append(out, fmt.Sprintf("%s/%s/%s/%d", e.Source, e.Boot, e.Lane, e.Seq))
	}
	return out
}

// filterProperty: for random events and filters the store picks what the ring picks.
func filterProperty(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	s, _ := fresh(t)
	found := 0
	rapid.Check(t, func(rt *rapid.T) {
		empty(rt, s)
		var events []buffer.Event
		for i := range rapid.IntRange(1, 20).Draw(rt, "events") {
			events = append(events, filterEvent(rt, uint64(i+1)))
		}
		appendAll(t, s, events...)
		for range 5 {
			f := drawFilter(rt)
			got, want := names(collect(t, s, f)), ringPicks(events, s.dict.boots, f)
			if !slices.Equal(got, want) {
				rt.Fatalf("%+v: the store picks %v, the ring %v", f, got, want)
			}
			found += len(want)
		}
	})
	if found == 0 {
		t.Error("no filter picked anything: the test compares nothing")
	}
}

// filterVectors: the store picks what the page's tests expect of the page.
func filterVectors(t *testing.T, fresh func(t *testing.T) (*Store, string)) {
	data, err := os.ReadFile("../../../telemetry/web/test/filter_vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Events  []json.RawMessage
		Vectors []struct {
			Query string
			Picks []uint64
		}
	}
	if err := json.Unmarshal(data, &file); err != nil || len(file.Vectors) == 0 {
		t.Fatal(err)
	}
	s, _ := fresh(t)
	for _, raw := range file.Events {
		var e buffer.Event
		if err := buffer.ParseJSON(raw, &e); err != nil {
			t.Fatal(err)
		}
		appendAll(t, s, e)
	}
	for _, v := range file.Vectors {
		got := []uint64{}
		for _, e := range collect(t, s, buffer.ParseFilter(buffer.ParseQuery(v.Query, buffer.FilterParameters...))) {
			got = append(got, e.Seq)
		}
		if !slices.Equal(got, v.Picks) {
			t.Errorf("%s picks %v, want %v", v.Query, got, v.Picks)
		}
	}
}

// A list that is added to the filter must reach the stores: by Lists, and in a column.
func TestEveryListOfAFilterHasAColumn(t *testing.T) {
	var f buffer.Filter
	lists := 0
	for v, i := reflect.ValueOf(&f).Elem(), 0; i < v.NumField(); i++ {
		if field := v.Field(i); field.Kind() == reflect.Slice {
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			lists++
		}
	}
	if got := len(f.Lists()); got != lists {
		t.Errorf("%d lists of the filter's %d are given to stores", got, lists)
	}
	for field := range f.Lists() {
		if columns[field] == "" {
			t.Errorf("no column holds %s", field)
		}
	}
	for _, field := range buffer.SearchedTexts {
		if columns[field] == "" {
			t.Errorf("no column holds the searched %s", field)
		}
	}
}
