package drivers_test

import (
	"bufio"
	"context"
	"testing"

	"pychron-edge/drivers"
)

// instant is a port that answers at once and keeps nothing: what is measured is the driver.
type instant struct{ answer func(request []byte) []byte }

func (p instant) Transact(_ context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	data := p.answer(request)
	for {
		n, token, err := split(data, false)
		if token != nil || err != nil {
			return token, err
		}
		if n == 0 {
			return nil, drivers.ErrTimeout
		}
		data = data[n:]
	}
}

func (p instant) Hold(_ context.Context, f func(drivers.Port) error) error { return f(p) }

// BenchmarkReadTPG is the cost of reading one gauge by ENQ and ACK, without the line.
func BenchmarkReadTPG(b *testing.B) {
	unit := false
	ack, value, mbar := []byte("\x06\r\n"), []byte("0,+1.2300E-09\r\n"), []byte("0\r\n")
	device := open(b, "pfeiffer-tpg", &drivers.TPGOptions{Channels: map[int]string{1: "ig"}}, instant{func(request []byte) []byte {
		switch {
		case len(request) > 1:
			unit = request[0] == 'U'
			return ack
		case unit:
			return mbar
		}
		return value
	}})
	benchmarkRead(b, device)
}

// BenchmarkReadMKS is the cost of reading one gauge in one exchange, without the line.
func BenchmarkReadMKS(b *testing.B) {
	value, unit := []byte("@253ACK1.10E-09;FF"), []byte("@253ACKTORR;FF")
	device := open(b, "mks-937b", nil, instant{func(request []byte) []byte {
		if request[4] == 'U' {
			return unit
		}
		return value
	}})
	benchmarkRead(b, device)
}

func benchmarkRead(b *testing.B, device drivers.Device) {
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := device.Read(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// asciiAnswers is an instrument of one reading in each of two forms, which answers at once.
func asciiAnswers(t testing.TB, match, answer string) drivers.Device {
	reply := []byte(answer)
	return open(t, "ascii", &drivers.ASCIIOptions{End: "\r", Reads: []drivers.ASCIIRead{{
		Quantity: drivers.Quantity{Channel: "p", Name: "pressure", Unit: "pascals"}, Send: "P?", Match: match}},
		Vectors: []drivers.Vector{{Send: "P?\r", Reply: drivers.Wire(answer), Reads: map[string]string{"p": "1.23E-5"}}},
	}, instant{func([]byte) []byte { return reply }})
}

// A reading of text leaves its reply and itself to the collector, and what a pattern finds, with what regexp works with where races are looked for.
func TestReadingOfTextTakesLittleMemory(t *testing.T) {
	for _, c := range []struct {
		match, answer string
		max           float64
	}{{"", "1.23E-5\r", 2}, {`P= *(\S+) Pa`, "P= 1.23E-5 Pa\r", 4}} {
		device := asciiAnswers(t, c.match, c.answer)
		if n := testing.AllocsPerRun(10, func() {
			if r, err := device.Read(t.Context()); err != nil || len(r) != 1 || r[0].Value != 1.23e-5 {
				t.Fatal(r, err)
			}
		}); n > c.max {
			t.Errorf("%g allocations for %q, want at most %g", n, c.answer, c.max)
		}
	}
}
