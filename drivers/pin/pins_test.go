package pin

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

// fakeKernel is a GPIO chip of a few lines. It keeps what happens to them as text.
type fakeKernel struct {
	lines [4]struct {
		output, high, had bool
		busy              string
	}
	broken error
	node   string // of the chip now; "" = any
	log    []string
}

func (k *fakeKernel) find(label, _ string, _ uint32) (string, error) {
	if k.node == "" || label != "soc" {
		return "", errors.New("no such chip")
	}
	return k.node, nil
}

func (k *fakeKernel) request(node string, n uint32) (gpioLine, error) {
	l := &k.lines[n]
	if k.node != "" && k.node != node {
		return nil, unix.ENOENT
	}
	if l.busy != "" || l.had {
		return nil, fmt.Errorf("request: %w", unix.EBUSY)
	}
	if k.broken != nil {
		return nil, k.broken
	}
	l.had = true
	k.log = append(k.log, fmt.Sprintf("request %d", n))
	return &fakeRequested{k, n}, nil
}

func (k *fakeKernel) info(_ string, n uint32) (bool, string, error) {
	return k.lines[n].output, k.lines[n].busy, nil
}

type fakeRequested struct {
	k *fakeKernel
	n uint32
}

func (r *fakeRequested) do(what string, f func()) error {
	if r.k.broken != nil {
		return r.k.broken
	}
	r.k.log = append(r.k.log, fmt.Sprintf("%s %d", what, r.n))
	f()
	return nil
}

func (r *fakeRequested) get() (bool, error) { return r.k.lines[r.n].high, r.k.broken }

func (r *fakeRequested) set(high bool) error {
	return r.do(fmt.Sprintf("set %v", high), func() { r.k.lines[r.n].high = high })
}

func (r *fakeRequested) output(high bool) error {
	return r.do(fmt.Sprintf("output %v", high), func() { r.k.lines[r.n].output, r.k.lines[r.n].high = true, high })
}

func (r *fakeRequested) input() error {
	return r.do("input", func() { r.k.lines[r.n].output = false })
}

func (r *fakeRequested) close() error {
	r.k.lines[r.n].had = false
	r.k.log = append(r.k.log, fmt.Sprintf("close %d", r.n))
	return nil
}

func newFakeBoard(t *testing.T) (*board, *fakeKernel) {
	k := &fakeKernel{}
	b := newBoard(k, func(line string) (place, error) {
		var n uint32
		if _, err := fmt.Sscanf(line, "GPIO%d", &n); err != nil || n > 3 {
			return place{}, fmt.Errorf("no GPIO line is called %s", line)
		}
		return place{node: "/dev/gpiochip0", label: "soc", offset: n}, nil
	})
	t.Cleanup(func() { b.Close() })
	return b, k
}

func TestOutputBegins(t *testing.T) {
	for _, c := range []struct {
		name      string
		was, high bool
		pin       drivers.Pin
		want      string
		driven    gpio.Level
	}{
		{"input, no fail level", false, true, drivers.Pin{Line: "GPIO1"}, "output false 1", gpio.Low},
		{"input, fails on", false, false, drivers.Pin{Line: "GPIO1", Fail: "on"}, "output true 1", gpio.High},
		{"input, active low", false, false, drivers.Pin{Line: "GPIO1", ActiveLow: true}, "output true 1", gpio.Low},
		{"input, active low, fails on", false, false, drivers.Pin{Line: "GPIO1", ActiveLow: true, Fail: "on"}, "output false 1", gpio.High},
		{"output, high", true, true, drivers.Pin{Line: "GPIO1", Fail: "off"}, "output true 1", gpio.High},
		{"output, low, active low", true, false, drivers.Pin{Line: "GPIO1", ActiveLow: true, Fail: "off"}, "output false 1", gpio.High},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, k := newFakeBoard(t)
			k.lines[1].output, k.lines[1].high = c.was, c.high
			p, err := b.Out(c.pin)
			if err != nil {
				t.Fatal(err)
			}
			if want := []string{"request 1", c.want}; !slices.Equal(k.log, want) || p.(drivers.Output).Driven() != c.driven {
				t.Errorf("Out() did %q and drives %v, want %q and %v", k.log, p.(drivers.Output).Driven(), want, c.driven)
			}
		})
	}
}

func TestOutputDriven(t *testing.T) {
	b, k := newFakeBoard(t)
	p, err := b.Out(drivers.Pin{Line: "GPIO1", ActiveLow: true, Fail: "on"})
	if err != nil {
		t.Fatal(err)
	}
	k.log = nil
	if err := errors.Join(p.Out(gpio.High), p.Out(gpio.Low), p.Halt()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"set false 1", "set true 1", "set false 1"}; !slices.Equal(k.log, want) {
		t.Errorf("the kernel did %q, want %q", k.log, want)
	}
	before := len(k.log)
	//lint:ignore SA1019 the interface still has it, so it is looked at too
	_, _, _, _ = p.(drivers.Output).Driven(), p.Function(), p.String(), p.Number()
	if len(k.log) != before {
		t.Errorf("looking at an output did %q, want nothing", k.log[before:])
	}
}

func TestOutputBusy(t *testing.T) {
	b, k := newFakeBoard(t)
	k.lines[2].busy = "gpioset"
	if _, err := b.Out(drivers.Pin{Line: "GPIO2"}); !errors.Is(err, unix.EBUSY) || !strings.Contains(err.Error(), "gpioset") {
		t.Errorf("Out() = %v, want EBUSY and who has it", err)
	}
	k.lines[2].busy = ""
	p, err := b.Out(drivers.Pin{Line: "GPIO2"})
	if err != nil {
		t.Fatalf("Out() when it is free = %v", err)
	}
	if err := p.Out(gpio.High); err != nil || !k.lines[2].high {
		t.Errorf("Out(High) = %v, and the line is high: %v", err, k.lines[2].high)
	}
}

func TestOutputAskedForAgain(t *testing.T) {
	b, k := newFakeBoard(t)
	p, err := b.Out(drivers.Pin{Line: "GPIO1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Out(gpio.High); err != nil {
		t.Fatal(err)
	}
	k.log = nil
	again, err := b.Out(drivers.Pin{Line: "GPIO1", ActiveLow: true})
	if err != nil || len(k.log) > 0 || again.(drivers.Output).Driven() != gpio.Low {
		t.Errorf("Out() again = %v, did %q, drives %v; want nothing moved, and off by the new settings", err, k.log, again.(drivers.Output).Driven())
	}
	if _, err := b.In(drivers.Pin{Line: "GPIO1"}); err == nil {
		t.Errorf("In() of an output = nil, want an error")
	}
}

func TestOutputChipLost(t *testing.T) {
	b, k := newFakeBoard(t)
	p, err := b.Out(drivers.Pin{Line: "GPIO1", Fail: "off"})
	if err != nil {
		t.Fatal(err)
	}
	k.broken = unix.ENODEV
	for range 2 {
		if err := p.Out(gpio.High); !errors.Is(err, unix.ENODEV) {
			t.Errorf("Out() = %v, want ENODEV", err)
		}
	}
	k.broken, k.lines[1].output, k.log = nil, false, nil
	if err := p.Out(gpio.High); err != nil || !slices.Equal(k.log, []string{"request 1", "output true 1"}) {
		t.Errorf("Out(High) when it is back = %v, did %q, want it requested with that level", err, k.log)
	}
}

func TestInputWithoutName(t *testing.T) {
	b, k := newFakeBoard(t)
	p, err := b.In(drivers.Pin{Line: "GPIO3", ActiveLow: true})
	if err != nil {
		t.Fatal(err)
	}
	if level, err := p.(drivers.Input).Level(); level != gpio.High || err != nil {
		t.Errorf("Level() of a low active_low input = %v, %v, want High", level, err)
	}
	k.broken = unix.ENODEV
	if level, err := p.(drivers.Input).Level(); level != gpio.Low || !errors.Is(err, unix.ENODEV) || p.Read() != gpio.Low {
		t.Errorf("Level() of a lost input = %v, %v, want ENODEV, and Read() Low", level, err)
	}
	k.broken = nil
	if level, err := p.(drivers.Input).Level(); level != gpio.High || err != nil {
		t.Errorf("Level() when it is back = %v, %v, want High", level, err)
	}
	if err := p.In(gpio.PullNoChange, gpio.BothEdges); err == nil {
		t.Errorf("In(BothEdges) of a line without a name = nil, want an error")
	}
	begun := time.Now()
	if p.WaitForEdge(20*time.Millisecond) || time.Since(begun) < 20*time.Millisecond {
		t.Errorf("WaitForEdge(20ms) came after %v, want no edge, and no spinning", time.Since(begun))
	}
	p.Halt()
	if p.WaitForEdge(-1) {
		t.Errorf("WaitForEdge(-1) after Halt = true, want false")
	}
}

func TestChipsClosed(t *testing.T) {
	b, k := newFakeBoard(t)
	if _, err := b.Out(drivers.Pin{Line: "GPIO1"}); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil || k.lines[1].had {
		t.Errorf("Close() = %v, line is had: %v, want it given back", err, k.lines[1].had)
	}
	if _, err := b.Out(drivers.Pin{Line: "GPIO1"}); err == nil {
		t.Errorf("Out() after Close = nil, want an error")
	}
}

// The sizes are in the numbers of the requests: linux/gpio.h.
func TestGPIOLayout(t *testing.T) {
	for name, got := range map[string][2]uintptr{
		"gpio_v2_line_request": {unsafe.Sizeof(gpioRequest{}), 592},
		"gpio_v2_line_config":  {unsafe.Sizeof(gpioConfig{}), 272},
		"gpio_v2_line_values":  {unsafe.Sizeof(gpioValues{}), 16},
		"gpio_v2_line_info":    {unsafe.Sizeof(gpioInfo{}), 256},
	} {
		if got[0] != got[1] {
			t.Errorf("%s has %d bytes, want %d", name, got[0], got[1])
		}
	}
}
