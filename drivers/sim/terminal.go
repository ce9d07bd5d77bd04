package sim

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// terminal is a serial line: a pseudo-terminal behind a link whose name stays when the terminal is another.
type terminal struct {
	mu     sync.Mutex
	link   string
	master *os.File
	slave  *os.File // kept open, so that the master does not see every client come and go
	fresh  bool     // master was not accepted yet
	closed chan struct{}

	watched bool // each opening is reported
	opened  *openings
}

func (t *terminal) open(dir string, number int) error {
	master, slave, err := openTerminal()
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.watched {
		if t.opened, err = watch(slave.Name()); err != nil {
			return errors.Join(err, master.Close(), slave.Close())
		}
	}
	t.link = filepath.Join(dir, fmt.Sprintf("line%d", number+1))
	if err := os.Symlink(slave.Name(), t.link); err != nil {
		return errors.Join(err, master.Close(), slave.Close())
	}
	t.master, t.slave, t.fresh, t.closed = master, slave, true, make(chan struct{})
	return nil
}

// accept gives the master once, and then waits until it is closed.
func (t *terminal) accept() (handle, error) {
	t.mu.Lock()
	master, fresh, closed := t.master, t.fresh, t.closed
	t.fresh = false
	t.mu.Unlock()
	if master == nil {
		return nil, os.ErrClosed
	}
	if fresh {
		return master, nil
	}
	<-closed
	return nil, os.ErrClosed
}

func (t *terminal) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.master == nil {
		return
	}
	os.Remove(t.link)
	t.master.Close()
	t.slave.Close()
	if t.opened != nil {
		t.opened.close()
	}
	t.master, t.slave, t.opened = nil, nil, nil
	close(t.closed)
}

// openings of it, nil where they are not reported.
func (t *terminal) openings() *openings {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.opened
}

func (t *terminal) place() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return "serial://" + t.link
}

// openTerminal opens a pair without echo and line discipline. The pty package leaves its files blocking, so that closing
// would not end a read: the master is opened anew on its descriptor, not blocking.
func openTerminal() (master, slave *os.File, err error) {
	m, slave, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer m.Close()
	fd, err := unix.FcntlInt(m.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, nil, errors.Join(err, slave.Close())
	}
	if err := errors.Join(unix.SetNonblock(fd, true), raw(int(slave.Fd()))); err != nil {
		return nil, nil, errors.Join(err, unix.Close(fd), slave.Close())
	}
	return os.NewFile(uintptr(fd), "/dev/ptmx"), slave, nil
}

// raw is cfmakeraw.
func raw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}
