package line

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Whatever is asked and answered, the last exchanges are there as they were, with their devices and errors, and the memory for their bytes
// follows what they need.
func TestTraceKeepsTheLastExchanges(t *testing.T) {
	const size = 8
	r, random := newTrace(size), rand.New(rand.NewPCG(1, 2))
	text := func(length int) []byte { return bytes.Repeat([]byte{byte(random.IntN(256))}, random.IntN(length)) }
	var want []Exchange
	for n := range 5000 {
		length := []int{12, 250, 30}[n/100%3]
		e := Exchange{Time: time.Unix(int64(n), 7), Device: []string{"a", "b", "c"}[random.IntN(3)], Request: text(length), Reply: text(length), Took: time.Duration(n)}
		if n > 1000 && random.IntN(4) == 0 {
			e.Err = errors.New("no answer")
		}
		r.add(e)
		want = append(want, e)
		want = want[max(len(want)-size, 0):]
		if got := r.all(); !slices.EqualFunc(got, want, sameExchange) {
			t.Fatalf("all() after %d exchanges = %v, want %v", n+1, got, want)
		}
	}
	for range 1000 {
		r.add(Exchange{Device: "a", Request: []byte("P?\r"), Reply: []byte("1\r")})
	}
	if room := cap(r.bytes); room > 20*size {
		t.Errorf("room for %d bytes, of %d exchanges of 5, want little more than what they need", room, size)
	}
}

// A line in use keeps its trace in the memory it has.
func TestTraceAllocatesNothingInUse(t *testing.T) {
	r := newTrace(32)
	e := Exchange{Device: "a", Request: []byte("P?\r"), Reply: []byte("1.23E-5\r")}
	add := func() {
		for range 100 {
			r.add(e)
		}
	}
	add()
	if n := testing.AllocsPerRun(10, add); n != 0 {
		t.Errorf("100 exchanges allocate %v pieces of memory, want none", n)
	}
}

func sameExchange(a, b Exchange) bool {
	return a.Time.Equal(b.Time) && a.Device == b.Device && bytes.Equal(a.Request, b.Request) && bytes.Equal(a.Reply, b.Reply) && a.Took == b.Took && a.Err == b.Err
}
