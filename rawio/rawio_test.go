//go:build linux

package rawio

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

func pair(t *testing.T) (ours net.Conn, other net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			t.Error(err)
		}
		accepted <- c
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	other = <-accepted
	t.Cleanup(func() {
		c.Close()
		other.Close()
	})
	return New(c), other
}

// More than the kernel has room for goes through whole, both ways at once.
func TestAllBytesGoThrough(t *testing.T) {
	ours, other := pair(t)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		if _, err := io.CopyN(other, other, int64(len(sent))); err != nil {
			t.Error(err)
		}
	})
	wg.Go(func() {
		if n, err := ours.Write(sent); n != len(sent) || err != nil {
			t.Errorf("Write = %d, %v, want %d", n, err, len(sent))
		}
	})
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(ours, got); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("what came back is not what was sent: %v", err)
	}
}

func TestEndsAndDeadlines(t *testing.T) {
	ours, other := pair(t)
	if err := ours.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := ours.Read(make([]byte, 8)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Read with nothing there = %d, %v, want %v", n, err, os.ErrDeadlineExceeded)
	}
	if err := ours.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Write([]byte("last")); err != nil {
		t.Fatal(err)
	}
	other.Close()
	if text, err := io.ReadAll(ours); string(text) != "last" || err != nil {
		t.Errorf("up to the end = %q, %v, want last", text, err)
	}
	ours.Close()
	if _, err := ours.Read(make([]byte, 8)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Read of a closed one = %v, want %v", err, net.ErrClosed)
	}
	if _, err := ours.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Write to a closed one = %v, want %v", err, net.ErrClosed)
	}
}

func TestResetIsAnError(t *testing.T) {
	ours, other := pair(t)
	if err := other.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	other.Close()
	if _, err := ours.Read(make([]byte, 8)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Read after a reset = %v, want %v", err, syscall.ECONNRESET)
	}
}

func TestNothingThereDoesNotBlock(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	raw, err := r.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) {
		if n, err := Read(fd, make([]byte, 8)); n != 0 || err != syscall.EAGAIN {
			t.Errorf("Read = %d, %v, want EAGAIN", n, err)
		}
		if n, err := Read(fd, nil); n != 0 || err != nil {
			t.Errorf("Read into nothing = %d, %v, want 0", n, err)
		}
	}); err != nil {
		t.Fatal(err)
	}
}
