package drivers

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// sideDoor is a second descriptor of a serial line, for what go.bug.st/serial cannot do: hardware flow control, and giving up its
// exclusive use while a write does not return. It is opened before the port is, which nobody else can open from then on.
type sideDoor struct {
	mu        sync.Mutex // below
	fd        int        // -1: closed
	abandoned bool
}

func openSide(node string) (*sideDoor, error) {
	fd, err := unix.Open(node, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", node, err)
	}
	return &sideDoor{fd: fd}, nil
}

// flow switches hardware flow control on, where it is wanted.
func (d *sideDoor) flow(on bool) error {
	if !on {
		return nil
	}
	t, err := unix.IoctlGetTermios(d.fd, unix.TCGETS)
	if err != nil {
		return fmt.Errorf("flow control: %w", err)
	}
	t.Cflag |= unix.CRTSCTS
	if err := unix.IoctlSetTermios(d.fd, unix.TCSETS, t); err != nil {
		return fmt.Errorf("flow control: %w", err)
	}
	return nil
}

// abandon throws away what was written and did not leave, so that no request is sent long after it failed; that may let
// a write return that waited for room. It lets others open the line; where that fails, opening it again says so.
func (d *sideDoor) abandon() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.abandoned = true
	if d.fd >= 0 {
		_ = unix.IoctlSetInt(d.fd, unix.TIOCNXCL, 0)
		_ = unix.IoctlSetInt(d.fd, unix.TCFLSH, unix.TCOFLUSH)
	}
}

// outBound is how long what was written may take to leave when the line is closed.
const outBound = 250 * time.Millisecond

// close closes the line when what was written has left, and throws away what has not after outBound: the kernel itself would wait
// for up to 30 s (go-serial#104). The port was closed before.
func (d *sideDoor) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fd < 0 {
		return
	}
	for begun := time.Now(); !d.abandoned && time.Since(begun) < outBound; time.Sleep(5 * time.Millisecond) {
		if n, err := unix.IoctlGetInt(d.fd, unix.TIOCOUTQ); err != nil || n == 0 {
			break
		}
	}
	_ = unix.IoctlSetInt(d.fd, unix.TCFLSH, unix.TCOFLUSH)
	unix.Close(d.fd)
	d.fd = -1
}
