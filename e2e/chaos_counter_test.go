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
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// counter is a scripted instrument on a pseudo-terminal. To VAL it hands out the next number, each once; SET n is answered by OK. It
// remembers what it handed out and what it was told: its side of the account.
type counter struct {
	name, link string
	agent      func() int // which start of the agent is the present one
	lines      sync.WaitGroup

	mu            sync.Mutex // guards what follows
	master, slave *os.File   // nil while it is unplugged
	standing      bool       // it hands out nothing new
	next          int
	handed        []handed
	told          map[int]int // how often it was told each number
	breaks        []int       // values handed out until each break: the line was unplugged, or the agent ended
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

// plug opens a new terminal behind the link.
func (c *counter) plug() error {
	master, slave, err := rawTerminal()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.master, c.slave = master, slave
	c.lines.Go(func() { c.answer(master) })
	return os.Symlink(slave.Name(), c.link)
}

// unplug closes the terminal: what the agent reads or writes there fails.
func (c *counter) unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.master == nil {
		return
	}
	_ = os.Remove(c.link)
	_ = c.slave.Close()
	_ = c.master.Close()
	c.master, c.slave = nil, nil
	c.breaks = append(c.breaks, len(c.handed))
}

// interrupted notes that the agent has ended: what was handed out just now may never have been read.
func (c *counter) interrupted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.breaks = append(c.breaks, len(c.handed))
}

// stand ends the handing out: every further answer is the last value again.
func (c *counter) stand() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.standing = true
}

func (c *counter) answer(line *os.File) {
	requests := bufio.NewScanner(line)
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

// rawTerminal opens a pair without echo and line discipline, whose master does not block the closing of it.
func rawTerminal() (master, slave *os.File, err error) {
	m, slave, err := pty.Open()
	if err != nil {
		return nil, nil, err
	}
	defer m.Close()
	fd, err := unix.FcntlInt(m.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, nil, errors.Join(err, slave.Close())
	}
	mode, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err == nil {
		mode.Iflag, mode.Oflag, mode.Lflag = 0, 0, 0
		err = unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, mode)
	}
	if err := errors.Join(err, unix.SetNonblock(fd, true)); err != nil {
		return nil, nil, errors.Join(err, unix.Close(fd), slave.Close())
	}
	return os.NewFile(uintptr(fd), "/dev/ptmx"), slave, nil
}
