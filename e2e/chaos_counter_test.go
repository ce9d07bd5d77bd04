//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// counter is a scripted instrument on a pseudo-terminal. To VAL it hands out the next number, each once; SET n is answered by OK. It
// remembers what it handed out and what it was told: its side of the account.
type counter struct {
	name, link string
	agent      func() int // which start of the agent is the present one
	lines      sync.WaitGroup

	unplugs int // faults that keep it unplugged

	mu       sync.Mutex // guards what follows
	master   *os.File   // nil while it is unplugged
	standing bool       // it hands out nothing new
	next     int
	handed   []handed
	told     map[int]int // how often it was told each number
	breaks   []int       // values handed out until each break: the line was unplugged, or the agent ended
}

// handed is a value, and the start of the agent that was there to read it.
type handed struct{ value, start int }

func newCounter(t *testing.T, name, link string, agent func() int) *counter {
	t.Helper()
	c := &counter{name: name, link: link, agent: agent, told: map[int]int{}}
	t.Cleanup(func() {
		c.unplug()
		c.lines.Wait()
	})
	if err := c.plug(); err != nil {
		t.Fatal(err)
	}
	return c
}

// pull unplugs it until as many calls of plugIn.
func (c *counter) pull() {
	if c.unplugs++; c.unplugs == 1 {
		c.unplug()
	}
}

func (c *counter) plugIn() error {
	if c.unplugs--; c.unplugs > 0 {
		return nil
	}
	return c.plug()
}

// plug opens a new terminal behind the link.
func (c *counter) plug() error {
	master, name, err := rawTerminal()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.master = master
	c.lines.Go(func() { c.answer(master) })
	return os.Symlink(name, c.link)
}

// unplug closes the terminal: what the agent reads or writes there fails.
func (c *counter) unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.master == nil {
		return
	}
	_ = os.Remove(c.link)
	_ = c.master.Close()
	c.master = nil
	c.breaks = append(c.breaks, len(c.handed))
}

// interrupted notes that the agent has ended: what was handed out just now may never have been read. A port forgets with its last user that it
// was held by one; a terminal does not, as long as this side is open, and is made to.
func (c *counter) interrupted() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.breaks = append(c.breaks, len(c.handed))
	if c.master == nil {
		return nil
	}
	port, err := os.OpenFile(c.link, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	return errors.Join(unix.IoctlSetInt(int(port.Fd()), unix.TIOCNXCL, 0), port.Close())
}

// stand ends the handing out: every further answer is the last value again.
func (c *counter) stand() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.standing = true
}

func (c *counter) answer(line *os.File) {
	requests := bufio.NewScanner(whileOpen{line})
	requests.Split(func(data []byte, _ bool) (int, []byte, error) {
		if at := bytes.IndexByte(data, '\r'); at >= 0 {
			return at + 1, data[:at], nil
		}
		return 0, nil, nil
	})
	for requests.Scan() {
		if _, err := fmt.Fprintf(line, "%s\r", c.reply(requests.Text())); err != nil {
			return
		}
	}
}

func (c *counter) reply(request string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if text, ok := strings.CutPrefix(request, "SET "); ok {
		n, err := strconv.Atoi(text)
		if err != nil {
			return "ERROR"
		}
		c.told[n]++
		return "OK"
	}
	if request != "VAL" {
		return "ERROR"
	}
	if !c.standing {
		c.next++
		c.handed = append(c.handed, handed{c.next, c.agent()})
	}
	return strconv.Itoa(c.next)
}

// whileOpen reads from the master until it is closed: that nobody has the other side open is not the end.
type whileOpen struct{ *os.File }

func (f whileOpen) Read(p []byte) (int, error) {
	for {
		n, err := f.File.Read(p)
		if !errors.Is(err, syscall.EIO) {
			return n, err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// rawTerminal opens a terminal without echo and line discipline, and gives the name of its other side, which nobody has open. The master
// does not block the closing of it.
func rawTerminal() (master *os.File, name string, err error) {
	m, slave, err := pty.Open()
	if err != nil {
		return nil, "", err
	}
	defer m.Close()
	defer slave.Close()
	fd, err := unix.FcntlInt(m.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, "", err
	}
	mode, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err == nil {
		mode.Iflag, mode.Oflag, mode.Lflag = 0, 0, 0
		err = unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, mode)
	}
	if err := errors.Join(err, unix.SetNonblock(fd, true)); err != nil {
		return nil, "", errors.Join(err, unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), "/dev/ptmx"), slave.Name(), nil
}
