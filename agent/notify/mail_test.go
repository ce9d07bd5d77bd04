package notify

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pychron-edge/agent/config"
)

// mailServer is as much of a mail server as one message needs.
type mailServer struct {
	tls      *tls.Config
	starttls bool              // offers it
	answers  map[string]string // to a command, instead of success
	hangUp   string            // it hangs up on this command
}

// serve takes one message and gives what the client wrote, without what TLS needs.
func (s mailServer) serve(t *testing.T, host string, implicit bool) (address string, got chan string) {
	t.Helper()
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Skipf("no address %s here: %v", host, err)
	}
	t.Cleanup(func() { l.Close() })
	got = make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			got <- err.Error()
			return
		}
		defer c.Close()
		if implicit {
			c = tls.Server(c, s.tls)
		}
		got <- s.session(c)
	}()
	return l.Addr().String(), got
}

func (s mailServer) session(c net.Conn) string {
	var all strings.Builder
	fmt.Fprint(c, "220 here\r\n")
	for r := bufio.NewScanner(c); r.Scan(); {
		text := r.Text()
		verb, _, _ := strings.Cut(text, " ")
		fmt.Fprintln(&all, text)
		answer := map[string]string{"DATA": "354 go on", "QUIT": "221 bye", ".": "250 ok", "EHLO": "250-here\r\n250 AUTH PLAIN", "MAIL": "250 ok", "RCPT": "250 ok", "AUTH": "235 ok"}[verb]
		if other, is := s.answers[verb]; is {
			answer = other
		}
		switch {
		case s.hangUp != "" && verb == s.hangUp:
			return all.String()
		case verb == "EHLO" && s.starttls:
			answer = "250-here\r\n250 STARTTLS"
		case verb == "STARTTLS":
			fmt.Fprint(c, "220 go on\r\n")
			c = tls.Server(c, s.tls)
			r, s.starttls = bufio.NewScanner(c), false
			continue
		}
		if answer != "" {
			fmt.Fprint(c, answer+"\r\n")
		}
		if verb == "QUIT" {
			break
		}
	}
	return all.String()
}

// certificate is a server's TLS for 127.0.0.1, and a client's that trusts it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, &tls.Config{RootCAs: pool}
}

func mailTo(url string) config.NotifyConfig {
	return config.NotifyConfig{SMTP: url, From: "Line 1 <line1@lab>", To: []string{"jr@lab", "M. S. <ms@lab>"}}
}

func TestMailIsDelivered(t *testing.T) {
	server, client := certificate(t)
	file := filepath.Join(t.TempDir(), "password")
	os.WriteFile(file, []byte("secret\n"), 0o600)
	for name, c := range map[string]struct {
		scheme   string
		server   mailServer
		implicit bool
	}{
		"smtp":          {"smtp", mailServer{}, false},
		"smtp STARTTLS": {"smtp", mailServer{tls: server, starttls: true}, false},
		"smtps":         {"smtps", mailServer{tls: server}, true},
	} {
		t.Run(name, func(t *testing.T) {
			address, got := c.server.serve(t, "127.0.0.1", c.implicit)
			to := mailTo(c.scheme + "://jr@" + address)
			to.PasswordFile = file
			if err := (&sender{tls: client}).send(t.Context(), to, sample); err != nil {
				t.Fatal(err)
			}
			text := <-got
			for _, want := range []string{
				"AUTH PLAIN AGpyAHNlY3JldA==", "MAIL FROM:<line1@lab>", "RCPT TO:<jr@lab>", "RCPT TO:<ms@lab>", "Subject: line1: alarm line pressure raised", "look at the turbo",
				"action: close V1", "QUIT",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("the server got %q, want %q in it", text, want)
				}
			}
		})
	}
}

func TestMailThatFails(t *testing.T) {
	server, client := certificate(t)
	for name, c := range map[string]struct {
		scheme             string
		server             mailServer
		implicit           bool
		tls                *tls.Config
		ok                 bool
		refused, uncertain bool
		want               string
	}{
		"recipient refused":          {"smtp", mailServer{answers: map[string]string{"RCPT": "550 nobody"}}, false, nil, false, false, false, "recipient: 550"},
		"text refused":               {"smtp", mailServer{answers: map[string]string{".": "554 spam"}}, false, nil, false, true, false, "554"},
		"text put off":               {"smtp", mailServer{answers: map[string]string{".": "451 later"}}, false, nil, false, false, false, "451"},
		"cut off after the text":     {"smtp", mailServer{hangUp: "."}, false, nil, false, false, true, "EOF"},
		"cut off before the text":    {"smtp", mailServer{hangUp: "MAIL"}, false, nil, false, false, false, "EOF"},
		"QUIT is refused":            {"smtp", mailServer{answers: map[string]string{"QUIT": "500 what"}}, false, nil, true, false, false, ""},
		"a certificate nobody knows": {"smtps", mailServer{tls: server}, true, nil, false, false, false, "certificate"},
		"smtps to a server of smtp":  {"smtps", mailServer{}, false, client, false, false, false, "tls"},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := c.server.serve(t, "127.0.0.1", c.implicit)
			err := (&sender{tls: c.tls}).send(t.Context(), mailTo(c.scheme+"://"+address), sample)
			if (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("send = %v, want ok %v, %q", err, c.ok, c.want)
			}
			f := &failure{}
			errors.As(err, &f)
			if f.refused != c.refused || f.uncertain != c.uncertain {
				t.Errorf("refused %v, uncertain %v, want %v, %v", f.refused, f.uncertain, c.refused, c.uncertain)
			}
		})
	}
}

// A server that takes the connection and says nothing: the attempt ends when it is given up.
func TestSilentMailServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, scheme := range []string{"smtp", "smtps"} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- new(sender).send(ctx, mailTo(scheme+"://"+l.Addr().String()), sample) }()
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		select {
		case err := <-done:
			if err == nil {
				t.Errorf("%s: send = nil, want an error", scheme)
			}
		case <-time.After(time.Minute):
			t.Errorf("%s: send does not end, want it to when it is given up", scheme)
		}
		c.Close()
	}
}

func TestPasswordIsNotSentInTheClear(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	os.WriteFile(file, []byte("secret"), 0o600)
	address, _ := mailServer{}.serve(t, "127.0.0.2", false) // 127.0.0.1 would pass
	to := mailTo("smtp://jr@" + address)
	to.PasswordFile = file
	if err := new(sender).send(t.Context(), to, sample); err == nil || !strings.Contains(err.Error(), "unencrypted") {
		t.Errorf("send = %v, want a refusal to send the password", err)
	}
}
