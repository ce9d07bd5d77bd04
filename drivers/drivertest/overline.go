package drivertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// bench is a device of a case on a real line owner, whose other end is in memory, in a synctest bubble.
type bench struct {
	device drivers.Device
	peer   *Peer
	late   int // the exchange whose reply comes after the deadline; -1 = none
	fault  fault

	deafUntil time.Time
	owner     *line.Owner
	done      int // exchanges so far
	line      drivers.LineSettings
	whole     bool // replies come in one piece
	speak     sync.WaitGroup
	spoken    chan struct{} // closed when the last reply is out
}

// overALine reads the device through a real line owner: replies come byte by byte with pauses, and then each reply in turn
// comes after its deadline, which must not be taken for the answer to what is asked next.
func (c Case) overALine(t *testing.T) {
	m, err := drivers.Find(c.Model)
	if err != nil {
		t.Fatal(err)
	}
	if m.Line.Echo != "" && m.Line.Echo != "none" {
		t.Skip("the model's line echoes")
	}
	exchanges := 0
	synctest.Test(t, func(t *testing.T) {
		b := c.bench(t, m, -1)
		for n := range 3 {
			if got, err := b.believe(t.Context(), n == 0); err != nil || !same(got, c.Want) {
				t.Errorf("Read() number %d over a line = %+v, %v, want %+v", n+1, got, err, c.Want)
			}
			if n == 0 {
				exchanges = b.done
			}
		}
	})
	for late := range exchanges {
		synctest.Test(t, func(t *testing.T) {
			b := c.bench(t, m, late)
			got, err := b.believe(t.Context(), true)
			if b.done > late && err == nil && !same(got, c.Want) {
				t.Errorf("with reply %d late: Read() = %+v, want an error or %+v", late, got, c.Want)
			}
			for n := range 2 {
				if got, err := b.believe(t.Context(), false); err != nil || !same(got, c.Want) {
					t.Errorf("after reply %d was late: Read() number %d = %+v, %v, want %+v", late, n+1, got, err, c.Want)
				}
			}
		})
	}
}

// bench makes the device, its line and the instrument at the end of it, and ends them with the test.
func (c Case) bench(t *testing.T, m drivers.Model, late int) *bench {
	t.Helper()
	address, err := line.ParseAddress("tcp://127.0.0.1:1", m.Line)
	if err != nil {
		t.Fatal(err)
	}
	options, peer := InMemory(t)
	b := &bench{peer: peer, late: late, line: address.Line, whole: c.Whole}
	instrument := Answers(c.Exchanges...)
	if c.Instrument != nil {
		instrument = c.Instrument()
	}
	peer.Answer = func(request []byte) { b.answer(string(request), instrument) }
	owner := line.NewOwner(address, options)
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { _ = owner.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		run.Wait()
		b.speak.Wait()
	})
	wait := func(ctx context.Context, d time.Duration) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
			return nil
		}
	}
	b.owner = owner
	if b.device, err = m.Open(drivers.Wires{Port: owner.Port(c.Model), Wait: wait}, c.options(m)); err != nil {
		t.Fatal(err)
	}
	return b
}

// answer speaks a reply byte by byte. What only brings the line into step is not answered.
func (b *bench) answer(request string, instrument func(string) (string, bool)) {
	if request == string(b.line.Resync) || time.Now().Before(b.deafUntil) {
		return
	}
	reply, _ := instrument(request)
	pieces := []piece{{time.Millisecond, reply, b.whole}}
	switch {
	case b.done != b.late:
	case b.fault != nil:
		pieces = b.fault(request, reply, b.deadline())
	default:
		pieces[0].after += b.deadline()
	}
	b.done++
	if reply == "" {
		return // nothing that could be late
	}
	before, spoken := b.spoken, make(chan struct{})
	b.spoken = spoken
	b.speak.Go(func() {
		defer close(spoken)
		if before != nil {
			<-before // it says one thing after the other
		}
		for _, p := range pieces {
			time.Sleep(p.after)
			b.say(p)
		}
	})
}

// say speaks byte by byte, or in one piece.
func (b *bench) say(p piece) {
	if p.whole {
		b.peer.Send(p.bytes)
		return
	}
	for i := range len(p.bytes) {
		b.peer.Send(p.bytes[i : i+1])
		time.Sleep(time.Millisecond)
	}
}

// deadline is the line's own, or its default.
func (b *bench) deadline() time.Duration { return cmp.Or(b.line.Deadline, 500*time.Millisecond) }

// believe identifies the device at first and reads it, and tells the line of what was garbled, as the agent does.
func (b *bench) believe(ctx context.Context, first bool) (got []drivers.Reading, err error) {
	defer func() {
		if errors.Is(err, drivers.ErrGarbled) {
			b.owner.SuspectReply()
		}
	}()
	if d, ok := b.device.(drivers.Identifier); ok && first {
		if _, err := d.Identify(ctx); err != nil {
			return nil, fmt.Errorf("identify: %w", err)
		}
	}
	return b.device.Read(ctx)
}
