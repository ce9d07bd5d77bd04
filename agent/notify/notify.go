package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/task"
)

// Message is what people are told of an alarm.
type Message struct {
	Alarm  *rules.Alarm
	To     []config.NotifyConfig
	Source string
	What   string // raised, ended
	Why    string
	Time   time.Time
}

// Notifier sends alarms to people, one message after the other, without holding anything up: when more wait than it keeps,
// the next ones are dropped.
type Notifier struct {
	record func(*buffer.Event)
	log    *slog.Logger
	queue  chan Message
	send   func(context.Context, config.NotifyConfig, Message) error
}

const (
	notifyWaiting = 64 // messages
	notifyBound   = 10 * time.Second
	notifyTries   = 3
)

// NewNotifier makes a notifier that records what it could not send.
func NewNotifier(record func(*buffer.Event), log *slog.Logger) *Notifier {
	return &Notifier{record: record, log: log, queue: make(chan Message, notifyWaiting), send: send}
}

// Send puts a message in the queue.
func (n *Notifier) Send(m Message) {
	if len(m.To) == 0 {
		return
	}
	select {
	case n.queue <- m:
	default:
	}
}

// Run sends messages until ctx is done. What cannot be sent is an event.
func (n *Notifier) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-n.queue:
			for _, to := range m.To {
				if err := n.try(ctx, to, m); err != nil && ctx.Err() == nil {
					n.failed(m, to, err)
				}
			}
		}
	}
}

// try sends a message, up to three times, 2 s and 4 s apart.
func (n *Notifier) try(ctx context.Context, to config.NotifyConfig, m Message) error {
	var err error
	for k := range notifyTries {
		if k > 0 && task.Wait(ctx, time.Duration(k)*2*time.Second) != nil {
			break
		}
		bound, cancel := context.WithTimeout(ctx, notifyBound)
		err = n.send(bound, to, m)
		cancel()
		if err == nil {
			return nil
		}
	}
	return err
}

// failed records that a message could not be sent.
func (n *Notifier) failed(m Message, to config.NotifyConfig, err error) {
	n.log.Error("an alarm could not be sent", "alarm", m.Alarm.Name, "to", kindOf(to), "err", err)
	text := &buffer.Note{}
	text.Add("alarm", m.Alarm.Name)
	text.Add("to", kindOf(to))
	text.Add("why", err.Error())
	n.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Error, Type: buffer.Counter, Metric: "agent_notify_failures_total", Value: 1,
		Labels: buffer.MakeLabels("to", kindOf(to)), Status: "not sent", Note: text.String(),
	})
}

func kindOf(to config.NotifyConfig) string {
	switch {
	case to.Webhook != "":
		return "webhook"
	case to.Ntfy != "":
		return "ntfy"
	}
	return "smtp"
}

// title is a message in a line.
func (m Message) title() string {
	return fmt.Sprintf("%s: alarm %s %s", m.Source, m.Alarm.Name, m.What)
}

// text is a message in full.
func (m Message) text() string {
	return strings.TrimSpace(m.Alarm.Text + "\n" + m.Why + "\n" + m.Time.Format(time.RFC3339))
}

// send sends a message one way.
func send(ctx context.Context, to config.NotifyConfig, m Message) error {
	switch kindOf(to) {
	case "webhook":
		body, err := json.Marshal(map[string]any{
			"source": m.Source, "alarm": m.Alarm.Name, "state": m.What, "severity": m.Alarm.Severity.String(), "text": m.Alarm.Text,
			"why": m.Why, "timestamp": m.Time,
		})
		return errors.Join(err, post(ctx, to.Webhook, body, map[string]string{"Content-Type": "application/json"}))
	case "ntfy":
		priority := "default"
		if m.Alarm.Severity >= buffer.Error && m.What == "raised" {
			priority = "urgent"
		}
		return post(ctx, to.Ntfy, []byte(m.text()), map[string]string{"Title": buffer.OneLine(m.title()), "Priority": priority})
	}
	return mail(ctx, to, m)
}

func post(ctx context.Context, to string, body []byte, header map[string]string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	if answer.StatusCode >= 300 {
		return fmt.Errorf("POST %s: %s", r.URL.Redacted(), answer.Status)
	}
	return nil
}
