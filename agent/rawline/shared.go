package rawline

import (
	"bufio"
	"context"
	"strings"
	"sync"
	"time"

	"pychron-edge/drivers"
)

// Shared is a line that the driver of an instrument and clients use in turn.
type Shared struct {
	Raw   drivers.Raw
	lent  drivers.Port  // for clients
	own   drivers.Port  // for the driver
	every time.Duration // between two polls: an answer that is younger saves one

	mu      sync.Mutex
	answers map[string]answer // to clients, by request without its end
	polled  []bool            // for each request of the driver since Polled, whether a client had had its answer
}

// answer is what the instrument has said to a request.
type answer struct {
	reply []byte
	data  []byte // what ENQ fetched then; nil where there is one step
	at    time.Time
}

// maxAnswers is how many answers are kept; there are no more reading requests of one instrument.
const maxAnswers = 64

// NewShared shares a line: own and lent are two of its ports, with the same settings. It does no I/O.
func NewShared(own, lent drivers.Port, raw drivers.Raw, every time.Duration) *Shared {
	return &Shared{Raw: raw, own: own, lent: lent, every: every, answers: map[string]answer{}}
}

// Port is the line for the driver: a poll that a client has had answered since the last is not sent again.
func (s *Shared) Port() drivers.Port { return &ownPort{s, s.own, nil} }

// remember keeps an answer for the driver.
func (s *Shared) remember(request string, reply, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers) >= maxAnswers {
		clear(s.answers)
	}
	s.answers[request] = answer{reply, data, time.Now()}
}

// forget drops what was answered before something was written.
func (s *Shared) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.answers)
}

// take gives an answer that is young enough, once: the next poll asks again unless a client has.
func (s *Shared) take(request string) (answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.answers[request]
	delete(s.answers, request)
	return a, ok && time.Since(a.at) < s.every
}

// Polled tells for each request that the driver made since it was last asked whether its answer is one that a client was given. The
// second step of an exchange is no request.
func (s *Shared) Polled() []bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.polled
	s.polled = nil
	return all
}

func (s *Shared) poll(raw bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polled = append(s.polled, raw)
}

// ownPort is the line as the driver sees it.
type ownPort struct {
	*Shared
	port drivers.Port
	next []byte // what the ENQ to come is answered with; nil = the instrument is asked
}

// Transact implements [drivers.Port].
func (p *ownPort) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	next := p.next
	p.next = nil
	if split == nil || drivers.PriorityOf(ctx) != drivers.Poll {
		return p.port.Transact(ctx, request, split)
	}
	if next != nil && string(request) == drivers.Enquiry {
		if token := tokenOf(next, split); token != nil {
			return token, nil
		}
	}
	if string(request) == drivers.Enquiry {
		return p.port.Transact(ctx, request, split)
	}
	if a, ok := p.take(strings.TrimSuffix(string(request), p.Raw.End)); ok {
		if token := tokenOf(a.reply, split); token != nil {
			p.next = a.data
			p.poll(true)
			return token, nil
		}
	}
	p.poll(false)
	return p.port.Transact(ctx, request, split)
}

// Hold implements [drivers.Port].
func (p *ownPort) Hold(ctx context.Context, f func(drivers.Port) error) error {
	return p.port.Hold(ctx, func(held drivers.Port) error { return f(&ownPort{p.Shared, held, nil}) })
}

// tokenOf is the reply as the driver's own split function finds it, nil where it does not.
func tokenOf(reply []byte, split bufio.SplitFunc) []byte {
	rest := reply
	for len(rest) > 0 {
		n, token, err := split(rest, false)
		if token != nil {
			return append([]byte{}, token...)
		}
		if err != nil || n <= 0 || n > len(rest) {
			return nil
		}
		rest = rest[n:]
	}
	return nil
}
