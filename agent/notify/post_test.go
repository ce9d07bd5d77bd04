package notify

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

var sample = Message{
	Source: "line1", Alarm: "line pressure", State: Raised, Priority: "high", Severity: "critical", Text: "look at the turbo", Cause: "a leak", Consequence: "air",
	Action: "close V1", Why: "ion1.ig = 2e-4 torr", Time: time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC),
}

func TestWebhookGetsTheAlarmAsJSON(t *testing.T) {
	got := map[string]any{}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { json.NewDecoder(r.Body).Decode(&got) }))
	defer s.Close()
	if err := new(sender).send(t.Context(), config.NotifyConfig{Webhook: s.URL}, sample); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"source": "line1", "alarm": "line pressure", "state": "raised", "priority": "high", "severity": "critical", "text": "look at the turbo",
		"cause": "a leak", "consequence": "air", "action": "close V1", "why": sample.Why, "timestamp": "2026-11-22T18:00:00Z",
	} {
		if got[key] != want {
			t.Errorf("webhook got %s = %v, want %s", key, got[key], want)
		}
	}
}

func TestNtfyGetsTitleAndPriority(t *testing.T) {
	var title, priority, body string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		title, priority, body = r.Header.Get("Title"), r.Header.Get("Priority"), string(b)
	}))
	defer s.Close()
	ended := sample
	ended.State = Ended
	for _, c := range []struct {
		m                     Message
		title, priority, body string
	}{
		{sample, "line1: alarm line pressure raised", "urgent", "look at the turbo\nion1.ig = 2e-4 torr\ncause: a leak\nconsequence: air\naction: close V1\n2026-11-22T18:00:00Z"},
		{ended, "line1: alarm line pressure ended", "default", "look at the turbo\nion1.ig = 2e-4 torr\n2026-11-22T18:00:00Z"},
	} {
		if err := new(sender).send(t.Context(), config.NotifyConfig{Ntfy: s.URL}, c.m); err != nil {
			t.Fatal(err)
		}
		if title != c.title || priority != c.priority || body != c.body {
			t.Errorf("ntfy got %q, %q, %q, want %q, %q, %q", title, priority, body, c.title, c.priority, c.body)
		}
	}
}

func TestOnlySuccessOfTheRequestItselfIsSent(t *testing.T) {
	followed := false
	end := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed = true }))
	defer end.Close()
	for name, c := range map[string]struct {
		status int
		header map[string]string
		ok     bool
		want   failure
	}{
		"200":                         {200, nil, true, failure{}},
		"204":                         {204, nil, true, failure{}},
		"301":                         {301, map[string]string{"Location": end.URL}, false, failure{}},
		"302":                         {302, map[string]string{"Location": end.URL}, false, failure{}},
		"307":                         {307, map[string]string{"Location": end.URL}, false, failure{}},
		"304":                         {304, nil, false, failure{}},
		"400 is of this message":      {400, nil, false, failure{refused: true}},
		"401":                         {401, nil, false, failure{}},
		"404":                         {404, nil, false, failure{}},
		"413 is of this message":      {413, nil, false, failure{refused: true}},
		"429 asks for time":           {429, map[string]string{"Retry-After": "120"}, false, failure{after: 2 * time.Minute}},
		"503 names a time":            {503, map[string]string{"Date": "Sun, 22 Nov 2026 18:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 18:10:00 GMT"}, false, failure{after: 10 * time.Minute}},
		"503 names a time gone by":    {503, map[string]string{"Date": "Sun, 22 Nov 2026 18:00:00 GMT", "Retry-After": "Sun, 22 Nov 2026 17:00:00 GMT"}, false, failure{}},
		"503 says nothing that it is": {503, map[string]string{"Retry-After": "soon"}, false, failure{}},
		"500":                         {500, nil, false, failure{}},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for k, v := range c.header {
				w.Header().Set(k, v)
			}
			w.WriteHeader(c.status)
		}))
		err := new(sender).send(t.Context(), config.NotifyConfig{Webhook: s.URL}, sample)
		s.Close()
		if (err == nil) != c.ok {
			t.Errorf("%s: send = %v, want ok %v", name, err, c.ok)
			continue
		}
		var f *failure
		if !c.ok && (!errors.As(err, &f) || f.after != c.want.after || f.refused != c.want.refused || f.uncertain) {
			t.Errorf("%s: send = %+v, want after %v, refused %v, certain", name, f, c.want.after, c.want.refused)
		}
	}
	if followed {
		t.Error("a redirection was followed, want none")
	}
}

func TestAddressIsInNoError(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	err := new(sender).send(t.Context(), config.NotifyConfig{Webhook: s.URL + "/secret"}, sample)
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("nobody there: %v, want an error without the address", err)
	}
	var f *failure
	if !errors.As(err, &f) || f.uncertain {
		t.Errorf("nobody there: %+v, want certain not to have arrived", f)
	}
	s = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer s.Close()
	err = new(sender).send(t.Context(), config.NotifyConfig{Webhook: s.URL + "/secret"}, sample)
	if !errors.As(err, &f) || !f.uncertain || strings.Contains(err.Error(), "secret") {
		t.Errorf("cut off: %v, want an error without the address, and that it may have arrived", err)
	}
}

func TestPasswordComesFromItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	os.WriteFile(file, []byte("top secret\n"), 0o600)
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Authorization") }))
	defer s.Close()
	for to, want := range map[string]string{s.URL: "Bearer top secret", strings.Replace(s.URL, "://", "://jr@", 1): "Basic anI6dG9wIHNlY3JldA=="} {
		if err := new(sender).send(t.Context(), config.NotifyConfig{Ntfy: to, PasswordFile: file}, sample); err != nil || got != want {
			t.Errorf("to %s: %v, authorization %q, want %q", to, err, got, want)
		}
	}
	err := new(sender).send(t.Context(), config.NotifyConfig{Ntfy: s.URL, PasswordFile: file + "x"}, sample)
	if err == nil || !strings.Contains(err.Error(), "password_file") {
		t.Errorf("without the file: %v, want an error that names it", err)
	}
}

func TestTestOfReceivers(t *testing.T) {
	var title string
	good := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { title = r.Header.Get("Title") }))
	defer good.Close()
	bad := httptest.NewServer(http.NotFoundHandler())
	defer bad.Close()
	all := []config.NotifyConfig{{Name: "good", Ntfy: good.URL}, {Name: "bad", Webhook: bad.URL}}
	got, err := Test(t.Context(), all, "", "line1", time.Now())
	if err != nil || len(got) != 2 || !got[0].Sent || got[0].Receiver != "good" || got[1].Sent || !strings.Contains(got[1].Result, "404") {
		t.Errorf("test of all = %+v, %v, want good sent and bad 404", got, err)
	}
	if title != "line1: test of a receiver" {
		t.Errorf("it got %q, want to hear that it is a test", title)
	}
	if got, err := Test(t.Context(), all, "good", "line1", time.Now()); err != nil || len(got) != 1 || !got[0].Sent {
		t.Errorf("test of one = %+v, %v, want it sent", got, err)
	}
	if _, err := Test(t.Context(), all, "other", "line1", time.Now()); !errors.Is(err, buffer.ErrUnknown) || !strings.Contains(err.Error(), "good, bad") {
		t.Errorf("test of one that is not there = %v, want ErrUnknown and what there is", err)
	}
}
