package uplink

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"pychron-edge/buffer"
)

// Message is one decoded message from an agent.
type Message struct {
	Kind     Kind
	Prefix   string // the first levels of its topic
	Agent    string // the level after the prefix: the agent's name
	Retained bool   // the broker had kept it: it is not news
	Event    buffer.Event
	Events   []buffer.Event // of a BlockMessage
	Gap      Gap
	Device   string // of a StateMessage, from its topic
	Control  string // of a StateMessage, from its topic
	Payload  []byte // JSON; the message's own copy
	Topic    string // where SubscriberOptions.Verbatim asks for it
}

// ErrMessage is wrapped by every error of DecodeUnder.
var ErrMessage = errors.New("not a message of an agent")

// maxTopic is the greatest length of a topic, in bytes.
const maxTopic = 1024

// ErrForAgents is wrapped by the error of DecodeUnder about a topic that others publish and agents receive.
var ErrForAgents = errors.New("a message to an agent")

// DecodeUnder reads one message under the longest of several prefixes that matches. An event must carry its identity, come from the agent that its topic
// names, and not be retained: what a broker kept of a reading is not a reading.
func DecodeUnder(prefixes []string, name string, payload []byte, retained bool) (m Message, err error) {
	err = (&Decoder{}).Decode(&m, prefixes, name, payload, retained)
	return m, err
}

// Decoder decodes messages, which share their texts, as events that come again and again do; see [buffer.Texts]. One goroutine may use it at a time.
type Decoder struct{ texts *buffer.Texts }

// NewDecoder makes a decoder.
func NewDecoder() Decoder { return Decoder{new(buffer.Texts)} }

// Decode is [DecodeUnder] into m, which it replaces.
func (d *Decoder) Decode(m *Message, prefixes []string, name string, payload []byte, retained bool) error {
	prefix := prefixOf(prefixes, name)
	*m = Message{Prefix: prefix, Retained: retained}
	rest, ok := strings.CutPrefix(name, prefix+"/")
	if !ok {
		return fmt.Errorf("%w: topic %.100q is not under %s", ErrMessage, name, prefix)
	}
	if len(name) > maxTopic || !utf8.ValidString(name) {
		return fmt.Errorf("%w: topic %.100q...; it must be UTF-8 of at most %d bytes", ErrMessage, name, maxTopic)
	}
	m.Agent, rest, _ = strings.Cut(rest, "/")
	m.Agent = d.texts.Copy(m.Agent)
	if err := m.decode(d, rest, payload); err != nil {
		return fmt.Errorf("%w: %.100s: %w", ErrMessage, name, err)
	}
	return nil
}

// prefixOf is the longest prefix that matches; the first one where none does.
func prefixOf(prefixes []string, name string) string {
	best := prefixes[0]
	for _, p := range prefixes[1:] {
		if strings.HasPrefix(name, p+"/") && (len(p) > len(best) || !strings.HasPrefix(name, best+"/")) {
			best = p
		}
	}
	return best
}

// decode finds the row of the topic and reads the payload. rest is the topic below the agent.
func (m *Message) decode(d *Decoder, rest string, payload []byte) error {
	if m.Agent == "" {
		return errors.New("no agent")
	}
	if err := CheckName(m.Agent); err != nil {
		return fmt.Errorf("agent: %w", err)
	}
	name, below, deep := strings.Cut(rest, "/")
	levels := strings.Count(below, "/")
	if deep {
		levels++
	}
	for _, t := range topics {
		if t.name != name || t.levels != levels {
			continue
		}
		if t.from == fromOthers {
			return ErrForAgents
		}
		if len(payload) > t.max {
			return fmt.Errorf("%d bytes; it must have at most %d", len(payload), t.max)
		}
		m.Kind = t.kind
		return t.decode(d, m, below, payload)
	}
	return errors.New("unknown topic")
}

func copyPayload(_ *Decoder, m *Message, _ string, payload []byte) error {
	m.Payload = append([]byte(nil), payload...)
	return nil
}

func decodeState(d *Decoder, m *Message, below string, payload []byte) error {
	m.Device, m.Control, _ = strings.Cut(strings.Clone(below), "/")
	return copyPayload(d, m, below, payload)
}

func decodeGap(_ *Decoder, m *Message, _ string, payload []byte) error {
	return m.Gap.UnmarshalJSON(payload)
}

func decodeAudit(d *Decoder, m *Message, _ string, payload []byte) error {
	return d.event(m, payload, buffer.Audit, buffer.Ingest)
}

func decodeReading(d *Decoder, m *Message, _ string, payload []byte) error {
	return d.event(m, payload, buffer.Readings)
}

// event reads an event, which must be of one of the lanes, and checks it.
func (d *Decoder) event(m *Message, payload []byte, lanes ...buffer.Lane) error {
	e := &m.Event
	if err := d.texts.ParseJSON(payload, e); err != nil {
		return err
	}
	switch {
	case m.Retained:
		return errors.New("an event must not be retained")
	case level(e.Source) != m.Agent:
		return fmt.Errorf("source %.40q is not the agent %s", e.Source, m.Agent)
	}
	return checkEvent(e, lanes)
}
