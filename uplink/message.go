package uplink

import (
	"errors"
	"fmt"
	"strings"

	"pychron-edge/buffer"
)

// What says what a message is.
type What uint8

// The kinds of message, one a topic.
const (
	Status What = 1 + iota // payload: the status of an agent, retained or its last will
	Event                  // Event
	Gone                   // Gap
	Last                   // payload: the retained last state of a control
	Answer                 // payload: the result of a command
)

// Message is what came from one agent.
type Message struct {
	What     What
	Prefix   string // first levels of its topic
	Agent    string // the level after: the agent's name
	Retained bool   // the broker kept it: it is not news
	Event    buffer.Event
	Gap      Gap
	Device   string // of a Last: the levels of its topic
	Control  string
	Payload  []byte // of a Status, Last or Answer: JSON; the message's own copy
}

// ErrMessage is wrapped by what Decode says of a message that is none of ours.
var ErrMessage = errors.New("not a message of ours")

// Decode reads one message under prefix. An event must carry its identity and come from the agent in whose topic it stands, and is
// never retained: what a broker kept of a reading is not a reading.
func Decode(prefix, topic string, payload []byte, retained bool) (Message, error) {
	m := Message{Prefix: prefix, Retained: retained}
	rest, ok := strings.CutPrefix(topic, prefix+"/")
	if !ok {
		return m, fmt.Errorf("%w: topic %.100q is not under %s", ErrMessage, topic, prefix)
	}
	m.Agent, rest, _ = strings.Cut(rest, "/")
	name, below, _ := strings.Cut(rest, "/")
	m.Agent = strings.Clone(m.Agent)
	var err error
	switch {
	case m.Agent == "":
		err = errors.New("no agent")
	case rest == "status":
		m.What, m.Payload = Status, append([]byte(nil), payload...)
	case rest == "results":
		m.What, m.Payload = Answer, append([]byte(nil), payload...)
	case rest == "gap":
		m.What = Gone
		err = m.Gap.UnmarshalJSON(payload)
	case name == "state" && strings.Count(below, "/") == 1:
		m.What, m.Payload = Last, append([]byte(nil), payload...)
		m.Device, m.Control, _ = strings.Cut(strings.Clone(below), "/")
	case rest == "audit", name == "readings" && strings.Count(below, "/") == 1:
		m.What = Event
		err = m.event(payload)
	default:
		err = errors.New("unknown topic")
	}
	if err != nil {
		return m, fmt.Errorf("%w: %.100s: %w", ErrMessage, topic, err)
	}
	return m, nil
}

// event reads an event and checks that it can be known by its identity.
func (m *Message) event(payload []byte) error {
	e := &m.Event
	if err := buffer.ParseJSON(payload, e); err != nil {
		return err
	}
	switch {
	case m.Retained:
		return errors.New("a retained event is no news")
	case e.Boot == "" || e.Lane == 0 || e.Seq == 0:
		return errors.New("boot, lane and seq are all needed")
	case level(e.Source) != m.Agent:
		return fmt.Errorf("source %.40q is not the agent %s", e.Source, m.Agent)
	}
	return nil
}
