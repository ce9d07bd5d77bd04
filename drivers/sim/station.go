package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Fault is something that goes wrong with an instrument.
type Fault int

// The faults.
const (
	Silence   Fault = iota // it does not answer; a valve does not move
	Garbage                // it answers with noise; a valve shows both switches
	LateReply              // it answers 1.2 s late
	Unplug                 // its line is gone, with all that hang on it
	faults
)

// station is one instrument on the bench.
type station struct {
	name, model string
	url         string // as configured
	line        *line
	instrument  instrument
	valve       *valve // of a model on pins
	pins        []*pin
	left        []byte // of what Answer was given and the instrument waits for the rest of
	broken      [faults]bool
}

// Fault switches a fault of a device on or off.
func (b *Bench) Fault(device string, f Fault, on bool) error {
	b.mu.Lock()
	s, ok := b.stations[device]
	if !ok {
		b.mu.Unlock()
		return fmt.Errorf("sim: fault: no device %q on the bench", device)
	}
	if f < 0 || f >= faults {
		b.mu.Unlock()
		return fmt.Errorf("sim: fault %d of %s is unknown", f, device)
	}
	s.broken[f] = on
	if s.valve != nil {
		s.valve.stuck, s.valve.both = s.broken[Silence], s.broken[Garbage]
		b.chips.follow()
	}
	l := s.line
	b.mu.Unlock()
	if f != Unplug || l == nil {
		return nil
	}
	if on {
		l.unplug()
		return nil
	}
	if err := l.plug(); err != nil {
		return fmt.Errorf("sim: plugging %s in again: %w", device, err)
	}
	return nil
}

// Answer is what a device's instrument sends back when request comes to it: the way without lines, for tests. It needs no
// Start. A device that is not on the bench, or has no line, answers nothing.
func (b *Bench) Answer(device string, request []byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, ok := b.stations[device]
	if !ok || s.instrument == nil {
		return nil
	}
	if s.oneShot() {
		request = append(request[:len(request):len(request)], '\n')
	}
	left, reply := s.answer(append(s.left, request...))
	s.left = slices.Clone(left)
	return reply
}

// oneShot says whether the instrument takes one request a packet, which nothing else ends, and closes after its reply.
func (s *station) oneShot() bool {
	_, ok := s.instrument.(interface{ oneShot() })
	return ok
}

// answer lets the instrument take what is in buffer, and returns what is left of it and what goes back.
func (s *station) answer(buffer []byte) (left, reply []byte) {
	for len(buffer) > 0 {
		done, out := s.instrument.take(buffer)
		buffer, reply = buffer[done:], append(reply, out...)
		if done == 0 {
			break
		}
	}
	if len(buffer) > 4096 {
		buffer = nil // nothing it understands
	}
	switch {
	case s.broken[Silence]:
		reply = nil
	case s.broken[Garbage]:
		reply = noise(len(reply))
	}
	return buffer, reply
}

// noise is n bytes that mean nothing.
func noise(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.IntN(256))
	}
	return b
}
