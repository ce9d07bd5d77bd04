package pin

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
)

// A chip that was taken away and came back under another node is found again, by outputs and by inputs.
func TestAChipThatComesBack(t *testing.T) {
	b, k := newFakeBoard(t)
	out, err := b.Out(drivers.Pin{Line: "GPIO1", Fail: "off"})
	if err != nil {
		t.Fatal(err)
	}
	in, err := b.In(drivers.Pin{Line: "GPIO2"})
	if err != nil {
		t.Fatal(err)
	}
	k.broken = unix.ENODEV
	if err := out.Out(gpio.High); !errors.Is(err, unix.ENODEV) {
		t.Fatalf("Out() without the chip = %v, want ENODEV", err)
	}
	if _, err := in.(drivers.Input).Level(); !errors.Is(err, unix.ENODEV) {
		t.Fatalf("Level() without the chip = %v, want ENODEV", err)
	}
	k.broken, k.node, k.lines[2].high = nil, "/dev/gpiochip1", true
	if err := out.Out(gpio.High); err != nil || !k.lines[1].high || !k.lines[1].output {
		t.Errorf("Out() after its return = %v, the line is %+v", err, k.lines[1])
	}
	if level, err := in.(drivers.Input).Level(); err != nil || level != gpio.High {
		t.Errorf("Level() after its return = %v, %v", level, err)
	}
}
