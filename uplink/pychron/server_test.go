package pychron

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pychron-edge/buffer"
)

// ask sends a text in pieces of so many bytes, a segment each, and reads the replies.
func ask(t *testing.T, conn net.Conn, text string, each, n int) []string {
	t.Helper()
	for len(text) > 0 {
		piece := text[:min(each, len(text))]
		text = text[len(piece):]
		if _, err := conn.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	return replies(t, conn, n)
}

func TestTwoCommandsInOneSegment(t *testing.T) {
	s := started(t, optionsFor(valvesABC(Closed)))
	got := ask(t, dial(t, s), "Open A\r\nGetValveState A\r\n", 100, 2)
	if want := []string{"OK", "True"}; !slices.Equal(got, want) {
		t.Errorf("replies %q, want %q in order", got, want)
	}
}

// oneWrite counts the writes of a server's side.
type oneWrite struct {
	net.Conn
	writes [][]byte
}

func (c *oneWrite) Write(b []byte) (int, error) {
	c.writes = append(c.writes, slices.Clone(b))
	return c.Conn.Write(b)
}

func TestAReplyIsOneWrite(t *testing.T) {
	near, far := net.Pipe()
	counted := &oneWrite{Conn: far}
	h := handlerFor(t, valvesABC(Closed))
	done := make(chan string, 1)
	go func() { done <- (&connection{conn: counted, by: mac, dialect: h, options: h.options}).run(t.Context()) }()
	go near.Write([]byte("GetValveStates\r\nGetError\r\n"))
	replies(t, near, 2)
	near.Close()
	if why := <-done; why != "" || len(counted.writes) != 2 || string(counted.writes[0]) != "A0,B1,C03446\r\n" || string(counted.writes[1]) != "\r\n" {
		t.Errorf("turned away for %q, writes %q; want one for each reply", why, counted.writes)
	}
}

// wantReset reads a connection that must end by a reset without a byte. wrote is what the last write to it returned: a reset
// that came before it is told there, once, and the connection then only reads as ended.
func wantReset(t *testing.T, conn net.Conn, wrote error) {
	t.Helper()
	all, err := io.ReadAll(conn)
	if len(all) > 0 || !isReset(err) && !isReset(wrote) {
		t.Errorf("wrote with %v, read %q, %v; want a reset without a byte", wrote, all, err)
	}
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

func TestLimitsResetWithoutAByte(t *testing.T) {
	for reason, c := range map[string]struct {
		change func(*Options, *fakeAgent)
		send   string
	}{
		outside: {func(o *Options, _ *fakeAgent) { o.Networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")} }, "GetValveStates\r"},
		tooLong: {nil, strings.Repeat("x", maxCommand+2)},
		tooMany: {func(_ *Options, f *fakeAgent) { f.gate = make(chan struct{}) }, strings.Repeat("GetValveStates\r", maxQueued+2)},
	} {
		t.Run(reason, func(t *testing.T) {
			f := valvesABC(Closed)
			o := optionsFor(f)
			if c.change != nil {
				c.change(&o, f)
			}
			s := started(t, o)
			letGo := sync.OnceFunc(func() {
				if f.gate != nil {
					close(f.gate)
				}
			})
			t.Cleanup(letGo)
			conn, err := net.Dial("tcp", s.Addr().String())
			if err == nil { // else the reset came first
				defer conn.Close()
				_, wrote := conn.Write([]byte(c.send))
				wantReset(t, conn, wrote)
			} else if !errors.Is(err, syscall.ECONNRESET) {
				t.Fatal(err)
			}
			letGo()
			e := refusedClients(t, f)[0]
			if !strings.Contains(e.Status, reason) || !strings.Contains(e.Note, "pychron@127.0.0.1") {
				t.Errorf("event %+v, want the reason %q and the address", e, reason)
			}
		})
	}
}

func TestTheNewestClientIsRefusedWhenFull(t *testing.T) {
	f := valvesABC(Closed)
	s := started(t, optionsFor(f))
	first := dial(t, s)
	replies := ask(t, first, "GetValveState A\r", 100, 1)
	for range maxClients - 1 {
		dial(t, s)
	}
	for s.clients.Load() < maxClients {
		time.Sleep(time.Millisecond)
	}
	if conn, err := net.Dial("tcp", s.Addr().String()); err == nil {
		defer conn.Close()
		wantReset(t, conn, nil)
	}
	if again := ask(t, first, "GetValveState A\r", 100, 1); !slices.Equal(again, replies) {
		t.Errorf("the oldest client gets %q, want %q", again, replies)
	}
	if n := len(refusedClients(t, f)); n != 1 {
		t.Errorf("%d events, want one", n)
	}
}

// refusedClients waits for the first event of a client that was refused: the client is told before.
func refusedClients(t *testing.T, f *fakeAgent) []buffer.Event {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if all := f.noted("agent_pychron_clients_refused_total"); len(all) > 0 {
			return all
		}
		if time.Now().After(deadline) {
			t.Fatal("no event of a refused client")
		}
	}
}

// A client that is silent while the server stops and starts again meets a reset, on which it repeats; after an orderly close its
// command would be lost.
func TestStopIsAReset(t *testing.T) {
	s := NewServer(optionsFor(valvesABC(Closed)))
	o, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := contextOf(t)
	done := make(chan struct{})
	go func() { defer close(done); s.serve(ctx, o, nil) }()
	conn, err := net.Dial("tcp", o.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ask(t, conn, "Open A\r", 100, 1)
	cancel()
	<-done
	wantReset(t, conn, nil)
}

// A kept client that was silent while the server stopped and started again meets a reset, reconnects and repeats: its first command acts.
func TestFirstCommandAfterARestartActs(t *testing.T) {
	f := valvesABC(Closed)
	listen := func(address string) (net.Listener, func()) {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := contextOf(t)
		done := make(chan struct{})
		go func() { defer close(done); NewServer(optionsFor(f)).serve(ctx, l, nil) }()
		return l, func() { cancel(); <-done }
	}
	first, stop := listen("127.0.0.1:0")
	kept, err := net.Dial("tcp", first.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ask(t, kept, "GetValveState A\r", 100, 1)
	stop()
	_, stop = listen(first.Addr().String())
	defer stop()
	reply := make([]byte, 100)
	kept.SetDeadline(time.Now().Add(time.Minute))
	_, writing := kept.Write([]byte("Open A\r")) // where the reset came first, this is what tells
	if n, err := kept.Read(reply); n > 0 || writing == nil && (err == nil || errors.Is(err, io.EOF)) {
		t.Fatalf("the old connection: %d bytes, %v; want a reset, on which Pychron's client repeats", n, err)
	}
	kept.Close()
	if kept, err = net.Dial("tcp", first.Addr().String()); err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if got := ask(t, kept, "Open A\r", 100, 1); got[0] != "OK" || !slices.Equal(f.moves(), []string{"A 1"}) {
		t.Errorf("the repeat = %q, moved %v; want OK and A opened once", got, f.moves())
	}
}

func TestRepliesThatCloseTheConnection(t *testing.T) {
	for want, change := range map[string]func(*Options){
		"A0,B1,C03446":         func(o *Options) { o.CloseAfterReply = true },
		"0014A0,B1,C03446f0a7": func(o *Options) { o.Frame = true },
	} {
		o := optionsFor(valvesABC(Closed))
		change(&o)
		conn := dial(t, started(t, o))
		conn.Write([]byte("GetValveStates\r\n"))
		all, err := io.ReadAll(conn)
		if o.Frame {
			want = framed("A0,B1,C03446")
		}
		if err != nil || string(all) != want {
			t.Errorf("read %q, %v; want %q and an orderly end", all, err, want)
		}
	}
}

func TestUDP(t *testing.T) {
	f := valvesABC(Closed)
	o := optionsFor(f)
	o.UDPCommands = true
	s := started(t, o)
	conn, err := net.Dial("udp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	reply := make([]byte, maxDatagram)
	for _, step := range []struct{ request, want string }{
		{"GetValveStates\r", "A0,B1,C03446\r\n"}, {"Open A", "OK\r\n"}, {"GetIndicatorState A\r\n", "True\r\n"}, {"GetError", "\r\n"},
	} {
		conn.Write([]byte(step.request))
		n, err := conn.Read(reply)
		if err != nil || string(reply[:n]) != step.want {
			t.Errorf("%q by UDP = %q, %v; want %q", step.request, reply[:n], err, step.want)
		}
	}
	if e := f.noted("commands_total"); len(e) != 1 || !strings.Contains(e[0].Note, "via=udp") {
		t.Errorf("events %+v, want one command via=udp", e)
	}
}

func TestDatagramsFromElsewhereGetNoByte(t *testing.T) {
	f := valvesABC(Closed)
	o := optionsFor(f)
	o.Networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")}
	s := started(t, o)
	conn, err := net.Dial("udp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.Write([]byte("GetValveStates"))
	refusedClients(t, f)
	conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 10)); err == nil {
		t.Errorf("%d bytes came back, want none", n)
	}
	if n := len(f.noted("agent_pychron_clients_refused_total")); n != 1 {
		t.Errorf("%d events, want one", n)
	}
}
