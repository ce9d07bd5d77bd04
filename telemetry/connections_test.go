package telemetry

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// testTimeout is how long a test waits for what must happen: it ends a test that hangs, and fails none on a busy machine.
const testTimeout = time.Minute

// haltWithin asks for halts, each of which must be answered, until one is within 250 ms: a machine that is busy with other tests may be slow
// for a while.
func haltWithin(t *testing.T, c *http.Client, address string) {
	t.Helper()
	fastest := time.Hour
	for first := time.Now(); time.Since(first) < testTimeout; {
		begin := time.Now()
		response, err := c.Post("http://"+address+"/halt", "", nil)
		if err != nil {
			t.Fatalf("POST /halt = %v", err)
		}
		if response.Body.Close(); response.StatusCode != 200 {
			t.Fatalf("POST /halt = %d, want 200", response.StatusCode)
		}
		if fastest = min(fastest, time.Since(begin)); fastest <= 250*time.Millisecond {
			return
		}
	}
	t.Errorf("the fastest POST /halt of %v was answered after %v, want 250 ms at most", testTimeout, fastest)
}

// idle opens connections that say nothing, or only text.
func idle(t *testing.T, n int, address, text string) (all []net.Conn) {
	t.Helper()
	for range n {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		_, _ = io.WriteString(c, text) // one that has given way cannot be written to
		all = append(all, c)
	}
	return all
}

func TestIdleConnectionsDoNotKeepAHaltOut(t *testing.T) {
	for what, text := range map[string]string{"silent": "", "half a header": "GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n"} {
		t.Run(what, func(t *testing.T) {
			s, _ := run(t)
			idle(t, maxConnections, s.Addr(), text)
			haltWithin(t, client(t, nil), s.Addr())
		})
	}
}

func TestConnectionsThatServedAndRestDoNotKeepAHaltOut(t *testing.T) {
	s, _ := run(t)
	for _, c := range idle(t, maxConnections, s.Addr(), "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") {
		_ = c.SetReadDeadline(time.Now().Add(testTimeout))
		_, _ = http.ReadResponse(bufio.NewReader(c), nil) // the oldest have given way to the newest
	}
	haltWithin(t, client(t, nil), s.Addr())
}

// A page that is open has a connection that rests. It is the one somebody halts on: it does not give way to those who only knock.
func TestAConnectionThatServedStaysAmongSilentOnes(t *testing.T) {
	s, _ := run(t)
	page := idle(t, 1, s.Addr(), "")[0]
	answers := bufio.NewReader(page)
	ask := func(request string) {
		t.Helper()
		_ = page.SetDeadline(time.Now().Add(testTimeout))
		_, _ = io.WriteString(page, request+" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatalf("%s = %v", request, err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
	}
	ask("GET /healthz")
	idle(t, 2*maxConnections, s.Addr(), "")
	haltWithin(t, client(t, nil), s.Addr()) // by now all before it have been let in
	ask("POST /halt")
}

// A browser keeps six connections to a host. Six of its pages ask for a stream each.
func TestSixStreamsOfABrowserLeaveRoomForAHalt(t *testing.T) {
	s, _ := run(t)
	browser := client(t, nil)
	browser.Transport.(*http.Transport).MaxConnsPerHost = 6
	streams, refused := 0, 0
	for range 6 {
		request, _ := http.NewRequest("GET", "http://"+s.Addr()+"/events", nil)
		request.Header.Set("Accept", "text/event-stream")
		response, err := browser.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		switch response.StatusCode {
		case 200:
			streams++
		case 429:
			refused++
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}
	if streams != maxClientStreams || refused != 6-maxClientStreams {
		t.Errorf("%d streams and %d refusals, want %d and the others", streams, refused, maxClientStreams)
	}
	browser.Timeout = testTimeout // or it would wait for ever for a connection of its own
	haltWithin(t, browser, s.Addr())
}

// accepted gives what a listener accepts, until it is closed.
func accepted(t *testing.T, l net.Listener) <-chan net.Conn {
	inside := make(chan net.Conn, 8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			inside <- c
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return inside
}

// gone reports whether the other end has closed a connection.
func gone(c net.Conn) bool {
	_ = c.SetReadDeadline(time.Now().Add(testTimeout))
	_, err := c.Read(make([]byte, 1))
	timeout, ok := err.(net.Error)
	return err != nil && !(ok && timeout.Timeout())
}

func TestTheConnectionThatRestedLongestGivesWay(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inside := accepted(t, limit(listener, 2, func(string) int { return 8 }))
	dial := func() net.Conn { return idle(t, 1, listener.Addr().String(), "")[0] }
	dial()
	busy := (<-inside).(*connection)
	busy.serve(1)
	resting := dial()
	<-inside
	third := dial()
	second := <-inside
	if !gone(resting) {
		t.Error("the connection that served nothing stays, want it closed")
	}
	second.(*connection).serve(1)
	if fourth := dial(); !gone(fourth) {
		t.Error("a connection was let in where all that are open serve")
	}
	second.Close()
	second.Close() // gives one place back, not two
	if !gone(third) {
		t.Error("a closed connection is open")
	}
	dial()
	(<-inside).(*connection).serve(1)
	if sixth := dial(); !gone(sixth) {
		t.Error("a connection that was closed twice gave two places back")
	}
	busy.Close()
}

func TestConnectionsOfOneClientAreBounded(t *testing.T) {
	all := &connections{max: 8, maxClient: func(string) int { return 2 }, open: map[*connection]struct{}{}}
	add := func(client string) (leaves *connection, ok bool) {
		return all.add(&connection{all: all, client: client})
	}
	first := &connection{all: all, client: "a"}
	all.add(&connection{all: all, client: "b"})
	all.add(first)
	add("a")
	if leaves, ok := add("a"); leaves != first || !ok {
		t.Errorf("a third connection of one client: %v gives way, %t; want its own oldest one, and another client's left alone", leaves, ok)
	}
	for c := range all.open {
		c.serving = 1
	}
	if _, ok := add("a"); ok {
		t.Error("a client with two connections that serve got a third")
	}
	if _, ok := add("c"); !ok {
		t.Error("another client was kept out, want room for it")
	}
}
