package uplink

import (
	"errors"
	"fmt"
	"slices"
)

// ToAgent is a message of a viewer to an agent, as it is relayed from a hub to the agent's broker.
type ToAgent struct {
	Prefix  string `json:"prefix"`
	Agent   string `json:"agent"`
	Topic   string `json:"topic"` // below the agent: resend or received
	Payload []byte `json:"payload"`
}

// ResendOf is the request for the events of a gap.
func ResendOf(prefix, agent string, g Gap) (ToAgent, error) {
	if g.Lane == 0 || g.Boot == "" || g.From == 0 || g.To != 0 && g.To < g.From {
		return ToAgent{}, fmt.Errorf("requesting a resend of %s: %+v is not a gap", agent, g)
	}
	return ToAgent{prefix, agent, resendTopic.name, g.payload()}, nil
}

// ReceivedOf is the report of what a viewer has.
func ReceivedOf(prefix, agent string, r Received) ToAgent {
	return ToAgent{prefix, agent, receivedTopic.name, r.payload()}
}

// row returns the row of the message's topic, or why it is not a message of a viewer to an agent.
func (m *ToAgent) row(prefixes []string) (*topic, error) {
	switch {
	case !slices.Contains(prefixes, m.Prefix):
		return nil, fmt.Errorf("prefix %.40q; it must be one of %q", m.Prefix, prefixes)
	case m.Agent == "" || level(m.Agent) != m.Agent:
		return nil, fmt.Errorf("agent %.40q; it must be one level of a topic", m.Agent)
	case CheckName(m.Agent) != nil:
		return nil, CheckName(m.Agent)
	case m.Topic == resendTopic.name:
		return resendTopic, new(Gap).UnmarshalJSON(m.Payload)
	case m.Topic == receivedTopic.name:
		_, err := parseReceived(m.Payload)
		return receivedTopic, err
	}
	return nil, fmt.Errorf("topic %.40q; it must be %s or %s: nothing else is relayed", m.Topic, resendTopic.name, receivedTopic.name)
}

// TopicUnder is the topic on which the message is published, if it is one of a viewer to an agent under one of the prefixes.
func (m *ToAgent) TopicUnder(prefixes []string) (string, error) {
	row, err := m.row(prefixes)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNotRelayed, err)
	}
	return newTopicNames(m.Prefix, m.Agent).of(row), nil
}

// ErrNotRelayed is wrapped by the error about a message that no viewer publishes for agents.
var ErrNotRelayed = errors.New("not a message of a viewer to an agent")

// Relay publishes what another viewer has for an agent, if it is a request for a resend or a report of what was received: commands
// are never relayed. It does not wait for the broker.
func (s *Subscriber) Relay(m ToAgent) error {
	row, err := m.row(s.o.Prefixes)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotRelayed, err)
	}
	conn := s.connection()
	if conn == nil {
		return fmt.Errorf("%s of %s: %w", m.Topic, m.Agent, ErrNotConnected)
	}
	conn.publish(&outgoing{row: row, topic: newTopicNames(m.Prefix, m.Agent).of(row), payload: m.Payload})
	return nil
}

// Asked returns the gap of a request for a resend that may be relayed; false where the message is another one.
func (s *Subscriber) Asked(m ToAgent) (g Gap, ok bool) {
	row, err := m.row(s.o.Prefixes)
	if err != nil || row != resendTopic {
		return g, false
	}
	return g, g.UnmarshalJSON(m.Payload) == nil
}
