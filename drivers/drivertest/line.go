package drivertest

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"time"

	"pychron-edge/drivers/line"
)

// InMemory is a line in memory, for an Owner, with an instrument at its other end that the test plays. It opens no file and waits by
// channels and timers only, so that it works in a testing/synctest bubble.
func InMemory(t testing.TB) (line.Options, *Peer) {
	p := &Peer{come: make(chan struct{}, 1), present: true}
	t.Cleanup(func() { p.Block(false) })
	return line.Options{Open: p.open}, p
}

// Peer is the other end of a line in memory.
type Peer struct {
	// Answer is what the instrument does with what was written to it: it may call Send, at once or later. nil = it is
	// silent. Set it before the line is used.
	Answer func(request []byte)

	mu      sync.Mutex // below
	waiting []byte     // sent, and not yet read
	come    chan struct{}
	sent    [][]byte
	sentAt  []time.Time
	opens   int
	handle  *memory // nil: closed
	present bool
	refuse  error
	blocked chan struct{} // not nil: writes wait until it is closed
}

// Says is an Answer that replies to each request at once.
func (p *Peer) Says(reply func(request string) string) func([]byte) {
	return func(request []byte) { p.Send(reply(string(request))) }
}

// Send puts bytes on the line for the owner to read.
func (p *Peer) Send(bytes string) {
	p.mu.Lock()
	p.waiting = append(p.waiting, bytes...)
	p.mu.Unlock()
	p.ring()
}

// Sent is everything that was written to the instrument, one string per write.
func (p *Peer) Sent() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, b := range p.sent {
		out = append(out, string(b))
	}
	return out
}

// SentAt are the times of the writes.
func (p *Peer) SentAt() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sentAt)
}

// Opens is how often the line was opened, or tried to be while it was there.
func (p *Peer) Opens() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opens
}

// Unplug takes the line away, and Plug brings it back.
func (p *Peer) Unplug() {
	p.mu.Lock()
	p.present, p.waiting = false, nil
	if p.handle != nil {
		p.handle.lost = true
	}
	p.mu.Unlock()
	p.ring()
}

// Plug brings the line back.
func (p *Peer) Plug() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.present = true
}

// Refuse makes opening fail with err, until err is nil.
func (p *Peer) Refuse(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = err
}

// Block makes writes wait, as on a line that stands still, or lets them go on.
func (p *Peer) Block(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.blocked != nil {
		close(p.blocked)
		p.blocked = nil
	}
	if on {
		p.blocked = make(chan struct{})
	}
}

func (p *Peer) ring() {
	select {
	case p.come <- struct{}{}:
	default:
	}
}

func (p *Peer) open(context.Context, line.Address) (line.Handle, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.present {
		return nil, fs.ErrNotExist
	}
	p.opens++
	if p.refuse != nil {
		return nil, p.refuse
	}
	p.handle, p.waiting = &memory{peer: p}, nil
	return p.handle, nil
}

// memory is the owner's end.
type memory struct {
	peer         *Peer
	timeout      time.Duration
	timer        *time.Timer
	lost, closed bool
	interrupted  bool
}

var errGone = errors.New("input/output error")

// SetReadTimeout implements [line.Handle].
func (m *memory) SetReadTimeout(d time.Duration) error {
	m.timeout = d
	return nil
}

// Read implements [line.Handle].
func (m *memory) Read(b []byte) (int, error) {
	n, err := m.take(b)
	if n > 0 || err != nil || m.timeout <= 0 {
		return n, err
	}
	if m.timer == nil {
		m.timer = time.NewTimer(m.timeout)
	} else {
		m.timer.Reset(m.timeout)
	}
	for {
		if m.forget() {
			m.timer.Stop()
			return 0, nil
		}
		select {
		case <-m.timer.C:
			return m.take(b)
		case <-m.peer.come:
		}
		if n, err := m.take(b); n > 0 || err != nil {
			m.timer.Stop()
			return n, err
		}
	}
}

// Interrupt ends the Read that waits, or the next that would.
func (m *memory) Interrupt() {
	m.peer.mu.Lock()
	m.interrupted = true
	m.peer.mu.Unlock()
	m.peer.ring()
}

// Forget takes an Interrupt back.
func (m *memory) Forget() { m.forget() }

// forget says whether there was an Interrupt, and takes it back.
func (m *memory) forget() bool {
	m.peer.mu.Lock()
	defer m.peer.mu.Unlock()
	was := m.interrupted
	m.interrupted = false
	return was
}

func (m *memory) take(b []byte) (int, error) {
	p := m.peer
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.lost || m.closed {
		return 0, errGone
	}
	n := copy(b, p.waiting)
	p.waiting = p.waiting[:copy(p.waiting, p.waiting[n:])]
	return n, nil
}

// Write implements [line.Handle].
func (m *memory) Write(b []byte) (int, error) {
	p := m.peer
	p.mu.Lock()
	blocked := p.blocked
	p.mu.Unlock()
	if blocked != nil {
		<-blocked
	}
	p.mu.Lock()
	if m.lost || m.closed {
		p.mu.Unlock()
		return 0, errGone
	}
	p.sent, p.sentAt = append(p.sent, slices.Clone(b)), append(p.sentAt, time.Now())
	p.mu.Unlock()
	if p.Answer != nil {
		p.Answer(b)
	}
	return len(b), nil
}

// Close implements [line.Handle].
func (m *memory) Close() error {
	p := m.peer
	p.mu.Lock()
	defer p.mu.Unlock()
	m.closed = true
	if p.handle == m {
		p.handle = nil
	}
	return nil
}
