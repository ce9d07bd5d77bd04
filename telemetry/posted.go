package telemetry

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
	"pychron-edge/telemetry/metrics"
	"pychron-edge/telemetry/runs"
)

// maxLabels is how many labels one posted event may have.
const maxLabels = 64

// posted is one event in Pychron's shape. No other field is accepted: the server itself knows who and where an event is from.
type posted struct {
	Type      *string                    `json:"event_type"`
	Metric    *string                    `json:"metric_name"`
	Value     *float64                   `json:"value"`
	Labels    map[string]json.RawMessage `json:"labels"`
	Status    *string                    `json:"status"`
	Timestamp json.RawMessage            `json:"timestamp"`
}

// UnmarshalJSON reads an event, whose keys must stand as they are written here, capitals included, and each once.
func (p *posted) UnmarshalJSON(data []byte) error {
	type plain posted
	if err := cmp.Or(buffer.UniqueKeys(data), buffer.ExactKeys(data, (*plain)(p))); err != nil {
		return &misread{err}
	}
	return json.Unmarshal(data, (*plain)(p))
}

// misread is why what is JSON is none that two programs would read alike.
type misread struct{ error }

const postedFields = "event_type, metric_name, value, labels, status, timestamp"

// eventOf checks one posted event, field by field.
func (i *ingest) eventOf(p *posted) (buffer.Event, error) {
	e := buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Severity: buffer.Info, Status: "success"}
	for _, check := range []func(*posted, *buffer.Event) error{kindOf, i.metricOf, valueOf, labelsOf, statusOfPosted, outcomeOf, i.timeOf} {
		if err := check(p, &e); err != nil {
			return e, err
		}
	}
	return e, nil
}

func kindOf(p *posted, e *buffer.Event) (err error) {
	if p.Type == nil {
		return errors.New("event_type is missing; must be one of: counter, gauge, histogram")
	}
	if e.Type, err = buffer.ParseType(*p.Type); err != nil {
		return fmt.Errorf("event_type: %w", err)
	}
	return nil
}

// metricOf takes a name with or without namespace.
func (i *ingest) metricOf(p *posted, e *buffer.Event) error {
	if p.Metric == nil {
		return errors.New("metric_name is missing; must be a name like run_started")
	}
	name := strings.TrimPrefix(*p.Metric, i.namespace+"_")
	switch {
	case !metrics.ValidName(name):
		return fmt.Errorf("metric_name %q must be letters, digits and _, not a digit or __ first, at most %d", cut(*p.Metric), metrics.MaxName)
	case metrics.Reserved(metrics.IngestName(name, e.Type)) && !metrics.Pychrons(metrics.IngestName(name, e.Type)):
		return fmt.Errorf("metric_name %q is this program's own; must be another name", cut(name))
	}
	if end, ok := wrongEnd(name, e.Type); ok {
		return fmt.Errorf("metric_name %q ends in %s, which a %s must not; must be another name", cut(name), end, e.Type)
	}
	e.Metric, e.Unit = strings.Clone(name), buffer.UnitNamed(name)
	return nil
}

// wrongEnd finds an ending that Prometheus takes for another type.
func wrongEnd(name string, kind buffer.Type) (string, bool) {
	for _, end := range []string{"_total", "_bucket", "_sum", "_count", "_created", "_info"} {
		if strings.HasSuffix(name, end) && !(end == "_total" && kind == buffer.Counter) {
			return end, true
		}
	}
	return "", false
}

func valueOf(p *posted, e *buffer.Event) error {
	switch {
	case p.Value == nil:
		return errors.New("value is missing; must be a number")
	case math.IsNaN(*p.Value) || math.IsInf(*p.Value, 0):
		return errors.New("value is not finite; must be a number")
	case e.Type == buffer.Counter && *p.Value < 0:
		return fmt.Errorf("value %g; must be 0 or more for a counter", *p.Value)
	}
	e.Value = *p.Value
	return nil
}

// labelsOf takes strings, and numbers and booleans as the text they are written in.
func labelsOf(p *posted, e *buffer.Event) error {
	if len(p.Labels) > maxLabels {
		return fmt.Errorf("labels: there are %d; must be at most %d", len(p.Labels), maxLabels)
	}
	pairs := make([]string, 0, 2*len(p.Labels))
	for name, raw := range p.Labels {
		if !metrics.ValidLabel(name) {
			return fmt.Errorf("labels: name %q must be letters, digits and _, not a digit or __ first, and not le, quantile, job, instance", cut(name))
		}
		value, err := labelValue(raw)
		if err != nil {
			return fmt.Errorf("labels: %s: %w", cut(name), err)
		}
		pairs = append(pairs, name, value)
	}
	e.Labels = buffer.MakeLabels(pairs...)
	if len(e.Labels) > buffer.MaxLabels {
		return fmt.Errorf("labels: %d bytes altogether; must be at most %d", len(e.Labels), buffer.MaxLabels)
	}
	return nil
}

func labelValue(raw json.RawMessage) (string, error) {
	var text string
	switch err := json.Unmarshal(raw, &text); {
	case len(raw) > 0 && (raw[0] == '{' || raw[0] == '[' || raw[0] == 'n'):
		return "", errors.New("a list, an object or null; must be text, a number or a boolean")
	case err != nil:
		text = string(raw)
	}
	return text, nil
}

func statusOfPosted(p *posted, e *buffer.Event) error {
	if p.Status == nil {
		return nil
	}
	if len(*p.Status) > buffer.MaxString {
		return fmt.Errorf("status is %d bytes long; must be at most %d", len(*p.Status), buffer.MaxString)
	}
	if e.Status = *p.Status; e.Status != "success" && e.Status != "" {
		e.Severity = buffer.Warning
	}
	return nil
}

// outcomeOf makes what ended badly as severe as it is. Pychron writes how it ended into a label; where it posts no status of its own, that
// is the status.
func outcomeOf(p *posted, e *buffer.Event) error {
	if !runs.Ends(e.Metric) {
		return nil
	}
	status := runs.StatusOf(e)
	if p.Status == nil && status != "" {
		e.Status = status
	}
	e.Severity = lifecycle.OutcomeOf(status).Severity()
	return nil
}

// timeOf takes seconds since 1970, or RFC 3339; none is now.
func (i *ingest) timeOf(p *posted, e *buffer.Event) error {
	e.Time = i.now().UTC()
	raw := bytes.TrimSpace(p.Timestamp)
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	text := string(raw)
	if text[0] == '"' {
		if err := json.Unmarshal(raw, &text); err != nil {
			return fmt.Errorf("timestamp: %w", err)
		}
		t, ok := buffer.ParseRFC3339(text)
		if !ok {
			return fmt.Errorf("timestamp %q must be seconds since 1970 or RFC 3339, of the years 1970 to 9999", cut(text))
		}
		e.Time = t
		return nil
	}
	seconds, err := strconv.ParseFloat(text, 64)
	t, ok := buffer.Epoch(seconds)
	if err != nil || !ok {
		return fmt.Errorf("timestamp %s must be seconds since 1970 or RFC 3339, of the years 1970 to 9999", cut(text))
	}
	e.Time = t
	return nil
}
