package main

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
)

// message is what people are told of an alarm.
type message struct {
	alarm  *Alarm
	to     []NotifyConfig
	source string
	what   string // raised, ended
	why    string
	time   time.Time
}

// notifier sends alarms to people, one message after the other, without holding anything up: when more wait than it keeps,
// the next ones are dropped.
type notifier struct {
	record func(*buffer.Event)
	log    *slog.Logger
	queue  chan message
	send   func(context.Context, NotifyConfig, message) error
}

const (
	notifyWaiting = 64 // messages
	notifyBound   = 10 * time.Second
	notifyTries   = 3
)

// newNotifier makes a notifier that records what it could not send.
func newNotifier(record func(*buffer.Event), log *slog.Logger) *notifier {
	return &notifier{record: record, log: log, queue: make(chan message, notifyWaiting), send: send}
}

// tell puts a message in the queue.
func (n *notifier) tell(m message) {
	if len(m.to) == 0 {
		return
	}
	select {
	case n.queue <- m:
	default:
	}
}

// run sends messages until ctx is done. What cannot be sent is an event.
func (n *notifier) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-n.queue:
			for _, to := range m.to {
				if err := n.try(ctx, to, m); err != nil && ctx.Err() == nil {
					n.failed(m, to, err)
				}
			}
		}
	}
}

// try sends a message, up to three times, 2 s and 4 s apart.
func (n *notifier) try(ctx context.Context, to NotifyConfig, m message) error {
	var err error
	for k := range notifyTries {
		if k > 0 && wait(ctx, time.Duration(k)*2*time.Second) != nil {
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
func (n *notifier) failed(m message, to NotifyConfig, err error) {
	n.log.Error("an alarm could not be sent", "alarm", m.alarm.Name, "to", kindOf(to), "err", err)
	text := &note{}
	text.add("alarm", m.alarm.Name)
	text.add("to", kindOf(to))
	text.add("why", err.Error())
	n.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Error, Type: buffer.Counter, Metric: "agent_notify_failures_total", Value: 1,
		Labels: buffer.MakeLabels("to", kindOf(to)), Status: "not sent", Note: text.String(),
	})
}

func kindOf(to NotifyConfig) string {
	switch {
	case to.Webhook != "":
		return "webhook"
	case to.Ntfy != "":
		return "ntfy"
	}
	return "smtp"
}

// title is a message in a line.
func (m message) title() string {
	return fmt.Sprintf("%s: alarm %s %s", m.source, m.alarm.Name, m.what)
}

// text is a message in full.
func (m message) text() string {
	return strings.TrimSpace(m.alarm.Text + "\n" + m.why + "\n" + m.time.Format(time.RFC3339))
}

// send sends a message one way.
func send(ctx context.Context, to NotifyConfig, m message) error {
	switch kindOf(to) {
	case "webhook":
		body, err := json.Marshal(map[string]any{
			"source": m.source, "alarm": m.alarm.Name, "state": m.what, "severity": m.alarm.Severity.String(), "text": m.alarm.Text,
			"why": m.why, "timestamp": m.time,
		})
		return errors.Join(err, post(ctx, to.Webhook, body, map[string]string{"Content-Type": "application/json"}))
	case "ntfy":
		priority := "default"
		if m.alarm.Severity >= buffer.Error && m.what == "raised" {
			priority = "urgent"
		}
		return post(ctx, to.Ntfy, []byte(m.text()), map[string]string{"Title": unbroken(m.title()), "Priority": priority})
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
