//go:build board

package drivers

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"
)

// The tests of this file run on a board with a PL061 GPIO chip and an FTDI adapter: `make hw` emulates one. Nothing hangs
// on the pins; the host pulses line 3 and answers on the adapter.

func boardLine(t *testing.T, n string) string {
	chips, err := findChips()
	if err != nil {
		t.Fatal(err)
	}
	return chips[0].Label() + ":" + n
}

func openBoard(t *testing.T) *board {
	t.Helper()
	c, err := OpenChips()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*board)
}

func TestBoardOutput(t *testing.T) {
	line := boardLine(t, "0")
	first := openBoard(t)
	p, err := first.Out(Pin{Line: line, Fail: "on"})
	if err != nil {
		t.Fatal(err)
	}
	at, err := first.find(line)
	if err != nil {
		t.Fatal(err)
	}
	level := func() bool {
		high, err := first.out[at].line.get()
		if err != nil {
			t.Error(err)
		}
		return high
	}
	if output, who, err := (ioctls{}).info(at.node, at.offset); !output || who != "pychron-edge" || err != nil {
		t.Errorf("info = %v, %q, %v, want an output of ours", output, who, err)
	}
	if !level() || p.(Output).Driven() != gpio.High {
		t.Errorf("first level = %v, want the fail level", level())
	}
	for _, l := range []gpio.Level{gpio.Low, gpio.High, gpio.Low, gpio.High} {
		if err := p.Out(l); err != nil || level() != bool(l) {
			t.Errorf("Out(%v) = %v, the line is %v", l, err, level())
		}
	}
	second := openBoard(t)
	if _, err := second.Out(Pin{Line: line}); !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), "pychron-edge") {
		t.Errorf("somebody else's Out() = %v, want EBUSY and who has it", err)
	}
	first.Close()
	output, _, err := (ioctls{}).info(at.node, at.offset)
	t.Logf("given back: output %v, %v", output, err)
	again, err := second.Out(Pin{Line: line, Fail: "off"})
	if err != nil || again.(Output).Driven() != gpio.Level(output) {
		t.Errorf("Out() after that = %v, drives %v, want the level it had where it stayed an output, else the fail level", err, again.(Output).Driven())
	}
}

func TestBoardInput(t *testing.T) {
	b := openBoard(t)
	for _, activeLow := range []bool{false, true} {
		p, err := b.In(Pin{Line: boardLine(t, "5"), ActiveLow: activeLow})
		if err != nil {
			t.Fatal(err)
		}
		if level, err := p.(Input).Level(); level != gpio.Level(activeLow) || err != nil {
			t.Errorf("Level() with active_low %v = %v, %v", activeLow, level, err)
		}
	}
	if _, err := b.Out(Pin{Line: boardLine(t, "800")}); err == nil {
		t.Errorf("Out() of a line that is not = nil, want an error")
	}
}

// The host pulses line 3, which is called GPIO3, every second.
func TestBoardEdge(t *testing.T) {
	b := openBoard(t)
	p, err := b.In(Pin{Line: "GPIO3"})
	if err != nil {
		t.Fatal(err)
	}
	if level, err := p.(Input).Level(); level != gpio.Low || err != nil {
		t.Errorf("Level() = %v, %v, want Low", level, err)
	}
	if err := p.In(gpio.PullNoChange, gpio.BothEdges); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		begun := time.Now()
		if !p.WaitForEdge(5 * time.Second) {
			t.Errorf("edge %d did not come in %v", n, time.Since(begun))
		}
		level, err := p.(Input).Level()
		t.Logf("edge after %v, level %v, %v", time.Since(begun), level, err)
	}
	if err := p.In(gpio.PullNoChange, gpio.RisingEdge); err != nil {
		t.Fatal(err)
	}
	if !p.WaitForEdge(-1) {
		t.Errorf("WaitForEdge(-1) = false, want it to wait until the edge comes")
	}
	go func() {
		time.Sleep(50 * time.Millisecond)
		p.Halt()
	}()
	if err := p.In(gpio.PullNoChange, gpio.NoEdge); err != nil {
		t.Fatal(err)
	}
	if p.WaitForEdge(-1) {
		t.Errorf("WaitForEdge(-1) until Halt = true, want false")
	}
	if _, err := openBoard(t).In(Pin{Line: "GPIO3"}); err == nil {
		t.Errorf("somebody else's In() = nil, want an error")
	}
}

// The host answers on the adapter; when it reads the mark it pulls the adapter out for 2 s and plugs it again.
func TestBoardAdapter(t *testing.T) {
	ports, err := ListPorts("", "")
	t.Logf("ListPorts() = %+v, %v", ports, err)
	address, err := ParseAddress("serial://?vid=0403&pid=6001&serial=GAUGE1&baud=9600", Line{})
	if err != nil {
		t.Fatal(err)
	}
	o := NewOwner(address, LineOptions{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- o.Run(ctx) }()
	port := o.Port("gauge")
	until := func(what string, limit time.Duration, done func(good bool, err error) bool) time.Time {
		t.Helper()
		for begun := time.Now(); time.Since(begun) < limit; time.Sleep(20 * time.Millisecond) {
			reply, err := port.Transact(ctx, []byte("PR1\r"), line)
			if err == nil && string(reply) != "<PR1>" {
				t.Fatalf("Transact = %q, want the request in brackets", reply)
			}
			if done(err == nil, err) {
				return time.Now()
			}
		}
		t.Fatalf("waited %v for %s; the line is %+v", limit, what, o.State())
		return time.Time{}
	}
	good := 0
	until("20 replies", 20*time.Second, func(ok bool, _ error) bool {
		if ok {
			good++
		}
		return good == 20
	})
	t.Log("PULL THE ADAPTER")
	lost := until("the loss", 10*time.Second, func(_ bool, err error) bool { return errors.Is(err, ErrPortLost) })
	back := until("its return", 15*time.Second, func(ok bool, _ error) bool { return ok })
	if s := o.State(); s.Opens != 2 {
		t.Errorf("the line was opened %d times, want 2", s.Opens)
	}
	t.Logf("answered again %v after the loss, of which it was out for 2 s", back.Sub(lost))
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
}
