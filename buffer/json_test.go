package buffer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

const readingJSON = `{"timestamp":"2026-11-22T18:19:00.123456Z","event_type":"gauge","metric_name":"pressure_pascals","value":1.2e-7,` +
	`"labels":{"channel":"ig","device":"ion1"},"status":"success","bound":"exact","source":"line1","boot":"9f2c61aa",` +
	`"lane":"readings","seq":1841,"up":8123.551204,"device":"ion1","point":"ig","unit":"pascals","kind":"reading","severity":"info"}`

func TestAppendJSON(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*buffer.Event)
		want   string // instead of `old` in readingJSON
		old    string
	}{
		"reading":        {func(*buffer.Event) {}, "", ""},
		"missing":        {func(e *buffer.Event) { e.Missing = "sensor off" }, `"value":null,"missing":"sensor off"`, `"value":1.2e-7`},
		"not a number":   {func(e *buffer.Event) { e.Value = math.NaN() }, `"value":null,"missing":"not a finite number"`, `"value":1.2e-7`},
		"infinite":       {func(e *buffer.Event) { e.Value = math.Inf(-1) }, `"value":null,"missing":"not a finite number"`, `"value":1.2e-7`},
		"zero":           {func(e *buffer.Event) { e.Value = 0 }, `"value":0`, `"value":1.2e-7`},
		"negative zero":  {func(e *buffer.Event) { e.Value = math.Copysign(0, -1) }, `"value":-0`, `"value":1.2e-7`},
		"large":          {func(e *buffer.Event) { e.Value = 1.5e+300 }, `"value":1.5e+300`, `"value":1.2e-7`},
		"no labels":      {func(e *buffer.Event) { e.Labels = "" }, `"labels":{}`, `"labels":{"channel":"ig","device":"ion1"}`},
		"no time":        {func(e *buffer.Event) { e.Time = time.Time{} }, `"timestamp":""`, `"timestamp":"2026-11-22T18:19:00.123456Z"`},
		"over range":     {func(e *buffer.Event) { e.Bound = buffer.AtLeast }, `"bound":"at_least"`, `"bound":"exact"`},
		"note":           {func(e *buffer.Event) { e.Note = "a\"\\\n\x01é\xff" }, `"severity":"info","note":"a\"\\\n\u0001é` + "\ufffd" + `"`, `"severity":"info"`},
		"words not said": {func(e *buffer.Event) { e.Kind, e.Severity = 0, 99 }, `"kind":"","severity":""`, `"kind":"reading","severity":"info"`},
	} {
		t.Run(name, func(t *testing.T) {
			e := reading()
			c.change(&e)
			got, want := string(buffer.AppendJSON(nil, &e)), strings.Replace(readingJSON, c.old, c.want, 1)
			if got != want {
				t.Errorf("AppendJSON =\n%s, want\n%s", got, want)
			}
			if !json.Valid([]byte(got)) {
				t.Errorf("AppendJSON = %s, which is not JSON", got)
			}
		})
	}
}

func TestJSONComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyEvent(t)
		text := buffer.AppendJSON(nil, &want)
		var got buffer.Event
		if err := buffer.ParseJSON(text, &got); err != nil {
			t.Fatalf("ParseJSON(%s): %v", text, err)
		}
		if got != want {
			t.Fatalf("ParseJSON(%s) =\n%+v, want\n%+v", text, got, want)
		}
	})
}

func TestParseJSONTakes(t *testing.T) {
	want := reading()
	want.Time = want.Time.Truncate(time.Microsecond)
	for name, text := range map[string]string{
		"what is written": readingJSON,
		"spaces":          " { \"newer\" : 1841 ,\n" + readingJSON[1:] + "\r\n",
		"unknown keys":    strings.Replace(readingJSON, `"seq"`, `"new":[{"a":"}]\""},[1,null],{}],"x":true,"seq"`, 1),
		"another zone":    strings.Replace(readingJSON, "18:19:00.123456Z", "20:19:00.123456+02:00", 1),
		"escaped":         strings.Replace(readingJSON, "ion1", `\u0069on1`, 2),
	} {
		t.Run(name, func(t *testing.T) {
			var got buffer.Event
			if err := buffer.ParseJSON([]byte(text), &got); err != nil || got != want {
				t.Errorf("ParseJSON = %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func manyKeys(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf(`"k%d":1`, i))
	}
	return strings.Join(keys, ",")
}

func TestParseJSONRefuses(t *testing.T) {
	swap := func(old, with string) string { return strings.Replace(readingJSON, old, with, 1) }
	for name, c := range map[string]struct{ text, says string }{
		"nothing":              {"", "not JSON"},
		"cut off":              {readingJSON[:100], "not JSON"},
		"an array":             {"[]", "not an object"},
		"a string for seq":     {swap("1841", `"1841"`), "seq"},
		"a negative seq":       {swap("1841", `-1`), "seq"},
		"a broken seq":         {swap("1841", `1.5`), "seq"},
		"a number for a text":  {swap(`"line1"`, `7`), "source"},
		"an unknown kind":      {swap(`"reading","sev`, `"rading","sev`), "must be one of: reading, command"},
		"an unknown lane":      {swap(`"readings"`, `"fast"`), "lane"},
		"a list of labels":     {swap(`{"channel":"ig","device":"ion1"}`, `["a"]`), "labels"},
		"a number as label":    {swap(`"ig"`, `1`), "channel"},
		"no value":             {swap(`"value":1.2e-7,`, ""), "no value"},
		"no reason":            {swap("1.2e-7", "null"), "missing"},
		"a reason and a value": {swap(`1.2e-7`, `1.2e-7,"missing":"off"`), "missing"},
		"too large a value":    {swap("1.2e-7", "1e999"), "too large"},
		"not a time":           {swap("2026-11-22T", "22.11.2026 "), "RFC 3339"},
		"up in words":          {swap("8123.551204", "1e3"), "up"},
		"seq twice":            {swap("1841", `1841,"seq":1`), "given twice"},
		"seq twice, escaped":   {swap("1841", `1841,"\u0073eq":1`), "given twice"},
		"a label twice":        {swap(`"channel":"ig"`, `"channel":"ig","channel":"cg"`), "given twice"},
		"too many keys":        {"{" + manyKeys(600) + "}", "more than 512 keys"},
	} {
		t.Run(name, func(t *testing.T) {
			var e buffer.Event
			err := buffer.ParseJSON([]byte(c.text), &e)
			if !errors.Is(err, buffer.ErrEvent) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("ParseJSON(%s) = %v, want ErrEvent that says %q", c.text, err, c.says)
			}
		})
	}
}

func TestAppendJSONAllocatesNothing(t *testing.T) {
	e, text := reading(), make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { text = buffer.AppendJSON(text[:0], &e) }); n != 0 {
		t.Errorf("AppendJSON allocates %v times, want 0", n)
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{readingJSON, `{}`, `{"labels":{"a":"\u0000","b":"\ud800"},"value":null,"missing":"x"}`, `{"up":-0.000001}`, `[`, "{\"a\":1e5}\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, again buffer.Event
		err := buffer.ParseJSON(data, &first)
		var texts buffer.Texts
		for range 2 {
			var shared buffer.Event
			if e := texts.ParseJSON(data, &shared); (e == nil) != (err == nil) || e == nil && shared != first {
				t.Fatalf("with shared texts %s is read as %+v, %v; want %+v, %v", data, shared, e, first, err)
			}
		}
		if err != nil {
			return
		}
		text := buffer.AppendJSON(nil, &first)
		first.Time = first.Time.Truncate(time.Microsecond)
		if first.Time.Year() < 0 || first.Time.Year() > 9999 {
			first.Time = time.Time{}
		}
		if err := buffer.ParseJSON(text, &again); err != nil || again != first {
			t.Fatalf("%s came back as %+v, %v, want %+v", text, again, err, first)
		}
	})
}

func BenchmarkAppendJSON(b *testing.B) {
	e, text := reading(), make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		text = buffer.AppendJSON(text[:0], &e)
	}
	_ = text
}

func BenchmarkParseJSON(b *testing.B) {
	data := []byte(readingJSON)
	var e buffer.Event
	b.ReportAllocs()
	for b.Loop() {
		if err := buffer.ParseJSON(data, &e); err != nil {
			b.Fatal(err)
		}
	}
}

// An agent before this one sends no point and no unit.
func TestParseJSONWithoutPointAndUnit(t *testing.T) {
	want := reading()
	text := strings.Replace(string(buffer.AppendJSON(nil, &want)), `"point":"ig","unit":"pascals",`, "", 1)
	want.Point, want.Unit, want.Time = "", "", want.Time.Truncate(time.Microsecond)
	var got buffer.Event
	if err := buffer.ParseJSON([]byte(text), &got); err != nil || got != want {
		t.Errorf("ParseJSON(%s) = %+v, %v, want %+v", text, got, err, want)
	}
}

// A time that could not be written again is none: its event would have no time.
func TestTimesThatAreTaken(t *testing.T) {
	for text, want := range map[string]bool{
		"2026-11-22T18:19:00.1234567+01:00": true, "1970-01-01T00:00:00Z": true, "9999-12-31T23:59:59.999999Z": true, "10000-01-01T00:00:00Z": false,
		"9999-12-31T23:59:59-01:00": false, "1970-01-01T00:00:00+01:00": false, "0001-01-01T00:00:00Z": false, "1790000000": false, "": false,
	} {
		if got, ok := buffer.ParseRFC3339(text); ok != want || ok && got.Nanosecond()%1000 != 0 {
			t.Errorf("ParseRFC3339(%q) = %v, %v, want %v", text, got, ok, want)
		}
		if _, ok := buffer.ParseMoment(text); ok != (want || text == "1790000000") {
			t.Errorf("ParseMoment(%q) = %v", text, ok)
		}
	}
	var e buffer.Event
	for _, zone := range []string{"9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"} {
		if err := buffer.ParseJSON([]byte(strings.Replace(readingJSON, "2026-11-22T18:19:00.123456Z", zone, 1)), &e); !errors.Is(err, buffer.ErrEvent) {
			t.Errorf("an event of %s is taken: %v, %v", zone, e.Time, err)
		}
	}
}
