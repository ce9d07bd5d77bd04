package line_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// A server that closes after each reply is no line that is lost, and an answer in two segments is one answer.
func TestOneShot(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			request := make([]byte, 64)
			n, _ := c.Read(request)
			if string(request[:n]) != "mute" {
				io.WriteString(c, "85")
				time.Sleep(5 * time.Millisecond) // two segments
				io.WriteString(c, "0.3 "+string(request[:n]))
			}
			c.Close()
		}
	})
	a, err := line.ParseAddress("tcp://"+l.Addr().String()+"?deadline=10s", drivers.LineSettings{OneShot: true})
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(a, line.Options{})
	port := o.Port("spectrometer")
	impatient := o.PortWith("spectrometer", drivers.LineSettings{OneShot: true, Deadline: 300 * time.Millisecond}) // for what is not answered
	ctx, cancel := context.WithCancel(t.Context())
	all.Go(func() { _ = o.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		l.Close()
		all.Wait()
	})
	ask := func(port drivers.Port, request string) (string, error) {
		b, err := port.Transact(t.Context(), []byte(request), whatComes)
		return string(b), err
	}
	for _, request := range []string{"a", "b"} {
		if got, err := ask(port, request); got != "850.3 "+request || err != nil {
			t.Errorf("%s = %q, %v, want 850.3 %s", request, got, err, request)
		}
	}
	if got, err := ask(impatient, "mute"); !errors.Is(err, drivers.ErrTimeout) {
		t.Errorf("a connection closed without an answer = %q, %v, want ErrTimeout", got, err)
	}
	if got, err := ask(port, "c"); got != "850.3 c" || err != nil {
		t.Errorf("after silence = %q, %v", got, err)
	}
	l.Close()
	if got, err := ask(impatient, "d"); !errors.Is(err, drivers.ErrTimeout) {
		t.Errorf("with nobody listening = %q, %v, want ErrTimeout", got, err)
	}
	if s := o.State(); s.Opens != 1 || !s.Open {
		t.Errorf("State() = %+v, want opened once and open", s)
	}
}

var whatComes bufio.SplitFunc = func(data []byte, _ bool) (int, []byte, error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	return len(data), data, nil
}
