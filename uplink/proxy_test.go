package uplink

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"pychron-edge/buffer"
)

// proxy forwards connections to a broker. When it is stalled, its connections stay open and forward nothing, as when a cable is pulled
// or a broker is stopped. New connections work.
type proxy struct {
	listener net.Listener
	to       string
	wg       sync.WaitGroup

	mu      sync.Mutex
	conns   []net.Conn
	stalled chan struct{} // closed: the connections made until then forward nothing
}

func newProxy(t testing.TB, to string) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return proxyOf(t, l, to)
}

// proxyOf forwards the connections that a listener accepts.
func proxyOf(t testing.TB, l net.Listener, to string) *proxy {
	p := &proxy{listener: l, to: to, stalled: make(chan struct{})}
	p.wg.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.cut()
		p.wg.Wait()
	})
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

func (p *proxy) accept() {
	for {
		in, err := p.listener.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		if err != nil {
			_ = in.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, in, out)
		stalled := p.stalled
		p.mu.Unlock()
		p.wg.Go(func() { pass(out, in, stalled) })
		p.wg.Go(func() { pass(in, out, stalled) })
	}
}

// pass copies until an end closes; once stalled is closed it reads on and forwards nothing.
func pass(to, from net.Conn, stalled <-chan struct{}) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		select {
		case <-stalled:
		default:
			if err != nil {
				_ = to.Close()
				return
			}
			if _, err := to.Write(buf[:n]); err != nil {
				_ = from.Close()
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// stall makes the present connections forward nothing.
func (p *proxy) stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.stalled)
	p.stalled = make(chan struct{})
}

// cut closes the present connections.
func (p *proxy) cut() {
	p.mu.Lock()
	conns := p.conns
	p.conns = nil
	p.mu.Unlock()
	for _, c := range conns {
		_ = c.(io.Closer).Close()
	}
}

// start runs f; the returned function ends it and waits.
func start(t testing.TB, f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := f(ctx); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	}()
	return sync.OnceFunc(func() { cancel(); <-done })
}

// find makes an Options.Find that reads stored.
func find(stored func(each func(*buffer.Event) bool)) func(context.Context, string, uint64, uint64, func(*buffer.Event) bool) error {
	return func(_ context.Context, boot string, from, to uint64, each func(*buffer.Event) bool) error {
		stored(func(e *buffer.Event) bool {
			return e.Boot != boot || e.Seq < from || e.Seq > to || each(e)
		})
		return nil
	}
}
