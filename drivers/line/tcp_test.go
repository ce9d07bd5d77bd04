package line_test

import (
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// moxa is a device server on loopback: a listener whose connections answer.
func moxa(t *testing.T, reply func(string) string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c, reply)
		}
	}()
	return l
}

func serve(c net.Conn, reply func(string) string) {
	defer c.Close()
	buf := make([]byte, 256)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		answer := reply(string(buf[:n]))
		if answer == "hang up" {
			return
		}
		c.Write([]byte(answer))
	}
}

func netOwner(t *testing.T, url string) *line.Owner {
	t.Helper()
	address, err := line.ParseAddress(url, drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, line.Options{})
	run(t, o)
	return o
}

func TestTCPAnswered(t *testing.T) {
	o := netOwner(t, "tcp://"+moxa(t, ok).Addr().String()+"?deadline=10s")
	opened(t, o)
	for range 3 {
		exchange(t, o.Port("gauge"), t.Context(), "PR1\r", "<PR1>")
	}
}

func TestTCPHungUp(t *testing.T) {
	var calls atomic.Int32
	l := moxa(t, func(request string) string {
		if calls.Add(1) == 2 {
			return "hang up"
		}
		return ok(request)
	})
	o := netOwner(t, "tcp://"+l.Addr().String()+"?deadline=10s")
	opened(t, o)
	port := o.Port("gauge")
	exchange(t, port, t.Context(), "A", "<A>")
	if _, err := port.Transact(t.Context(), []byte("B"), toLF); !errors.Is(err, drivers.ErrPortLost) {
		t.Errorf("hung up: Transact = %v, want ErrPortLost", err)
	}
	opened(t, o)
	exchange(t, port, t.Context(), "C", "<C>")
}

func TestTCPRefused(t *testing.T) {
	l := moxa(t, ok)
	l.Close()
	o := netOwner(t, "tcp://"+l.Addr().String())
	if _, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrPortLost) {
		t.Errorf("Transact = %v, want ErrPortLost", err)
	}
}

func TestTCPLateReply(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	send, sent := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sent)
		c, err := l.Accept()
		if err != nil {
			return
		}
		request := make([]byte, 256)
		n, _ := c.Read(request)
		<-send
		c.Write([]byte(ok(string(request[:n]))))
		go serve(c, ok)
	}()
	address, err := line.ParseAddress("tcp://"+l.Addr().String()+"?deadline=2s", drivers.LineSettings{})
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, line.Options{})
	port, impatient := o.Port("gauge"), o.PortWith("gauge", drivers.LineSettings{Deadline: 50 * time.Millisecond})
	run(t, o)
	opened(t, o)
	if _, err := impatient.Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrTimeout) {
		t.Errorf("Transact = %v, want ErrTimeout", err)
	}
	close(send)
	<-sent // it is there before the next request
	exchange(t, port, t.Context(), "B", "<B>")
	if s := o.State(); s.Resyncs != 1 {
		t.Errorf("Resyncs = %d, want 1", s.Resyncs)
	}
}

func TestUDPAnswered(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		buf := make([]byte, 256)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			c.WriteTo([]byte(ok(string(buf[:n]))), from)
		}
	}()
	o := netOwner(t, "udp://"+c.LocalAddr().String()+"?deadline=10s")
	opened(t, o)
	for range 3 {
		exchange(t, o.Port("laser"), t.Context(), "PDC 0", "<PDC 0>")
	}
}

func TestUDPNobodyListens(t *testing.T) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	o := netOwner(t, "udp://"+c.LocalAddr().String()+"?deadline=30ms")
	opened(t, o)
	for range 4 {
		begun := time.Now()
		_, err := o.Port("laser").Transact(t.Context(), []byte("A"), toLF)
		if took := time.Since(begun); !errors.Is(err, drivers.ErrTimeout) || took > time.Second {
			t.Errorf("Transact = %v after %v, want silence", err, took)
		}
	}
	if s := o.State(); s.Opens != 1 {
		t.Errorf("Opens = %d, want 1: silence is no loss", s.Opens)
	}
}
