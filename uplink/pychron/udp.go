package pychron

import (
	"context"
	"errors"
	"net"
	"sync"
)

// Limits of datagrams: a client reads at most maxDatagram bytes of one.
const (
	maxDatagram = 4096
	maxAnswers  = 256 // datagrams answered at a time, of all clients
)

// outstanding are the datagrams that are being answered, by client.
type outstanding struct {
	mu  sync.Mutex
	all int
	by  map[string]int
}

// take counts one; false where there are too many.
func (o *outstanding) take(address string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.all >= maxAnswers || o.by[address] >= maxQueued {
		return false
	}
	o.all++
	o.by[address]++
	return true
}

func (o *outstanding) release(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all--
	if o.by[address]--; o.by[address] == 0 {
		delete(o.by, address)
	}
}

// serveUDP answers datagrams, each of which is one command, until the port is closed. An address proves nothing here: commands
// need a setting of their own.
func (s *Server) serveUDP(ctx context.Context, h dialect, port net.PacketConn) {
	var wg sync.WaitGroup
	defer wg.Wait()
	waiting := outstanding{by: map[string]int{}}
	data := make([]byte, maxCommand+1)
	for ctx.Err() == nil {
		n, from, err := port.ReadFrom(data)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an answer to an earlier datagram could not be delivered
		}
		address := addressOf(from)
		by := Client{Address: address.String(), Via: "udp", Commands: s.options.UDPCommands && s.options.commands()}
		text := strip(string(data[:n]))
		switch {
		case !s.options.allows(address):
			s.refusals.add(by, outside)
		case n > maxCommand:
			s.refusals.add(by, tooLong)
		case text == "":
		case !waiting.take(by.Address):
			s.refusals.add(by, flooding)
		default:
			wg.Go(func() {
				defer waiting.release(by.Address)
				s.answerUDP(ctx, h, port, from, by, text)
			})
		}
	}
}

// answerUDP sends one reply back to where the command came from. One that is too long is not cut: half a word is wrong.
func (s *Server) answerUDP(ctx context.Context, h dialect, port net.PacketConn, to net.Addr, by Client, text string) {
	reply := s.options.encoded(h.answer(ctx, by, text))
	if len(reply) > maxDatagram {
		s.options.Log.Warn("a reply by UDP is too long and is not sent", "client", by.Address, "bytes", len(reply))
		return
	}
	if _, err := port.WriteTo(reply, to); err != nil && ctx.Err() == nil {
		s.options.Log.Warn("a reply by UDP cannot be sent", "client", by.Address, "err", err)
	}
}
