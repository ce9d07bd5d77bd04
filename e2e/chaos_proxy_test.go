//go:build e2e

package e2e

import (
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// wireProxy is the network between a client and its broker. Inside one TCP connection nothing can come in another order without being
// another stream, so what it reorders is connections: the old one's last bytes reach the broker after the client has connected anew.
type wireProxy struct {
	to   string
	tls  bool // any byte may be damaged, TLS notices; else those of MQTT's headers alone, which nothing protects but the protocol itself
	open sync.WaitGroup

	mu       sync.Mutex // guards what follows
	refusing bool
	held     chan struct{} // not nil: nothing is forwarded until it is closed
	delay    time.Duration // of each piece
	conns    map[*wire]bool
	damaged  int // bytes so far
}

// wire is one connection through the proxy.
type wire struct {
	client, broker net.Conn
	lost           [2]bool       // what goes this way vanishes from now on: 0 to the broker, 1 to the client
	flip           [2]*rand.Rand // not nil: the next piece of this way is damaged, once
	late           time.Duration // of what still goes to the broker once the client's side has ended
}

// listen forwards connections until the test ends, and returns the address.
func (p *wireProxy) listen(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.conns = map[*wire]bool{}
	p.open.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.open.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.release()
		p.cut()
		p.open.Wait()
	})
	return l.Addr().String()
}

func (p *wireProxy) serve(client net.Conn) {
	defer client.Close()
	p.mu.Lock()
	refusing := p.refusing
	p.mu.Unlock()
	if refusing {
		return
	}
	broker, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer broker.Close()
	w := &wire{client: client, broker: broker}
	p.mu.Lock()
	p.conns[w] = true
	p.mu.Unlock()
	var back sync.WaitGroup
	back.Go(func() { p.pass(w, 1, broker, client) })
	p.pass(w, 0, client, broker)
	back.Wait()
	p.mu.Lock()
	delete(p.conns, w)
	p.mu.Unlock()
}

// pass forwards one way of a connection until it ends, and then ends the other.
func (p *wireProxy) pass(w *wire, way int, from, to net.Conn) {
	defer to.Close()
	var frames frameWatch
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		piece := buf[:n]
		if n > 0 && p.treat(w, way, &frames, piece) {
			if _, err := to.Write(piece); err != nil && !p.overtaken(w) {
				from.Close()
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// overtaken says that a connection's client side is closed on purpose, and that what it sent is still to reach the broker.
func (p *wireProxy) overtaken(w *wire) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return w.late > 0
}

// treat does to a piece what the network does just now, and returns whether it is to be forwarded.
func (p *wireProxy) treat(w *wire, way int, frames *frameWatch, piece []byte) bool {
	headers := frames.headers(piece)
	p.mu.Lock()
	held, delay := p.held, p.delay
	if way == 0 {
		delay += w.late
	}
	p.mu.Unlock()
	if held != nil {
		<-held
	}
	time.Sleep(delay)
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := w.flip[way]; r != nil && p.damage(r, piece, headers) {
		w.flip[way] = nil
	}
	return !w.lost[way]
}

// damage flips a bit. The caller holds mu.
func (p *wireProxy) damage(r *rand.Rand, piece []byte, headers []int) bool {
	at := r.IntN(len(piece))
	if !p.tls {
		if len(headers) == 0 {
			return false
		}
		at = headers[r.IntN(len(headers))]
	}
	piece[at] ^= 1 << r.IntN(8)
	p.damaged++
	return true
}

// each does something to every present connection.
func (p *wireProxy) each(do func(w *wire)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.conns {
		do(w)
	}
}

func (p *wireProxy) cut() {
	p.each(func(w *wire) {
		_ = w.client.Close()
		_ = w.broker.Close()
	})
}

// lose makes what goes one way vanish, on the present connections, until they end.
func (p *wireProxy) lose(way int) { p.each(func(w *wire) { w.lost[way] = true }) }

// flip damages the next piece of one way.
func (p *wireProxy) flip(way int, seed uint64) {
	p.each(func(w *wire) { w.flip[way] = rand.New(rand.NewPCG(seed, 3)) })
}

// overtake delays what goes to the broker and ends the clients' side soon afterwards: what was on its way comes after the new connection.
func (p *wireProxy) overtake(late time.Duration) {
	p.each(func(w *wire) {
		w.late = late
		time.AfterFunc(late/2, func() { _ = w.client.Close() })
	})
}

func (p *wireProxy) setDelay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

func (p *wireProxy) refuse(refusing bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusing = refusing
}

// hold stops the forwarding until release; nothing of it is lost.
func (p *wireProxy) hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = make(chan struct{})
	}
}

func (p *wireProxy) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held != nil {
		close(p.held)
		p.held = nil
	}
}

// frameWatch follows the packets of an MQTT stream.
type frameWatch struct {
	left   int  // bytes of the present packet that are to come
	length int  // of it, as far as it was read
	shift  uint // 7 for each byte of the length that was read
	sized  bool // the present byte belongs to the length
}

// headers are the places in a piece where packets begin.
func (f *frameWatch) headers(piece []byte) (at []int) {
	for i := 0; i < len(piece); {
		switch {
		case f.left > 0:
			n := min(f.left, len(piece)-i)
			f.left -= n
			i += n
			continue
		case f.sized:
			f.length |= int(piece[i]&0x7f) << f.shift
			f.shift += 7
			if f.sized = piece[i]&0x80 != 0 && f.shift < 28; !f.sized {
				f.left = f.length
			}
		default:
			at = append(at, i)
			f.length, f.shift, f.sized = 0, 0, true
		}
		i++
	}
	return at
}
