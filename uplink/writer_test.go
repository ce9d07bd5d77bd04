package uplink

import (
	"errors"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
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

// A message that is too long to be held leaves at once, behind those that are held, and no room is kept for it.
func TestALongMessageIsNotHeld(t *testing.T) {
	c := &counted{}
	w := newWriter(c, time.Second)
	long := strings.Repeat("s", maxHeld)
	for range 3 {
		w.holdNext()
	}
	for _, m := range []string{"a", long, "b", "c"} {
		if n, err := w.Write([]byte(m)); n != len(m) || err != nil {
			t.Fatalf("Write(%.9s) = %d, %v, want %d", m, n, err, len(m))
		}
	}
	if len(c.writes) != 3 || c.writes[0] != "a" || c.writes[1] != long || c.writes[2] != "bc" || cap(w.held) > maxHeld {
		t.Errorf("wrote %.9q with room for %d bytes, want a, then the long one, then bc together", c.writes, cap(w.held))
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

// cutOff takes some bytes of one write and then gives up on it; later ones it takes whole.
type cutOff struct {
	counted
	takes int
}

func (c *cutOff) Write(b []byte) (int, error) {
	if c.takes >= 0 {
		c.writes = append(c.writes, string(b[:c.takes]))
		c.takes = -1
		return len(c.writes[0]), os.ErrDeadlineExceeded
	}
	return c.counted.Write(b)
}

// A message that was cut off, or not written at all, is the last: what followed it would be read as the rest of it, or come before it.
func TestNothingFollowsAWriteThatFailed(t *testing.T) {
	for _, takes := range []int{0, 2} {
		c := &cutOff{takes: takes}
		w := newWriter(c, time.Second)
		for _, m := range []string{"first", "second"} {
			if n, err := w.Write([]byte(m)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("Write(%s) after %d bytes = %d, %v, want a deadline exceeded", m, takes, n, err)
			}
		}
		if len(c.writes) != 1 {
			t.Errorf("wrote %q, want nothing after the write that failed", c.writes)
		}
	}
}

// alone counts the writes that are under way at once.
type alone struct {
	counted
	writing, together atomic.Int32
}

func (c *alone) Write(b []byte) (int, error) {
	n := c.writing.Add(1)
	for i := 0; i < 10; i++ {
		runtime.Gosched()
	}
	c.together.Store(max(n, c.together.Load()))
	c.writing.Add(-1)
	return len(b), nil
}

// The client's pings come from a goroutine of their own: each message is written alone.
func TestMessagesAndPingsAreWrittenOneAtATime(t *testing.T) {
	c := &alone{}
	w := newWriter(c, time.Second)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				w.Write([]byte("message"))
			}
		})
	}
	wg.Wait()
	if n := c.together.Load(); n != 1 {
		t.Errorf("%d writes at once, want one", n)
	}
}
