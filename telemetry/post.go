package telemetry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// maxPosted is how many events one request may bring.
const maxPosted = 1000

// ingest answers POST /events.
type ingest struct {
	backend   Backend
	namespace string                     // posted names may begin with it
	refuses   func(*buffer.Event) string // why the metric of an event would not be kept; nil = all are
	now       func() time.Time
}

// post answers POST /events: one event, an array, or one after the other (NDJSON). All are taken or none.
func (i *ingest) post(w http.ResponseWriter, r *http.Request, by buffer.Principal) error {
	if err := mistake(ask(r)); err != nil {
		return err
	}
	data, err := body(w, r, "application/json", "application/x-ndjson")
	if err != nil {
		return err
	}
	events, err := i.parsePosted(data)
	if err != nil {
		return err
	}
	if err := i.backend.Ingest(by.Name, events); err != nil {
		return err
	}
	answer(w, http.StatusOK, struct {
		Accepted int            `json:"accepted"`
		Dropped  map[string]int `json:"metrics_dropped,omitempty"`
	}{len(events), i.dropped(events)})
	return nil
}

// dropped counts the events whose metrics are not kept, by reason. The events themselves are.
func (i *ingest) dropped(events []buffer.Event) map[string]int {
	if i.refuses == nil {
		return nil
	}
	count := map[string]int{}
	for n := range events {
		if why := i.refuses(&events[n]); why != "" {
			count[why]++
		}
	}
	return count
}

// parsePosted reads events in Pychron's shape, or names the first bad field and its line.
func (i *ingest) parsePosted(data []byte) ([]buffer.Event, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	array := bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("["))
	if array {
		_, _ = decoder.Token() // it is "["
	}
	var events []buffer.Event
	for n := 1; !array || decoder.More(); n++ {
		line := lineAt(data, decoder.InputOffset())
		var p posted
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) && !array {
			break
		}
		if err != nil {
			return nil, badJSON(err, n, line)
		}
		if n > maxPosted {
			return nil, bad("event %d (line %d): too many; must be at most %d in one request", n, line, maxPosted)
		}
		e, err := i.eventOf(&p)
		if err != nil {
			return nil, bad("event %d (line %d): %v", n, line, err)
		}
		events = append(events, e)
	}
	if array {
		if err := closed(decoder); err != nil {
			return nil, badJSON(err, len(events), lineAt(data, decoder.InputOffset()))
		}
	}
	if len(events) == 0 && !array {
		return nil, bad("body is empty; must be one event, an array of events, or one event per line")
	}
	return events, nil
}

// closed reports whether an array ends, and the body with it.
func closed(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the array")
	}
	return nil
}

// lineAt is the line, from 1, of the next thing at or after an offset.
func lineAt(data []byte, offset int64) int {
	rest := data[min(int(offset), len(data)):]
	skipped := len(rest) - len(bytes.TrimLeft(rest, ", \t\r\n"))
	return 1 + bytes.Count(data[:int(offset)+skipped], []byte("\n"))
}

// badJSON explains an error of the decoder.
func badJSON(err error, n, line int) error {
	var (
		kind *json.UnmarshalTypeError
		is   *misread
	)
	switch text := err.Error(); {
	case errors.As(err, &is):
		if key, about := strings.CutPrefix(text, "key "); about {
			text = "field " + key
		}
		return bad("event %d (line %d): %s", n, line, text)
	case errors.As(err, &kind) && kind.Field == "":
		return bad("event %d (line %d) is %s; must be an object of %s", n, line, buffer.JSONValue(kind), postedFields)
	case errors.As(err, &kind):
		return bad("event %d (line %d): %s", n, line, wrongKind(kind))
	default:
		return bad("event %d (line %d): no JSON: %s; must be one event, an array of events, or one event per line", n, line, cut(strings.TrimPrefix(text, "json: ")))
	}
}

// wrongKind says what a field is and what it must be.
func wrongKind(e *json.UnmarshalTypeError) string {
	must := jsonKind(e.Type.Kind())
	if strings.HasPrefix(e.Value, "number ") { // a number it is, but none that fits
		must += " up to 1.8e308"
	}
	return fmt.Sprintf("%s is %s; must be %s", e.Field, buffer.JSONValue(e), must)
}

// jsonKind is what a Go type is called in JSON.
func jsonKind(kind reflect.Kind) string {
	switch kind {
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	}
	return "an object"
}
