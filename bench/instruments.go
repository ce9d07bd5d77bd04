package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// gauge is a pressure gauge on a pseudo-terminal, which remembers when it sent each answer.
type gauge struct {
	link    string // what a program opens
	framing *framing
	high    atomic.Bool  // it answers an atmosphere from now on; only ascii
	raised  atomic.Int64 // when it first did, unix nanoseconds

	mu     sync.Mutex
	master *os.File    // nil: it is not plugged in
	sent   []time.Time // of each answer with a pressure
	first  time.Time
}

// plug puts the gauge on a new pseudo-terminal behind its link and serves it until that is closed.
func (g *gauge) plug() error {
	master, slave, err := pty.Open()
	if err != nil {
		return err
	}
	defer slave.Close()
	attributes, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err != nil {
		return err
	}
	attributes.Lflag &^= unix.ECHO | unix.ICANON | unix.ISIG
	attributes.Oflag &^= unix.OPOST
	attributes.Iflag &^= unix.ICRNL
	if err := unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, attributes); err != nil {
		return err
	}
	if err := os.Chmod(slave.Name(), 0o666); err != nil { // programs run as another user
		return errors.Join(err, master.Close())
	}
	os.Remove(g.link)
	if err := os.Symlink(slave.Name(), g.link); err != nil {
		return err
	}
	g.mu.Lock()
	g.master = master
	g.mu.Unlock()
	go g.serve(master)
	return nil
}

// unplug takes the link away and hangs the terminal up.
func (g *gauge) unplug() error {
	os.Remove(g.link)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.master == nil {
		return nil
	}
	err := g.master.Close()
	g.master = nil
	return err
}

// replug makes it new, with nothing answered yet.
func (g *gauge) replug() error {
	if err := g.unplug(); err != nil {
		return err
	}
	g.mu.Lock()
	g.sent, g.first = nil, time.Time{}
	g.mu.Unlock()
	return g.plug()
}

func (g *gauge) serve(master *os.File) {
	var in []byte
	buf := make([]byte, 256)
	for {
		n, err := master.Read(buf)
		if errors.Is(err, unix.EIO) { // nobody has opened it yet
			time.Sleep(time.Millisecond)
			continue
		}
		if err != nil {
			return
		}
		in = append(in, buf[:n]...)
		for {
			request, rest, ok := g.framing.cut(in)
			if !ok {
				break
			}
			in = append([]byte(nil), rest...)
			if g.high.Load() {
				g.raised.CompareAndSwap(0, time.Now().UnixNano())
				_, _ = master.WriteString("1.01E5\r") // who does not read it misses it
				continue
			}
			_, _ = master.Write(g.framing.answer(request, g.next)) // who does not read it misses it
		}
	}
}

// next notes an answer with a pressure and gives its number.
func (g *gauge) next() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if len(g.sent) == 0 {
		g.first = now
	}
	g.sent = append(g.sent, now)
	return len(g.sent) - 1
}

// since is from a moment to the first answer.
func (g *gauge) since(began time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.first.Sub(began)
}

// answered is how many readings the gauge gave.
func (g *gauge) answered() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.sent)
}

func instruments(dir, name string, n int) ([]*gauge, error) {
	var all []*gauge
	for i := range n {
		g := &gauge{link: filepath.Join(dir, fmt.Sprintf("tty%d", i)), framing: framings[name]}
		if err := g.plug(); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}
