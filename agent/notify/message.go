package notify

import (
	"fmt"
	"strings"
	"time"

	"pychron-edge/agent/rules"
)

// What has become of an alarm. The first four are sent; the others only change what is sent.
const (
	Raised     = rules.AlarmRaised
	Chattering = rules.AlarmChattering // it is raised and ends again and again: one message instead of many
	Active     = "active"              // a reminder: raised, still active and not acknowledged
	Ended      = rules.AlarmEnded

	Acknowledged = "acknowledged"        // no reminder is sent any more
	Suppressed   = rules.AlarmSuppressed // no reminder is sent until it is Raised again
	Shelved      = "shelved"             // nothing is sent any more, not its end either

	test = "test" // a message that somebody asked for, of no alarm
)

// Message is one thing that one receiver is sent of one alarm. It is complete in itself, so that it survives a restart.
type Message struct {
	To          string    `json:"to"` // name of the receiver
	Source      string    `json:"source"`
	Alarm       string    `json:"alarm"`
	State       string    `json:"state"`
	Priority    string    `json:"priority"` // low, medium, high
	Severity    string    `json:"severity"`
	Text        string    `json:"text,omitempty"`
	Cause       string    `json:"cause,omitempty"`
	Consequence string    `json:"consequence,omitempty"`
	Action      string    `json:"action,omitempty"`
	Why         string    `json:"why,omitempty"` // the values
	Time        time.Time `json:"timestamp"`     // when the alarm changed

	Queued    time.Time `json:"queued"`
	Due       time.Time `json:"due,omitzero"`        // it is not sent before
	Sent      time.Time `json:"sent,omitzero"`       // zero = waiting
	Uncertain bool      `json:"uncertain,omitempty"` // an attempt failed, and yet it may have arrived
	Quiet     bool      `json:"quiet,omitempty"`     // nobody needs to be reminded of it
	Over      bool      `json:"over,omitempty"`      // sent, and its end need not be
}

// active says that who has this as the last of an alarm takes the alarm for active.
func (m *Message) active() bool { return m.State != Ended && m.State != test && !m.Over }

// title is a message in a line.
func (m *Message) title() string {
	switch m.State {
	case test:
		return m.Source + ": test of a receiver"
	case Active:
		return fmt.Sprintf("%s: alarm %s is still active", m.Source, m.Alarm)
	case Chattering:
		return fmt.Sprintf("%s: alarm %s is chattering", m.Source, m.Alarm)
	}
	return fmt.Sprintf("%s: alarm %s %s", m.Source, m.Alarm, m.State)
}

// text is a message in full.
func (m *Message) text() string {
	lines := []string{m.Text, m.Why}
	if m.State != Ended {
		for _, part := range [][2]string{{"cause", m.Cause}, {"consequence", m.Consequence}, {"action", m.Action}} {
			if part[1] != "" {
				lines = append(lines, part[0]+": "+part[1])
			}
		}
	}
	lines = append(lines, m.Time.Format(time.RFC3339))
	var b strings.Builder
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			b.WriteString(l + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// record is a sent message with what must be remembered of it: when it was sent, and what a reminder says.
func (m Message) record(now time.Time) Message {
	m.Sent = now
	if !m.active() {
		m.Text, m.Cause, m.Consequence, m.Action, m.Why = "", "", "", "", ""
	}
	return m
}
