package line_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"pychron-edge/drivers"
)

// DTR falls when the line is closed unless hupcl=false says that it must not. The setting is with the kernel, so that a kill
// changes nothing, and a line that was kept so by another program is not left so.
func TestSerialHangUp(t *testing.T) {
	for query, want := range map[string]bool{"": true, "?hupcl=true": true, "?hupcl=false": false} {
		b := newBench(t)
		before, err := unix.IoctlGetTermios(int(b.slave.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		before.Cflag ^= unix.HUPCL
		if err := unix.IoctlSetTermios(int(b.slave.Fd()), unix.TCSETS, before); err != nil {
			t.Fatal(err)
		}
		o := b.owner(t, query, drivers.LineSettings{})
		run(t, o)
		opened(t, o)
		got, err := unix.IoctlGetTermios(int(b.slave.Fd()), unix.TCGETS)
		if err != nil || got.Cflag&unix.HUPCL != 0 != want {
			t.Errorf("%q: HUPCL is %v, %v, want %v", query, got.Cflag&unix.HUPCL != 0, err, want)
		}
	}
}

// Mark parity is even or odd parity with the bit that makes it stick.
func TestSerialParity(t *testing.T) {
	for parity, want := range map[string]uint32{
		"none": 0, "even": unix.PARENB, "odd": unix.PARENB | unix.PARODD,
		"mark": unix.PARENB | unix.PARODD | unix.CMSPAR, "space": unix.PARENB | unix.CMSPAR,
	} {
		b := newBench(t)
		o := b.owner(t, "?parity="+parity, drivers.LineSettings{})
		run(t, o)
		opened(t, o)
		got, err := unix.IoctlGetTermios(int(b.slave.Fd()), unix.TCGETS)
		// A pseudo-terminal has no parity: the kernel clears PARENB and keeps the rest.
		if err != nil || got.Cflag&(unix.PARODD|unix.CMSPAR) != want&(unix.PARODD|unix.CMSPAR) {
			t.Errorf("parity=%s: settings %#x, %v, want %#x", parity, got.Cflag, err, want)
		}
	}
}
