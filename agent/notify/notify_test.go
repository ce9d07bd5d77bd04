package notify

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

var told1 = Message{
	Alarm: &rules.Alarm{Name: "line pressure", Severity: buffer.Critical, Text: "look at the turbo"}, Source: "line1", What: "raised", Why: "ion1.ig = 2e-4 pascals",
	Time: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC),
}

func TestWebhookGetsTheAlarmAsJSON(t *testing.T) {
	got := map[string]any{}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { json.NewDecoder(r.Body).Decode(&got) }))
	defer s.Close()
	if err := send(t.Context(), config.NotifyConfig{Webhook: s.URL}, told1); err != nil {
		t.Fatal(err)
	}
	if got["alarm"] != "line pressure" || got["state"] != "raised" || got["source"] != "line1" || got["why"] != told1.Why {
		t.Errorf("webhook got %v", got)
	}
}

func TestNtfyGetsTitleAndPriority(t *testing.T) {
	var title, priority, body string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		title, priority, body = r.Header.Get("Title"), r.Header.Get("Priority"), string(b)
	}))
	defer s.Close()
	if err := send(t.Context(), config.NotifyConfig{Ntfy: s.URL}, told1); err != nil {
		t.Fatal(err)
	}
	if title != "line1: alarm line pressure raised" || priority != "urgent" || !strings.Contains(body, "look at the turbo") {
		t.Errorf("ntfy got %q, %q, %q", title, priority, body)
	}
}

func TestServerThatRefusesIsAnError(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	if err := send(t.Context(), config.NotifyConfig{Webhook: s.URL}, told1); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("send = %v, want it to say 404", err)
	}
}

func TestMailIsDelivered(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	said := make(chan string, 1)
	go func() { said <- mailbox(l) }()
	to := config.NotifyConfig{SMTP: "smtp://" + l.Addr().String(), From: "line1@lab", To: []string{"jr@lab"}}
	if err := send(t.Context(), to, told1); err != nil {
		t.Fatal(err)
	}
	if got := <-said; !strings.Contains(got, "Subject: line1: alarm line pressure raised") || !strings.Contains(got, "RCPT TO:<jr@lab>") {
		t.Errorf("the mail server heard %q", got)
	}
}

// mailbox is the least of a mail server, for one message.
func mailbox(l net.Listener) string {
	c, err := l.Accept()
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	var all strings.Builder
	fmt.Fprint(c, "220 here\r\n")
	for s := bufio.NewScanner(c); s.Scan(); {
		line := s.Text()
		fmt.Fprintln(&all, line)
		switch {
		case line == "DATA":
			fmt.Fprint(c, "354 go on\r\n")
		case line == "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return all.String()
		case line == "." || strings.HasPrefix(line, "EHLO") || strings.HasPrefix(line, "MAIL") || strings.HasPrefix(line, "RCPT"):
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
	return all.String()
}
