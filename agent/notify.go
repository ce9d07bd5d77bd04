package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"net/url"
	"os"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// message is what people are told of an alarm.
type message struct {
	alarm  *Alarm
	source string
	what   string // raised, ended
	why    string
	time   time.Time
}

// notifier tells people of alarms, one message after the other, without holding anything up: when more wait than it keeps,
// the next ones are dropped, and said to be.
type notifier struct {
	queue chan message
	send  func(context.Context, NotifyConfig, message) error
}

const (
	notifyWaiting = 64 // messages
	notifyBound   = 10 * time.Second
	notifyTries   = 3
)

func newNotifier() *notifier { return &notifier{make(chan message, notifyWaiting), send} }

// tell puts a message in the queue.
func (n *notifier) tell(m message) {
	if len(m.alarm.Notify) == 0 {
		return
	}
	select {
	case n.queue <- m:
	default:
	}
}

// notify sends messages until ctx is done. What cannot be sent is an event.
func (h *house) notify(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-h.notifier.queue:
			for _, to := range m.alarm.Notify {
				if err := h.notifier.try(ctx, to, m); err != nil && ctx.Err() == nil {
					h.unnotified(m, to, err)
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

func (h *house) unnotified(m message, to NotifyConfig, err error) {
	h.log.Error("an alarm could not be sent", "alarm", m.alarm.Name, "to", kindOf(to), "err", err)
	n := &note{}
	n.add("alarm", m.alarm.Name)
	n.add("to", kindOf(to))
	n.add("why", err.Error())
	h.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Error, Type: buffer.Counter, Metric: "agent_notify_failures_total", Value: 1,
		Labels: buffer.MakeLabels("to", kindOf(to)), Status: "not sent", Note: n.String(),
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

func unbroken(s string) string { return strings.Join(strings.Fields(s), " ") }

// mail sends a message by SMTP: with STARTTLS where the server offers it, and a password only then or on loopback.
func mail(ctx context.Context, to NotifyConfig, m message) error {
	u, err := url.Parse(to.SMTP)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	c, err := smtp.NewClient(conn, u.Hostname())
	if err != nil {
		return err
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		if err := c.StartTLS(&tls.Config{ServerName: u.Hostname()}); err != nil {
			return err
		}
	}
	if to.PasswordFile != "" {
		password, err := os.ReadFile(to.PasswordFile)
		if err != nil {
			return err
		}
		if err := c.Auth(smtp.PlainAuth("", u.User.Username(), strings.TrimSpace(string(password)), u.Hostname())); err != nil {
			return err
		}
	}
	return deliver(c, to, m)
}

func deliver(c *smtp.Client, to NotifyConfig, m message) error {
	if err := c.Mail(to.From); err != nil {
		return err
	}
	for _, address := range to.To {
		if err := c.Rcpt(address); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", unbroken(to.From),
		unbroken(strings.Join(to.To, ", ")), unbroken(m.title()), m.time.Format(time.RFC1123Z), strings.ReplaceAll(m.text(), "\n", "\r\n"))
	return errors.Join(w.Close(), c.Quit())
}
