package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// gauge is a pressure gauge (MKS 937B frames) on a pseudo-terminal, which remembers when it sent each answer.
type gauge struct {
	link string // what a program opens

	mu      sync.Mutex
	master  *os.File
	sent    []time.Time // of each answer to PR1?
	pending int         // answers not yet matched by the subscriber begin here
	first   time.Time
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
	if err := os.Remove(g.link); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.master.Close()
}

func (g *gauge) serve(master *os.File) {
	var in []byte
	buf := make([]byte, 256)
	for {
		n, err := master.Read(buf)
		if err != nil {
			if e, ok := err.(*os.PathError); ok && e.Err == unix.EIO { // nobody has opened it yet
				time.Sleep(time.Millisecond)
				continue
			}
			return
		}
		in = append(in, buf[:n]...)
		for {
			request, rest, ok := bytes.Cut(in, []byte(";FF"))
			if !ok {
				break
			}
			in = append([]byte(nil), rest...)
			g.answer(master, request)
		}
	}
}

// answer speaks enough of the 937B for a read and for an identification.
func (g *gauge) answer(master *os.File, request []byte) {
	reply := "160"
	switch {
	case bytes.HasSuffix(request, []byte("PR1?")):
		g.mu.Lock()
		seq := len(g.sent)
		now := time.Now()
		if seq == 0 {
			g.first = now
		}
		g.sent = append(g.sent, now)
		g.mu.Unlock()
		reply = fmt.Sprintf("ACK%d.%02dE-%d", 1+seq/100%9, seq%100, 3+seq/900%6)
	case bytes.HasSuffix(request, []byte("U?")):
		reply = "ACKTORR"
	case bytes.HasSuffix(request, []byte("MD?")):
		reply = "ACK937B"
	case bytes.HasSuffix(request, []byte("SN?")):
		reply = "ACK1234567890"
	case bytes.HasSuffix(request, []byte("MT?")):
		reply = "ACKCC,PR,NC"
	case bytes.HasSuffix(request, []byte("?")):
		reply = "ACK1.00"
	default:
		reply = "NAK160"
	}
	master.Write([]byte("@253" + reply + ";FF"))
}

// answered is how many readings the gauge gave.
func (g *gauge) answered() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.sent)
}

// forget begins a new count.
func (g *gauge) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sent, g.pending, g.first = nil, 0, time.Time{}
}

func gauges(dir string, n int) ([]*gauge, error) {
	var all []*gauge
	for i := range n {
		g := &gauge{link: filepath.Join(dir, fmt.Sprintf("tty%d", i))}
		if err := g.plug(); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}
