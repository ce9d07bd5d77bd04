package sim

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	lateness = 1200 * time.Millisecond // of a late reply
	stalled  = 100 * time.Millisecond  // longest wait for a reader of what is sent
	apart    = 30 * time.Millisecond   // on a shared line, a silence that ends a frame for all who hang on it
)

// converse serves one connection until it ends.
func (l *line) converse(ctx context.Context, all *sync.WaitGroup, h handle) {
	defer l.drop(h)
	l.attend(all)
	l.greet(h)
	pending := make([][]byte, len(l.stations))
	chunk := make([]byte, 512)
	_, datagram := h.(*peer)
	one := slices.ContainsFunc(l.stations, (*station).oneShot) && !datagram
	var last time.Time
	for {
		n, err := h.Read(chunk)
		now := l.bench.now()
		if len(l.stations) > 1 && now.Sub(last) > apart {
			clear(pending)
		}
		last = now
		if n > 0 && one {
			l.reply(ctx, all, h, pending, append(chunk[:n:n], '\n'))
			return
		}
		if n > 0 {
			l.reply(ctx, all, h, pending, chunk[:n])
		}
		if err != nil {
			return
		}
		if datagram {
			clear(pending)
		}
	}
}

// greet sends what instruments send to a client that connects.
func (l *line) greet(h handle) {
	for _, s := range l.stations {
		if g, ok := s.instrument.(greeter); ok {
			l.bench.mu.Lock()
			text := g.greet()
			l.bench.mu.Unlock()
			write(h, text)
		}
	}
}

// reply lets each station look at what came. Late answers are sent by a goroutine of their own.
func (l *line) reply(ctx context.Context, all *sync.WaitGroup, h handle, pending [][]byte, came []byte) {
	for i, s := range l.stations {
		pending[i] = append(pending[i], came...)
		l.bench.mu.Lock()
		left, text := s.answer(pending[i])
		late := s.broken[LateReply]
		l.bench.mu.Unlock()
		pending[i] = slices.Clone(left)
		switch {
		case len(text) == 0:
		case late:
			all.Go(func() {
				select {
				case <-ctx.Done():
				case <-time.After(lateness):
					write(h, text)
				}
			})
		default:
			write(h, text)
		}
	}
}

// write sends text, or drops what is not read in time.
func write(h handle, text []byte) {
	if len(text) == 0 {
		return
	}
	h.SetWriteDeadline(time.Now().Add(stalled))
	h.Write(text) // a connection that is gone is seen by its reader
}

// listen appends the lines that the stations send unasked. Bench.mu is held.
func (l *line) listen(unasked []message) []message {
	for _, s := range l.stations {
		if v, ok := s.instrument.(speaker); ok {
			if text := v.speak(); len(text) > 0 && !s.broken[Silence] {
				unasked = append(unasked, message{l, text})
			}
		}
	}
	return unasked
}

// send to everybody connected.
func (l *line) send(text []byte) {
	l.mu.Lock()
	handles := slices.Clone(l.handles)
	l.mu.Unlock()
	for _, h := range handles {
		write(h, text)
	}
}

// drop a connection that has ended.
func (l *line) drop(h handle) {
	h.Close()
	l.mu.Lock()
	l.handles = slices.DeleteFunc(l.handles, func(o handle) bool { return o == h })
	l.mu.Unlock()
}
