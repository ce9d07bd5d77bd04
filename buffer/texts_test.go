package buffer_test

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"pychron-edge/buffer"
)

func TestEqualTextsOfEventsAreInMemoryOnce(t *testing.T) {
	var texts buffer.Texts
	var first, second buffer.Event
	for _, e := range []*buffer.Event{&first, &second} {
		if err := texts.ParseJSON([]byte(readingJSON), e); err != nil {
			t.Fatal(err)
		}
	}
	if first != second {
		t.Fatalf("read %+v and then %+v", first, second)
	}
	for what, pair := range map[string][2]string{"source": {first.Source, second.Source}, "boot": {first.Boot, second.Boot}, "device": {first.Device, second.Device},
		"point": {first.Point, second.Point}, "metric": {first.Metric, second.Metric}, "status": {first.Status, second.Status},
		"labels": {string(first.Labels), string(second.Labels)}, "a copy of the source": {first.Source, texts.Copy(strings.Clone(first.Source))}} {
		if pair[0] == "" || unsafe.StringData(pair[0]) != unsafe.StringData(pair[1]) {
			t.Errorf("%s: %q and %q are two", what, pair[0], pair[1])
		}
	}
}

// Whatever came before, an event is read as it is read alone: texts that look alike once they are escaped or cut are not taken for each other.
func TestSharedTextsAreThoseOfTheEvent(t *testing.T) {
	var texts buffer.Texts
	for range 2 {
		for _, device := range []string{`ion1`, `\u0069on1`, `ion\t1`, `ion\\t1`, "ion\xff1", `ion\ufffd1`, strings.Repeat("x", 500), ""} {
			data := fmt.Appendf(nil, `{"value":1,"device":"%s","status":"%s","labels":{"device":"%s","%s":"1"},"note":"%s"}`, device, device, device, device, device)
			var shared, alone buffer.Event
			errShared, errAlone := texts.ParseJSON(data, &shared), buffer.ParseJSON(data, &alone)
			if shared != alone || (errShared == nil) != (errAlone == nil) {
				t.Errorf("%s is read as %+v, %v; alone as %+v, %v", data, shared, errShared, alone, errAlone)
			}
		}
	}
}

func TestTooManyTextsAreForgotten(t *testing.T) {
	var texts buffer.Texts
	first := texts.Copy("line1")
	for i := range 10_000 {
		texts.Copy(fmt.Sprint("device", i))
	}
	if again := texts.Copy("line1"); again != first || unsafe.StringData(again) == unsafe.StringData(first) {
		t.Errorf("after 10 000 others %q is still in memory as it was", again)
	}
}
