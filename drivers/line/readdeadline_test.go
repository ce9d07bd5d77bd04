package line

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/creack/pty"

	"pychron-edge/drivers"
)

// A read each 100 ms that may wait a second moves the deadline once a second, and one that waits less moves it at once.
func TestDeadlinesAreMovedSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		moved := 0
		p := readDeadline{set: func(time.Time) error { moved++; return nil }}
		for range 30 {
			if err := p.await(time.Now(), time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if moved != 3 {
			t.Errorf("moved %d times in 3 s, want 3", moved)
		}
		for range 2 {
			p.await(time.Now(), time.Now().Add(20*time.Millisecond))
		}
		if moved != 4 {
			t.Errorf("moved %d times for a read that is to be shorter, want once", moved-3)
		}
		p.await(time.Now(), time.Now().Add(time.Second))
		time.Sleep(20 * time.Millisecond)
		if over, err := p.over(); over || err != nil || moved != 5 {
			t.Errorf("a read that ended 980 ms too soon is over: %v, %v, moved %d times; want it to go on, moved once", over, err, moved-4)
		}
		time.Sleep(time.Second)
		if over, _ := p.over(); !over {
			t.Error("a read whose time has passed is not over")
		}
		begun, last := time.Now(), time.Time{}
		p.set = func(t time.Time) error { last = t; return nil }
		p.await(begun, begun.Add(time.Second))
		time.Sleep(20 * time.Millisecond)
		p.Interrupt()
		if over, _ := p.over(); over || last.Sub(begun) != readSlice {
			t.Errorf("20 ms after it began a read that is interrupted is over: %v, its deadline is after %v; want it to wait %v in all", over, last.Sub(begun), readSlice)
		}
		time.Sleep(30 * time.Millisecond)
		if over, _ := p.over(); !over {
			t.Error("a read that is interrupted goes on after nothing came for 50 ms")
		}
	})
}

// The real handles: another goroutine ends a read, once; one that ended too soon goes on.
func TestHandlesAreInterrupted(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) (h Handle, send func(string)){"serial": openedPTY, "tcp": openedTCP} {
		t.Run(name, func(t *testing.T) {
			h, send := open(t)
			defer h.Close()
			read := func(within time.Duration) string {
				t.Helper()
				if err := h.SetReadTimeout(within); err != nil {
					t.Fatal(err)
				}
				b := make([]byte, 16)
				n, err := h.Read(b)
				if err != nil {
					t.Fatal(err)
				}
				return string(b[:n])
			}
			i := h.(interrupter)
			i.Interrupt()
			if got := read(time.Hour); got != "" {
				t.Errorf("an interrupted read gives %q, want nothing", got)
			}
			go i.Interrupt()
			if got := read(time.Hour); got != "" {
				t.Errorf("an interrupted read gives %q, want nothing", got)
			}
			i.Interrupt()
			i.Forget()
			send("a")
			if got := read(time.Hour); got != "a" {
				t.Errorf("after an interrupt that was taken back, a read gives %q, want what came", got)
			}
			i.Interrupt()
			send("b")
			for got := ""; got != "b"; got = read(0) {
			}
			i.Forget()
			if err := h.SetReadTimeout(time.Millisecond); err != nil { // the deadline of a read that never was
				t.Fatal(err)
			}
			time.AfterFunc(10*time.Millisecond, func() { send("c") })
			if got := read(time.Hour); got != "c" {
				t.Errorf("a read whose deadline was that of another gives %q, want what came later", got)
			}
			if got := read(time.Millisecond); got != "" {
				t.Errorf("a read of a silent line gives %q", got)
			}
		})
	}
}

func openedPTY(t *testing.T) (Handle, func(string)) {
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close(); slave.Close() })
	a, err := ParseAddress("serial://"+slave.Name(), drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := openSerial(a)
	if err != nil {
		t.Fatal(err)
	}
	return h, func(s string) { master.Write([]byte(s)) }
}

func openedTCP(t *testing.T) (Handle, func(string)) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	h, err := openTCP(t.Context(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	return h, func(s string) { peer.Write([]byte(s)) }
}
