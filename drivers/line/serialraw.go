package line

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"pychron-edge/rawio"
)

// rawPort is a second descriptor of a serial line, for what go.bug.st/serial cannot do: hardware flow control, giving up its
// exclusive use while a write does not return, and waiting for bytes without a thread of its own (the library sleeps in
// select(2), which costs a board more than all the rest of a reading). It is opened before the port is, which no other process can
// open from then on.
type rawPort struct {
	file    *os.File // is never blocked in; it has the descriptor
	reader  *rawio.Reader
	timeout time.Duration
	readDeadline

	closing   sync.Mutex // below
	fd        int        // -1: closed
	abandoned bool
}

func openRaw(node string) (*rawPort, error) {
	fd, err := unix.Open(node, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if errors.Is(err, unix.EBUSY) { // TIOCEXCL of another program
		return nil, heldBy(node, -1)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", node, forbidden(node, err))
	}
	file := os.NewFile(uintptr(fd), node)
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", node, err), file.Close())
	}
	return &rawPort{file: file, reader: rawio.NewReader(raw), readDeadline: readDeadline{set: file.SetReadDeadline}, fd: fd}, nil
}

// setTimeout sets how long the reads to come wait; 0 = they take only what is there.
func (d *rawPort) setTimeout(timeout time.Duration) error {
	d.timeout = timeout
	if timeout <= 0 {
		return nil
	}
	now := time.Now()
	return d.await(now, now.Add(timeout))
}

// read gives what comes within the timeout, and io.EOF or an error once the line is gone.
func (d *rawPort) read(b []byte) (int, error) {
	if d.timeout <= 0 {
		return d.readAvailable(b)
	}
	for {
		n, err := d.reader.Read(b)
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		if over, err := d.over(); over || err != nil {
			return 0, err
		}
	}
}

// readAvailable reads what is there without waiting. The descriptor is open as long as the goroutine that reads has not closed it.
func (d *rawPort) readAvailable(b []byte) (int, error) {
	n, err := rawio.Read(uintptr(d.fd), b)
	switch {
	case err == unix.EAGAIN:
		return 0, nil
	case err != nil:
		return 0, os.NewSyscallError("read", err)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// write writes what the line takes at once, which is all unless it stands still.
func (d *rawPort) write(b []byte) (int, error) {
	n, err := rawio.Write(uintptr(d.fd), b)
	if err == unix.EAGAIN {
		return 0, nil
	}
	return n, os.NewSyscallError("write", err)
}

// abandon throws away what was written and did not leave, so that no request is sent long after it failed; that may let
// a write return that waited for room. It lets others open the line; where that fails, opening it again fails with the reason.
func (d *rawPort) abandon() {
	d.closing.Lock()
	defer d.closing.Unlock()
	d.abandoned = true
	if d.fd >= 0 {
		_ = unix.IoctlSetInt(d.fd, unix.TIOCNXCL, 0)
		_ = unix.Flock(d.fd, unix.LOCK_UN)
		_ = unix.IoctlSetInt(d.fd, unix.TCFLSH, unix.TCOFLUSH)
	}
}

// outBound is how long what was written may take to leave when the line is closed.
const outBound = 250 * time.Millisecond

// close closes the line when what was written has left, and throws away what has not after outBound: the kernel itself would wait
// for up to 30 s (go-serial#104). The port was closed before.
func (d *rawPort) close() {
	d.closing.Lock()
	defer d.closing.Unlock()
	if d.fd < 0 {
		return
	}
	for begun := time.Now(); !d.abandoned && time.Since(begun) < outBound; time.Sleep(5 * time.Millisecond) {
		if n, err := unix.IoctlGetInt(d.fd, unix.TIOCOUTQ); err != nil || n == 0 {
			break
		}
	}
	_ = unix.IoctlSetInt(d.fd, unix.TCFLSH, unix.TCOFLUSH)
	d.file.Close()
	d.fd = -1
}
