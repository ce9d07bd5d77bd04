package nats

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// connect runs a server inside the test and returns a connection to it.
func connect(t *testing.T) (*server.Server, *Conn) {
	t.Helper()
	s, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true, MaxPayload: maxMessage})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	raw, err := s.InProcessConn()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Start(t.Context(), raw, Login{}, "_INBOX.test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return s, c
}

// A request is answered with what the other one sent, header and all.
func TestRequestIsAnswered(t *testing.T) {
	_, c := connect(t)
	if err := c.Subscribe("ask.*", func(m Message) {
		if err := c.Publish(m.Reply, "", nil, fmt.Appendf(nil, `{"text":"%s %s %s"}`, m.Subject, m.Header["Name"], m.Body)); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	p, err := c.Send("ask.one", Header{"Name": "a: b"}, []byte("body\r\nof two lines"))
	if err == nil {
		err = c.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Text string }
	if err := p.Wait(t.Context(), &answer); err == nil || !strings.Contains(err.Error(), "invalid character") {
		t.Errorf("an answer with a line end in a text: %v %+v, want a mistake of JSON", err, answer)
	}
	p, err = c.Send("ask.two", Header{"Name": "a: b"}, []byte("body"))
	if err == nil {
		err = c.Flush()
	}
	if err == nil {
		err = p.Wait(t.Context(), &answer)
	}
	if err != nil || answer.Text != "ask.two a: b body" {
		t.Errorf("answered %+v, %v", answer, err)
	}
}

// A subject of the inbox that is subscribed to is not that of answers: its messages would come twice, and one of each be thrown away.
func TestMessagesOfTheInboxComeOnce(t *testing.T) {
	s, c := connect(t)
	got, to := make(chan Message, 10), c.Inbox()
	if err := c.Subscribe(to, func(m Message) { got <- m }); err != nil {
		t.Fatal(err)
	}
	for _, subject := range []string{to, to, to} {
		if err := c.Publish(subject, "", nil, []byte("x")); err != nil {
			t.Fatal(err)
		}
		<-got
	}
	if v, err := s.Varz(&server.VarzOptions{}); err != nil || v.OutMsgs != 3 {
		t.Errorf("the server has sent %d messages, %v; want 3", v.OutMsgs, err)
	}
}

func TestNobodyAnswers(t *testing.T) {
	_, c := connect(t)
	if err := c.Ask(t.Context(), "nobody.here", 1, new(struct{})); !errors.Is(err, ErrNobody) {
		t.Errorf("Ask = %v, want ErrNobody", err)
	}
}

func TestErrorOfTheServer(t *testing.T) {
	_, c := connect(t)
	if err := c.Subscribe("api", func(m Message) {
		_ = c.Publish(m.Reply, "", nil, []byte(`{"error":{"code":404,"err_code":10059,"description":"stream not found"}}`))
	}); err != nil {
		t.Fatal(err)
	}
	err := c.Ask(t.Context(), "api", 1, new(struct{}))
	if !isError(err, 10059) || isError(err, 1) || !strings.Contains(err.Error(), "api: stream not found") {
		t.Errorf("Ask = %v, want error 10059 and what was asked", err)
	}
}

// Large messages come whole; they are more than one read.
func TestLargeMessage(t *testing.T) {
	_, c := connect(t)
	got := make(chan Message, 1)
	if err := c.Subscribe("large", func(m Message) { got <- m }); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("0123456789", 200_000)
	if err := c.Publish("large", "", Header{"A": "b"}, []byte(body)); err != nil {
		t.Fatal(err)
	}
	if m := <-got; string(m.Body) != body || m.Header["A"] != "b" {
		t.Errorf("%d bytes with %v, want %d", len(m.Body), m.Header, len(body))
	}
}

// A header cannot be given a line that is not of it.
func TestHeaderOfSeveralLines(t *testing.T) {
	_, c := connect(t)
	for _, h := range []Header{{"A": "b\r\nC: d"}, {"A\n": "b"}, {"A": "b\rc"}} {
		if err := c.Publish("x", "", h, nil); !errors.Is(err, ErrHeader) {
			t.Errorf("Publish(%q) = %v, want ErrHeader", h, err)
		}
	}
}

// Who waits for an answer learns that the connection is lost.
func TestLostConnection(t *testing.T) {
	s, c := connect(t)
	if err := c.Subscribe("mute", func(Message) {}); err != nil {
		t.Fatal(err)
	}
	p, err := c.Send("mute", nil, nil)
	if err == nil {
		err = c.Flush()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Shutdown()
	if err := p.Wait(t.Context(), new(struct{})); !errors.Is(err, ErrLost) {
		t.Errorf("Wait = %v, want ErrLost", err)
	}
	<-c.Done()
	if err := c.Publish("x", "", nil, nil); !errors.Is(err, ErrLost) {
		t.Errorf("Publish = %v, want ErrLost", err)
	}
}

// fake is a server that writes a text after the greeting and reads on.
func fake(t *testing.T, sent string) (*Conn, error) {
	t.Helper()
	here, there := net.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		in := bufio.NewReader(there)
		_, _ = io.WriteString(there, "INFO {}\r\n")
		for text := ""; !strings.HasPrefix(text, "PING"); {
			var err error
			if text, err = in.ReadString('\n'); err != nil {
				return
			}
		}
		_, _ = io.WriteString(there, sent)
		_, _ = io.Copy(io.Discard, in)
	}()
	t.Cleanup(func() { _ = there.Close(); <-served })
	c, err := Start(t.Context(), here, Login{}, "_INBOX.test")
	if err == nil {
		t.Cleanup(c.Close)
	}
	return c, err
}

func TestServerThatRefuses(t *testing.T) {
	if _, err := fake(t, "-ERR 'Authorization Violation'\r\n"); err == nil || !strings.Contains(err.Error(), "Authorization") {
		t.Errorf("Start = %v, want the refusal", err)
	}
}

// Nonsense ends the connection, and nothing is kept of it.
func TestNonsenseEndsTheConnection(t *testing.T) {
	for _, text := range []string{
		"MSG a\r\n", "MSG a 1 -5\r\n", "MSG a 1 99999999999\r\n", "HMSG a 1 9 5\r\nx", "HMSG a 1 4 4\r\nabcd\r\n",
		"HMSG a 1 13 13\r\nNATS/1.0 x\r\n\r\n\r\n", "MSG a 1 9000000\r\n", strings.Repeat("x", 70_000) + "\r\n",
	} {
		c, err := fake(t, "PONG\r\n"+text)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-c.Done():
		case <-time.After(30 * time.Second):
			t.Errorf("after %.40q the connection stands", text)
		}
	}
}

func FuzzKeptHeader(f *testing.F) {
	f.Add([]byte("NATS/1.0 503\r\n\r\n"))
	f.Add([]byte("NATS/1.0\r\nA: b\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := keptHeader(data)
		if err != nil || h.check() != nil {
			return
		}
		again, err := keptHeader(h.append(nil))
		if err != nil {
			t.Fatalf("%q: %v", h, err)
		}
		for name, value := range h {
			if name == strings.TrimSpace(name) && again[name] != value {
				t.Errorf("%q came back as %q", h, again)
			}
		}
	})
}
