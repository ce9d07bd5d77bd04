package line_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// bench is a line on a pseudo-terminal, behind a link.
type bench struct {
	link          string
	master, slave *os.File
}

func newBench(t testing.TB) *bench {
	b := &bench{link: filepath.Join(t.TempDir(), "line")}
	b.plug(t)
	t.Cleanup(b.unplug)
	return b
}

func (b *bench) plug(t testing.TB) {
	t.Helper()
	m, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	// The pty package leaves its files blocking, so that closing would not end a read.
	fd, err := unix.FcntlInt(m.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	b.master, b.slave = os.NewFile(uintptr(fd), "ptmx"), slave
	if err := os.Symlink(slave.Name(), b.link); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) unplug() {
	os.Remove(b.link)
	b.master.Close()
	b.slave.Close()
}

// answers plays an instrument until the line is unplugged.
func (b *bench) answers(reply func(request string) string) {
	master := b.master
	go func() {
		buf := make([]byte, 256)
		for {
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			master.WriteString(reply(string(buf[:n])))
		}
	}()
}

// owner is the owner of the bench's line. What answers it is a goroutine of the test, which may be kept waiting: where an answer is wanted, the
// deadline is long.
func (b *bench) owner(t testing.TB, query string, l drivers.LineSettings) *line.Owner {
	t.Helper()
	address, err := line.ParseAddress("serial://"+b.link+query, l)
	if err != nil {
		t.Fatal(err)
	}
	return line.NewOwner(address, line.Options{})
}

func ok(request string) string { return "<" + strings.TrimSpace(request) + ">\n" }

// opened waits until a line is open.
func opened(t testing.TB, o *line.Owner) {
	t.Helper()
	for limit := time.After(time.Minute); ; {
		changed := o.Changed()
		if o.State().Open {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("State() = %+v, want open within 5s", o.State())
		}
	}
}

// lost waits until a line is lost.
func lost(t testing.TB, o *line.Owner) {
	t.Helper()
	for limit := time.After(time.Minute); ; {
		changed := o.Changed()
		if !o.State().Open {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("State() = %+v, want lost within 5s", o.State())
		}
	}
}

func TestSerialAnswered(t *testing.T) {
	b := newBench(t)
	b.answers(ok)
	o := b.owner(t, "?baud=19200&rtscts=true&deadline=10s", drivers.LineSettings{})
	run(t, o)
	opened(t, o)
	settings, err := unix.IoctlGetTermios(int(b.slave.Fd()), unix.TCGETS)
	if err != nil || settings.Cflag&unix.CRTSCTS == 0 || settings.Cflag&unix.CBAUD != unix.B19200 || settings.Lflag&unix.ECHO != 0 {
		t.Errorf("settings = %+v, %v, want 19200 baud, raw, with flow control", settings, err)
	}
	port := o.Port("gauge")
	for range 3 {
		exchange(t, port, t.Context(), "PR1\r", "<PR1>")
	}
}

func TestSerialSilent(t *testing.T) {
	b := newBench(t)
	o := b.owner(t, "?deadline=60ms", drivers.LineSettings{})
	run(t, o)
	opened(t, o)
	begun := time.Now()
	_, err := o.Port("gauge").Transact(t.Context(), []byte("PR1\r"), toLF)
	if took := time.Since(begun); !errors.Is(err, drivers.ErrTimeout) || took < 60*time.Millisecond {
		t.Errorf("Transact = %v after %v, want ErrTimeout after 60ms", err, took)
	}
}

func TestSerialReplugged(t *testing.T) {
	b := newBench(t)
	b.answers(ok)
	o := b.owner(t, "?deadline=10s", drivers.LineSettings{})
	run(t, o)
	opened(t, o)
	port := o.Port("gauge")
	exchange(t, port, t.Context(), "A", "<A>")
	b.unplug()
	if _, err := port.Transact(t.Context(), []byte("B"), toLF); !errors.Is(err, drivers.ErrPortLost) {
		t.Errorf("unplugged: Transact = %v, want ErrPortLost", err)
	}
	b.plug(t)
	b.answers(ok)
	opened(t, o)
	exchange(t, port, t.Context(), "C", "<C>")
	if s := o.State(); s.Opens != 2 {
		t.Errorf("Opens = %d, want 2", s.Opens)
	}
}

func TestSerialAbsent(t *testing.T) {
	address, err := line.ParseAddress("serial://"+filepath.Join(t.TempDir(), "absent"), drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, line.Options{})
	run(t, o)
	if _, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrPortLost) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Transact = %v, want ErrPortLost and fs.ErrNotExist", err)
	}
}

func TestSerialNoTerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	address, err := line.ParseAddress("serial://"+path, drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, line.Options{})
	run(t, o)
	if _, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrPortLost) || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Transact = %v, want ErrPortLost and why", err)
	}
	if left, err := os.ReadFile(path); err != nil || len(left) > 0 {
		t.Errorf("the file holds %q, %v, want it untouched", left, err)
	}
}

// A pseudo-terminal nobody reads takes some kilobytes, then writes block for ever: go-serial has no write timeout.
func TestSerialWedged(t *testing.T) {
	b := newBench(t)
	o := b.owner(t, "?baud=4000000&deadline=10s", drivers.LineSettings{})
	run(t, o)
	opened(t, o)
	port := o.Port("gauge")
	begun := time.Now()
	_, err := port.Transact(t.Context(), make([]byte, 100<<10), nil)
	if took := time.Since(begun); !errors.Is(err, drivers.ErrPortLost) || took > 4*time.Second {
		t.Errorf("Transact = %v after %v, want ErrPortLost within its bound", err, took)
	}
	if !o.State().Wedged {
		t.Errorf("State() = %+v, want wedged", o.State())
	}
	b.unplug() // frees the write
	lost(t, o)
	b.plug(t)
	b.answers(ok)
	opened(t, o)
	exchange(t, port, t.Context(), "C", "<C>")
}

func TestSerialHaltLatency(t *testing.T) {
	b := newBench(t)
	b.answers(func(request string) string {
		if request == "HALT" {
			return "ok\n"
		}
		return ""
	})
	o := b.owner(t, "?deadline=10s", drivers.LineSettings{})
	run(t, o)
	opened(t, o)
	cut := make(chan error, 1)
	asked := make(chan struct{})
	go func() {
		close(asked)
		_, err := o.Port("gauge").Transact(t.Context(), []byte("POLL"), toLF)
		cut <- err
	}()
	<-asked
	begun := time.Now()
	exchange(t, o.Port("laser"), drivers.WithPriority(t.Context(), drivers.Halt), "HALT", "ok")
	if took := time.Since(begun); took > 5*time.Second { // how soon is told in fake time, where no processor is missing
		t.Errorf("halt took %v, want it not to wait for the poll's 10s", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.Port("laser").Transact(ctx, []byte("ENBL 1"), toLF); !errors.Is(err, context.Canceled) {
		t.Errorf("Transact = %v, want context.Canceled", err)
	}
	<-cut
}

// go-serial panics in its Read when a descriptor is above 1023: lines are read without it.
func TestSerialAboveDescriptor1023(t *testing.T) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < 1100 {
		t.Skipf("descriptors end at %d, %v", limit.Cur, err)
	}
	b := newBench(t)
	b.answers(ok)
	var all []int
	defer func() {
		for _, fd := range all {
			unix.Close(fd)
		}
	}()
	for len(all) == 0 || all[len(all)-1] < 1030 {
		fd, err := unix.FcntlInt(b.slave.Fd(), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fd)
	}
	o := b.owner(t, "?deadline=10s", drivers.LineSettings{})
	run(t, o)
	opened(t, o)
	exchange(t, o.Port("gauge"), t.Context(), "A", "<A>")
}
