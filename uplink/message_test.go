package uplink

import (
	"errors"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

func TestDecode(t *testing.T) {
	e := gauge(1)
	e.Lane, e.Seq = buffer.Readings, 7
	event := string(buffer.AppendJSON(nil, &e))
	but := func(change func(*buffer.Event)) string {
		hostile := e
		change(&hostile)
		return string(buffer.AppendJSON(nil, &hostile))
	}
	long := strings.Repeat("x", 129)
	for name, c := range map[string]struct {
		topic, payload string
		retained       bool
		kind           Kind
		prefix         string
	}{
		"reading":                         {"pychron/line1/readings/ion1/ig", event, false, EventMessage, "pychron"},
		"exchange":                        {"pychron/line1/readings/ion1/io", event, false, EventMessage, "pychron"},
		"audit":                           {"pychron/line1/audit", but(func(e *buffer.Event) { e.Lane = buffer.Audit }), false, EventMessage, "pychron"},
		"status":                          {"pychron/line1/status", `{"state":"online"}`, true, StatusMessage, "pychron"},
		"state":                           {"pychron/line1/state/V1/open", `{"value":1}`, true, StateMessage, "pychron"},
		"gap":                             {"pychron/line1/gap", `{"lane":"audit","boot":"b","from":1,"to":3}`, false, GapMessage, "pychron"},
		"gap of unknown end":              {"pychron/line1/gap", `{"lane":"audit","boot":"b","from":1,"to":0}`, false, GapMessage, "pychron"},
		"result":                          {"pychron/line1/results", `{"id":"1"}`, false, ResultMessage, "pychron"},
		"trip":                            {"pychron/line1/trips", `{"gzip":"AAAA"}`, false, TripMessage, "pychron"},
		"a trip of nothing":               {"pychron/line1/trips", `{"gzip":""}`, false, 0, "pychron"},
		"a trip that is no base64":        {"pychron/line1/trips", `{"gzip":"%"}`, false, 0, "pychron"},
		"a huge trip":                     {"pychron/line1/trips", `{"gzip":"` + strings.Repeat("A", 1<<20) + `"}`, false, 0, "pychron"},
		"a prefix of two levels":          {"lab/a/line1/readings/ion1/ig", event, false, EventMessage, "lab/a"},
		"another prefix":                  {"other/line1/audit", event, false, 0, "pychron"},
		"no agent":                        {"pychron//audit", event, false, 0, "pychron"},
		"an unknown topic":                {"pychron/line1/news", "{}", false, 0, "pychron"},
		"a reading too deep":              {"pychron/line1/readings/a/b/c", event, false, 0, "pychron"},
		"a retained reading":              {"pychron/line1/readings/ion1/ig", event, true, 0, "pychron"},
		"somebody else's event":           {"pychron/line2/audit", event, false, 0, "pychron"},
		"an event without seq":            {"pychron/line1/audit", `{"source":"line1","boot":"b","lane":"audit"}`, false, 0, "pychron"},
		"seq beyond 2^53":                 {"pychron/line1/readings/ion1/ig", but(func(e *buffer.Event) { e.Seq = 1 << 53 }), false, 0, "pychron"},
		"seq twice":                       {"pychron/line1/readings/ion1/ig", strings.Replace(event, `"seq":7`, `"seq":7,"seq":9`, 1), false, 0, "pychron"},
		"a reading on audit":              {"pychron/line1/audit", event, false, 0, "pychron"},
		"an audit event elsewhere":        {"pychron/line1/readings/ion1/ig", but(func(e *buffer.Event) { e.Lane = buffer.Audit }), false, 0, "pychron"},
		"a negative time since the start": {"pychron/line1/readings/ion1/ig", but(func(e *buffer.Event) { e.Up = -1e9 }), false, 0, "pychron"},
		"a long device":                   {"pychron/line1/readings/ion1/ig", but(func(e *buffer.Event) { e.Device = long }), false, 0, "pychron"},
		"a long boot":                     {"pychron/line1/readings/ion1/ig", but(func(e *buffer.Event) { e.Boot = long }), false, 0, "pychron"},
		"a control character":             {"pychron/line1/readings/ion1/ig", but(func(e *buffer.Event) { e.Point = "a\nb" }), false, 0, "pychron"},
		"a long note":                     {"pychron/line1/readings/ion1/ig", but(func(e *buffer.Event) { e.Note = strings.Repeat("x", 513) }), false, 0, "pychron"},
		"a clock off by an age":           {"pychron/line1/audit", but(func(e *buffer.Event) { e.Lane, e.Kind, e.Value = buffer.Audit, buffer.Clock, 1e300 }), false, 0, "pychron"},
		"a long agent":                    {"pychron/" + long + "/status", "{}", true, 0, "pychron"},
		"a huge status":                   {"pychron/line1/status", strings.Repeat(" ", 2<<20) + "{}", true, 0, "pychron"},
		"a gap beyond 2^53":               {"pychron/line1/gap", `{"lane":"audit","boot":"b","from":1,"to":9223372036854775808}`, false, 0, "pychron"},
		"no event":                        {"pychron/line1/audit", `[]`, false, 0, "pychron"},
		"no gap":                          {"pychron/line1/gap", `{"lane":"audit","boot":"b","from":0,"to":3}`, false, 0, "pychron"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := DecodeUnder([]string{c.prefix}, c.topic, []byte(c.payload), c.retained)
			if c.kind == 0 {
				if !errors.Is(err, ErrMessage) {
					t.Errorf("Decode(%s) = %v, want ErrMessage", c.topic, err)
				}
				return
			}
			if err != nil || m.Kind != c.kind || m.Agent != "line1" || m.Retained != c.retained {
				t.Errorf("Decode(%s) = %+v, %v, want kind %d of line1", c.topic, m, err, c.kind)
			}
			if m.Kind == EventMessage && m.Event.Seq != 7 || m.Kind == StateMessage && (m.Device != "V1" || m.Control != "open") || m.Kind == GapMessage && m.Gap.From != 1 {
				t.Errorf("Decode(%s) = %+v, want its content", c.topic, m)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	e := audit(1)
	e.Lane, e.Seq = buffer.Audit, 1
	f.Add("pychron/line1/audit", buffer.AppendJSON(nil, &e), false)
	f.Add("pychron/line1/gap", []byte(`{"lane":"audit","boot":"b","from":1,"to":3}`), false)
	f.Add("pychron/line1/state/V1/open", []byte(`{"value":null}`), true)
	f.Add("pychron/line1/status", []byte{}, true)
	f.Fuzz(func(t *testing.T, topic string, payload []byte, retained bool) {
		m, err := DecodeUnder([]string{"pychron"}, topic, payload, retained)
		if err != nil {
			return
		}
		switch m.Kind {
		case EventMessage:
			if m.Event.Seq == 0 || m.Event.Lane == 0 || retained {
				t.Fatalf("Decode(%q) = %+v, want an identity, not retained", topic, m)
			}
		case GapMessage:
			if m.Gap.From == 0 || m.Gap.To != 0 && m.Gap.To < m.Gap.From {
				t.Fatalf("Decode(%q) = %+v, want a gap", topic, m)
			}
		case StatusMessage, StateMessage, TripMessage, ResultMessage:
		default:
			t.Fatalf("Decode(%q) = %+v without an error", topic, m)
		}
	})
}

func FuzzCommand(f *testing.F) {
	f.Add([]byte(`{"id":"1","device":"V1","control":"open","value":1,"expires":"2026-11-22T18:19:00Z"}`))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseCommand(data)
		if err == nil && (c.ID == "" || c.Device == "" || c.Control == "" || c.Expires.IsZero()) {
			t.Fatalf("parseCommand(%s) = %+v, which is not complete", data, c)
		}
	})
}
