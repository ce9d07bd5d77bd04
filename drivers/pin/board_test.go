//go:build board

package pin

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

// The tests of this file run on a board with a PL061 GPIO chip: `make hw` emulates one. Nothing hangs on the pins; the host
// pulses line 3.

func boardPin(t *testing.T, n string) string {
	chips, err := findChips()
	if err != nil {
		t.Fatal(err)
	}
	return chips[0].Label() + ":" + n
}

func openBoard(t *testing.T) *board {
	t.Helper()
	c, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*board)
}

func TestBoardOutput(t *testing.T) {
	line := boardPin(t, "0")
	first := openBoard(t)
	p, err := first.Out(drivers.Pin{Line: line, Fail: "on"})
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
	if !level() || p.(drivers.Output).Driven() != gpio.High {
		t.Errorf("first level = %v, want the fail level", level())
	}
	for _, l := range []gpio.Level{gpio.Low, gpio.High, gpio.Low, gpio.High} {
		if err := p.Out(l); err != nil || level() != bool(l) {
			t.Errorf("Out(%v) = %v, the line is %v", l, err, level())
		}
	}
	second := openBoard(t)
	if _, err := second.Out(drivers.Pin{Line: line}); !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), "pychron-edge") {
		t.Errorf("somebody else's Out() = %v, want EBUSY and who has it", err)
	}
	first.Close()
	output, _, err := (ioctls{}).info(at.node, at.offset)
	t.Logf("given back: output %v, %v", output, err)
	again, err := second.Out(drivers.Pin{Line: line, Fail: "off"})
	if err != nil || again.(drivers.Output).Driven() != gpio.Level(output) {
		t.Errorf("Out() after that = %v, drives %v, want the level it had where it stayed an output, else the fail level", err, again.(drivers.Output).Driven())
	}
}

func TestBoardInput(t *testing.T) {
	b := openBoard(t)
	for _, activeLow := range []bool{false, true} {
		p, err := b.In(drivers.Pin{Line: boardPin(t, "5"), ActiveLow: activeLow})
		if err != nil {
			t.Fatal(err)
		}
		if level, err := p.(drivers.Input).Level(); level != gpio.Level(activeLow) || err != nil {
			t.Errorf("Level() with active_low %v = %v, %v", activeLow, level, err)
		}
	}
	if _, err := b.Out(drivers.Pin{Line: boardPin(t, "800")}); err == nil {
		t.Errorf("Out() of a line that is not = nil, want an error")
	}
}

// The host pulses line 3, which is called GPIO3, every second.
func TestBoardEdge(t *testing.T) {
	b := openBoard(t)
	p, err := b.In(drivers.Pin{Line: "GPIO3"})
	if err != nil {
		t.Fatal(err)
	}
	low := false // but during a pulse, which takes 0.1 s
	for begun := time.Now(); !low && time.Since(begun) < 5*time.Second; time.Sleep(10 * time.Millisecond) {
		level, err := p.(drivers.Input).Level()
		if err != nil {
			t.Fatal(err)
		}
		low = level == gpio.Low
	}
	if !low {
		t.Error("the level is high for 5 s, want it low between the pulses")
	}
	if err := p.In(gpio.PullNoChange, gpio.BothEdges); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		begun := time.Now()
		if !p.WaitForEdge(5 * time.Second) {
			t.Errorf("edge %d did not come in %v", n, time.Since(begun))
		}
		level, err := p.(drivers.Input).Level()
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
	if _, err := openBoard(t).In(drivers.Pin{Line: "GPIO3"}); err == nil {
		t.Errorf("somebody else's In() = nil, want an error")
	}
}
