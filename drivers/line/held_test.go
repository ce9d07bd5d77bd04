package line_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// Whoever has a line keeps it, from root's programs too, and nothing on it is thrown away by who is refused.
func TestLineThatIsHeldIsNotTaken(t *testing.T) {
	for name, take := range map[string]func(fd int) error{
		"by flock, as another agent does":    func(fd int) error { return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) },
		"by TIOCEXCL, as a terminal program": func(fd int) error { return unix.IoctlSetInt(fd, unix.TIOCEXCL, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			other, err := os.OpenFile(b.slave.Name(), os.O_RDWR|unix.O_NOCTTY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			if err := take(int(other.Fd())); err != nil {
				t.Fatal(err)
			}
			if _, err := b.master.Write([]byte("7E-6\r")); err != nil { // an answer for the holder
				t.Fatal(err)
			}
			address, err := line.ParseAddress("serial://"+b.link, drivers.LineSettings{})
			if err != nil {
				t.Fatal(err)
			}
			o := line.NewOwner(address, line.Options{})
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- o.Run(ctx) }()
			_, err = o.Port("gauge").Transact(t.Context(), []byte("PR1\r"), nil) // waits until the line was tried
			cancel()
			<-ended
			var held *line.HeldError
			if !errors.As(err, &held) {
				t.Fatalf("Transact on a line that is held = %v, want it to say so", err)
			}
			if held.PID != os.Getpid() && name[3] == 'f' {
				t.Errorf("held = %v, want it to name process %d", held, os.Getpid())
			}
			if n, err := unix.IoctlGetInt(int(other.Fd()), unix.TIOCINQ); err != nil || n == 0 {
				t.Errorf("%d bytes of the holder's answer are left, %v; want all of it", n, err)
			}
		})
	}
}

// An exclusive claim outlives who made it as long as somebody else has the line open: that one is named, and not this program, which
// has the free lock by then.
func TestClaimThatOutlivedItsMakerNamesWhoHasTheLineOpen(t *testing.T) {
	b := newBench(t)
	other, err := os.OpenFile(b.slave.Name(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	listener := exec.Command("cat")
	listener.Stdin = other
	if err := listener.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Process.Kill(); _ = listener.Wait() }()
	if err := unix.IoctlSetInt(int(other.Fd()), unix.TIOCEXCL, 0); err != nil {
		t.Fatal(err)
	}
	other.Close()
	address, err := line.ParseAddress("serial://"+b.link, drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, line.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- o.Run(ctx) }()
	_, err = o.Port("gauge").Transact(t.Context(), []byte("PR1\r"), nil)
	cancel()
	<-ended
	var held *line.HeldError
	if !errors.As(err, &held) || held.PID != listener.Process.Pid {
		t.Errorf("Transact = %v, want it to name process %d, which has the line open", err, listener.Process.Pid)
	}
}

func ExampleHeldError() {
	fmt.Println(&line.HeldError{Node: "/dev/ttyUSB0", PID: 412, Program: "minicom"})
	// Output: /dev/ttyUSB0 is held by process 412 (minicom)
}
