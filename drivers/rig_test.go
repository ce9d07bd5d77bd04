package drivers

import (
	"bufio"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"
)

// The tests of this file need a machine with a GPIO chip and an FTDI adapter: an emulated arm64 board with a PL061, where
// RIG=1 is set. Nothing may hang on the pins.
func onRig(t *testing.T) {
	if os.Getenv("RIG") == "" {
		t.Skip("RIG is not set: this machine has no GPIO chip to play with")
	}
}

func rigLine(t *testing.T, n string) string {
	chips, err := findChips()
	if err != nil {
		t.Fatal(err)
	}
	return chips[0].Label() + ":" + n
}

func openRig(t *testing.T) *board {
	t.Helper()
	c, err := OpenChips()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*board)
}

func TestRigOutput(t *testing.T) {
	onRig(t)
	line := rigLine(t, "0")
	first := openRig(t)
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
	second := openRig(t)
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

func TestRigInput(t *testing.T) {
	onRig(t)
	b := openRig(t)
	for _, activeLow := range []bool{false, true} {
		p, err := b.In(Pin{Line: rigLine(t, "5"), ActiveLow: activeLow})
		if err != nil {
			t.Fatal(err)
		}
		if level, err := p.(Input).Level(); level != gpio.Level(activeLow) || err != nil {
			t.Errorf("Level() with active_low %v = %v, %v", activeLow, level, err)
		}
	}
	if _, err := b.Out(Pin{Line: rigLine(t, "800")}); err == nil {
		t.Errorf("Out() of a line that is not = nil, want an error")
	}
}

// The host pulses line 3, which is called GPIO3, every second.
func TestRigEdge(t *testing.T) {
	onRig(t)
	b := openRig(t)
	p, err := b.In(Pin{Line: "GPIO3"})
	if err != nil {
		t.Skip(err)
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
	if _, err := openRig(t).In(Pin{Line: "GPIO3"}); err == nil {
		t.Errorf("somebody else's In() = nil, want an error")
	}
}

// The host plugs the adapter, answers for 4 s, pulls it out for 2 s and plugs it again.
func TestRigAdapter(t *testing.T) {
	onRig(t)
	ports, err := ListPorts("", "")
	t.Logf("ListPorts() = %+v, %v", ports, err)
	address, err := ParseAddress("serial://?vid=0403&pid=6001&serial=GAUGE1&baud=9600", Line{})
	if err != nil {
		t.Fatal(err)
	}
	o := NewOwner(address, LineOptions{})
	ended := make(chan error)
	go func() { ended <- o.Run(t.Context()) }()
	port := o.Port("gauge")
	var lostAt, backAt time.Time
	good := 0
	for begun := time.Now(); time.Since(begun) < 12*time.Second; time.Sleep(20 * time.Millisecond) {
		reply, err := port.Transact(t.Context(), []byte("PR1\r"), func(d []byte, _ bool) (int, []byte, error) { return bufio.ScanLines(d, false) })
		switch {
		case err == nil && string(reply) == "<PR1>":
			good++
			if !lostAt.IsZero() && backAt.IsZero() {
				backAt = time.Now()
			}
		case err == nil:
			t.Errorf("Transact = %q", reply)
		case errors.Is(err, ErrPortLost) && good > 0 && lostAt.IsZero():
			lostAt = time.Now()
			t.Logf("lost: %v", err)
		}
	}
	s := o.State()
	t.Logf("%d replies, lost at %v, back %v later, %+v", good, lostAt, backAt.Sub(lostAt), s)
	if good < 20 || lostAt.IsZero() || backAt.IsZero() || s.Opens < 2 {
		t.Errorf("%d replies, lost %v, back %v, want the adapter lost and back", good, lostAt, backAt)
	}
}
