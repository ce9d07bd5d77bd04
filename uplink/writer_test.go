package uplink

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// counted counts the writes of a connection.
type counted struct {
	net.Conn
	writes []string
}

func (c *counted) Write(b []byte) (int, error) {
	c.writes = append(c.writes, string(b))
	return len(b), nil
}

func (c *counted) SetWriteDeadline(time.Time) error { return nil }

func TestHeldMessagesLeaveInOneWrite(t *testing.T) {
	c := &counted{}
	w := newWriter(c, time.Second)
	w.holdNext()
	w.holdNext()
	for _, m := range []string{"a", "b", "c", "d"} {
		if n, err := w.Write([]byte(m)); n != 1 || err != nil {
			t.Fatalf("Write(%s) = %d, %v, want 1", m, n, err)
		}
	}
	if len(c.writes) != 2 || c.writes[0] != "abc" || c.writes[1] != "d" {
		t.Errorf("wrote %q, want abc together and then d", c.writes)
	}
}

func TestBlockedWriteEndsAtItsTimeout(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	const timeout = 20 * time.Millisecond
	w := newWriter(a, timeout)
	begun := time.Now()
	_, err := w.Write([]byte("x"))
	if took := time.Since(begun); !errors.Is(err, os.ErrDeadlineExceeded) || took < timeout {
		t.Errorf("Write = %v after %v, want a deadline exceeded after at least %v", err, took, timeout)
	}
	if !errors.Is(w.cause(), os.ErrDeadlineExceeded) {
		t.Errorf("cause() = %v, want the error of the write", w.cause())
	}
}
