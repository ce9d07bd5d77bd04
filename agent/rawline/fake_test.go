package rawline

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

// pipes is a listener of connections in memory, so that a test can be run on a clock of its own.
type pipes struct {
	conns chan net.Conn
	ended chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), ended: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.ended) }); return nil }
func (p *pipes) Addr() net.Addr { return from{"127.0.0.1:4001"} }

type from struct{ address string }

func (f from) Network() string { return "tcp" }
func (f from) String() string  { return f.address }

// end is the server's end of a connection.
type end struct {
	net.Conn
	from from
}

func (e end) RemoteAddr() net.Addr { return e.from }

// rig is a lent line with an instrument behind it, all on the clock of the test.
type rig struct {
	t      *testing.T
	peer   *drivertest.Peer
	shared *Shared
	driver drivers.Device
	pipes  *pipes

	mu      sync.Mutex
	events  []buffer.Event
	written int
}

// newRig starts the line of a model. stop ends it, inside the bubble.
func newRig(t *testing.T, model string, options any, answer func(*drivertest.Peer) func([]byte), change ...func(*Options)) (r *rig, stop func()) {
	t.Helper()
	o, peer := drivertest.InMemory(t)
	r = &rig{t: t, peer: peer, pipes: newPipes()}
	peer.Answer = answer(peer)
	address, err := line.ParseAddress("tcp://127.0.0.1:1", drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	owner := line.NewOwner(address, o)
	raw, ok := drivers.RawOf(options)
	if !ok {
		t.Fatalf("%s cannot be lent", model)
	}
	r.shared = NewShared(owner.Port("gauge"), owner.Port("gauge"), raw, time.Second)
	m, err := drivers.Find(model)
	if err != nil {
		t.Fatal(err)
	}
	wait := func(ctx context.Context, d time.Duration) error { time.Sleep(d); return ctx.Err() }
	if r.driver, err = m.Open(drivers.Wires{Port: r.shared.Port(), Wait: wait}, options); err != nil {
		t.Fatal(err)
	}
	so := Options{
		Device: "gauge", Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Line: func() *Shared { return r.shared },
		Written: func() { r.written++ }, Record: r.record, Log: slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&so)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { owner.Run(ctx) })
	wg.Go(func() { NewServer(so).serve(ctx, r.pipes) })
	return r, func() { cancel(); wg.Wait() }
}

func (r *rig) record(e *buffer.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, *e)
}

func (r *rig) recorded() []buffer.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]buffer.Event(nil), r.events...)
}

// dial connects as a client with an address.
func (r *rig) dial(address string) net.Conn {
	mine, theirs := net.Pipe()
	r.pipes.conns <- end{theirs, from{address + ":1234"}}
	return mine
}

// segment sends a text and gives the first segment that comes within a second, as Pychron's client takes a reply; "" = none.
func segment(t *testing.T, conn net.Conn, text string) string {
	t.Helper()
	if err := write(conn, text); err != nil {
		return ""
	}
	b := make([]byte, 4096)
	conn.SetReadDeadline(time.Now().Add(time.Second))
	n, err := conn.Read(b)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, io.EOF) {
		t.Errorf("reading the reply to %q: %v", text, err)
	}
	return string(b[:n])
}

func write(conn net.Conn, text string) error {
	conn.SetWriteDeadline(time.Now().Add(time.Second))
	_, err := io.WriteString(conn, text)
	return err
}

// ask is one exchange on a connection of its own, closed by the client behind the reply.
func (r *rig) ask(address, text string) string {
	r.t.Helper()
	conn := r.dial(address)
	defer conn.Close()
	return segment(r.t, conn, text)
}

// collect joins what is written to an instrument into requests, whatever pieces it comes in.
func collect(ends string, each func(request string)) func([]byte) {
	pending := ""
	return func(b []byte) {
		pending += string(b)
		for {
			i := strings.IndexAny(pending, ends)
			if i < 0 {
				return
			}
			request := pending[:i+1]
			pending = pending[i+1:]
			each(request)
		}
	}
}
