package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// sender sends one message once. Its errors name no address and no password.
type sender struct {
	tls *tls.Config // nil = the default; tests bring the certificate of their server
}

// send sends a message to a receiver. Only an answer of success to this very request is a success.
func (s *sender) send(ctx context.Context, to config.NotifyConfig, m Message) error {
	switch to.Kind() {
	case "webhook":
		body, err := json.Marshal(map[string]any{
			"source": m.Source, "alarm": m.Alarm, "state": m.State, "priority": m.Priority, "severity": m.Severity, "text": m.Text,
			"cause": m.Cause, "consequence": m.Consequence, "action": m.Action, "why": m.Why, "timestamp": m.Time,
		})
		if err != nil {
			return err
		}
		return s.post(ctx, to.Webhook, to.PasswordFile, body, map[string]string{"Content-Type": "application/json"})
	case "ntfy":
		return s.post(ctx, to.Ntfy, to.PasswordFile, []byte(m.text()), map[string]string{"Title": buffer.OneLine(m.title()), "Priority": ntfyPriority(m)})
	}
	return s.mail(ctx, to, m)
}

// ntfyPriority is ntfy's name for how loud a message is.
func ntfyPriority(m Message) string {
	switch {
	case m.State == Ended || m.State == test:
		return "default"
	case m.Priority == "high":
		return "urgent"
	case m.Priority == "medium":
		return "high"
	}
	return "default"
}

// post posts a body. A redirection is not followed: what it would lead to did not get the alarm.
func (s *sender) post(ctx context.Context, to, passwordFile string, body []byte, header map[string]string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return broken(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	if err := authorize(r, passwordFile); err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	if s.tls != nil {
		transport.TLSClientConfig = s.tls
	}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return broken(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
	return judgeAnswer(answer)
}

// authorize proves who asks with the password of the file: for the user of the address, else as a bearer's token.
func authorize(r *http.Request, passwordFile string) error {
	if passwordFile == "" {
		return nil
	}
	password, err := config.FirstLine(passwordFile)
	if err != nil {
		return err
	}
	if user := r.URL.User; user != nil {
		r.URL.User = url.User(user.Username())
		r.SetBasicAuth(user.Username(), password)
		return nil
	}
	r.Header.Set("Authorization", "Bearer "+password)
	return nil
}

// judgeAnswer is nil for an answer of 2xx.
func judgeAnswer(a *http.Response) error {
	if a.StatusCode/100 == 2 {
		return nil
	}
	f := &failure{err: fmt.Errorf("it answers %s", a.Status), after: retryAfter(a)}
	switch a.StatusCode {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		f.refused = true
	}
	if a.StatusCode/100 == 3 {
		f.err = fmt.Errorf("it answers %s, and a redirection is not followed", a.Status)
	}
	return f
}

// retryAfter is how long the receiver asks to be left alone, by its own clock; 0 if it does not say.
func retryAfter(a *http.Response) time.Duration {
	asked := a.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(asked); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, int(maxAge/time.Second))) * time.Second
	}
	until, err1 := http.ParseTime(asked)
	now, err2 := http.ParseTime(a.Header.Get("Date"))
	if err1 != nil || err2 != nil {
		return 0
	}
	return max(0, until.Sub(now))
}
