package line_test

import (
	"context"
	"io"
	"testing"
	"time"

	"go.bug.st/serial"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// ready is a line whose instrument answers at once.
type ready struct{ waiting []byte }

func (h *ready) Read(b []byte) (int, error) {
	n := copy(b, h.waiting)
	h.waiting = nil
	return n, nil
}

func (h *ready) Write(b []byte) (int, error) {
	h.waiting = []byte("1.2E-7\n")
	return len(b), nil
}

func (*ready) SetReadTimeout(time.Duration) error { return nil }
func (*ready) Close() error                       { return nil }

// What an exchange costs beyond the line itself: queue, goroutine and trace. Of its two allocations one is the reply, the other
// belongs to the line.
func BenchmarkTransact(b *testing.B) {
	o := line.NewOwner(line.Address{}, line.Options{
		Open: func(context.Context, line.Address) (line.Handle, error) { return &ready{}, nil },
	})
	run(b, o)
	opened(b, o)
	port, request := o.Port("gauge"), []byte("PR1\r")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := port.Transact(b.Context(), request, toLF); err != nil {
			b.Fatal(err)
		}
	}
}

// A pseudo-terminal with an instrument that answers at once, asked by an Owner.
func BenchmarkTransactOnTerminal(b *testing.B) {
	line := newBench(b)
	line.answers(ok)
	o := line.owner(b, "", drivers.LineSettings{})
	run(b, o)
	opened(b, o)
	port, request := o.Port("gauge"), []byte("PR1\r")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := port.Transact(b.Context(), request, toLF); err != nil {
			b.Fatal(err)
		}
	}
}

// The same asked by a blocking loop on the serial package: the floor.
func BenchmarkNaiveOnTerminal(b *testing.B) {
	line := newBench(b)
	line.answers(ok)
	port, err := serial.Open(line.slave.Name(), &serial.Mode{BaudRate: 9600})
	if err != nil {
		b.Fatal(err)
	}
	defer port.Close()
	buf := make([]byte, 256)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := port.Write([]byte("PR1\r")); err != nil {
			b.Fatal(err)
		}
		for n := 0; n == 0 || buf[n-1] != '\n'; {
			m, err := port.Read(buf[n:])
			if err != nil && err != io.EOF {
				b.Fatal(err)
			}
			n += m
		}
	}
}

// How long a halt takes to get the line when a silent instrument is being asked on the same line.
func BenchmarkHalt(b *testing.B) {
	line := newBench(b)
	line.answers(func(request string) string {
		if request == "HALT" {
			return "ok\n"
		}
		return ""
	})
	o := line.owner(b, "?deadline=10s", drivers.LineSettings{})
	run(b, o)
	opened(b, o)
	gauge, laser := o.Port("gauge"), o.Port("laser")
	ctx := drivers.WithPriority(b.Context(), drivers.Halt)
	var slowest time.Duration
	for b.Loop() {
		cut := make(chan struct{})
		go func() {
			defer close(cut)
			gauge.Transact(b.Context(), []byte("POLL"), toLF)
		}()
		time.Sleep(10 * time.Millisecond)
		begun := time.Now()
		if _, err := laser.Transact(ctx, []byte("HALT"), toLF); err != nil {
			b.Fatal(err)
		}
		slowest = max(slowest, time.Since(begun))
		<-cut
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-longest")
}
