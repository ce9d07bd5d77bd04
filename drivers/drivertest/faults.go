package drivertest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
)

// piece is what an instrument says, and how long after what it said before.
type piece struct {
	after time.Duration
	bytes string
	whole bool // in one piece, as adapters and networks deliver it, and not byte by byte
}

// fault is what comes in place of a reply.
type fault func(request, reply string, deadline time.Duration) []piece

const soon = time.Millisecond

// powerCycled is an instrument that says half a reply and hears nothing for startUp.
const (
	powerCycled = "power cycled"
	startUp     = 3 * time.Second
)

// In lines without a check, these cannot be told from a reply: only that the line recovers from them is looked at, after a pause.
const doubledLater, headLost = "doubled, later", "head lost"

// faults are those of lines and instruments. What is nothing for a reply is nil.
var faults = map[string]fault{
	"doubled": func(_, reply string, _ time.Duration) []piece { return []piece{{soon, reply + reply, true}} },
	doubledLater: func(_, reply string, _ time.Duration) []piece {
		return []piece{{soon, reply, false}, {30 * soon, reply, false}}
	},
	"echoed":       func(request, reply string, _ time.Duration) []piece { return []piece{{soon, request + reply, false}} },
	"echoed alone": func(request, _ string, _ time.Duration) []piece { return []piece{{soon, request, false}} },
	"a line before": func(_, reply string, _ time.Duration) []piece {
		text := strings.TrimRight(reply, "\r\n")
		if text == reply {
			return []piece{{soon, reply, false}}
		}
		return []piece{{soon, "READY" + reply[len(text):] + reply, false}}
	},
	"noise before": func(_, reply string, _ time.Duration) []piece { return []piece{{soon, "\xff\x00\xfe" + reply, false}} },
	"noise after":  func(_, reply string, _ time.Duration) []piece { return []piece{{soon, reply + "\xff\x00~", false}} },
	"noise for long": func(_, reply string, _ time.Duration) []piece {
		return []piece{{soon, longNoise + reply, false}}
	},
	"rest late": func(_, reply string, deadline time.Duration) []piece {
		return []piece{{soon, reply[:len(reply)/2], false}, {deadline + 30*soon, reply[len(reply)/2:], false}}
	},
	"rest very late": func(_, reply string, deadline time.Duration) []piece {
		return []piece{{soon, reply[:(len(reply)+1)/2], false}, {2*deadline + 30*soon, reply[(len(reply)+1)/2:], false}}
	},
	"end late": func(_, reply string, deadline time.Duration) []piece {
		return []piece{{soon, reply[:len(reply)-1], false}, {deadline + 30*soon, reply[len(reply)-1:], false}}
	},
	powerCycled: func(_, reply string, _ time.Duration) []piece {
		return []piece{{soon, reply[:len(reply)/2], false}}
	},
	"rest lost": func(_, reply string, _ time.Duration) []piece { return []piece{{soon, reply[:len(reply)/2], false}} },
	headLost: func(_, reply string, _ time.Duration) []piece {
		return []piece{{soon, reply[(len(reply)+1)/2:], false}}
	},
	"CR alone":     func(_, reply string, _ time.Duration) []piece { return ended(reply, "\r") },
	"LF alone":     func(_, reply string, _ time.Duration) []piece { return ended(reply, "\n") },
	"first wrong":  func(_, reply string, _ time.Duration) []piece { return flipped(reply, 0) },
	"middle wrong": func(_, reply string, _ time.Duration) []piece { return flipped(reply, len(reply)/2) },
	"end wrong":    func(_, reply string, _ time.Duration) []piece { return flipped(reply, len(reply)-1) },
}

// longNoise are 300 bytes without a period.
var longNoise = func() string {
	b, n := make([]byte, 300), uint32(1)
	for i := range b {
		n = n*1664525 + 1013904223
		b[i] = byte(n >> 24)
	}
	return string(b)
}()

// ended is a reply in CR LF with one of them.
func ended(reply, end string) []piece {
	text, ok := strings.CutSuffix(reply, "\r\n")
	if !ok {
		return nil
	}
	return []piece{{soon, text + end, false}}
}

// flipped is a reply with the highest bit of a byte the other way round.
func flipped(reply string, at int) []piece {
	b := []byte(reply)
	b[at] ^= 0x80
	return []piece{{soon, string(b), false}}
}

// faultyReads is how many Reads a fault may spoil, and one: a rest that comes after two deadlines delays the answers to three.
const faultyReads = 4

// lasting begins the reason why a device stays without a value for longer.
const lasting = "lasting: "

// Faults runs the rule of Conform that is about the line alone, of a case of which only Model, Options, Exchanges and Identity are known:
// what it reads without a fault is what it must read. It reports whether the case reads anything.
func Faults(t *testing.T, c Case) bool {
	synctest.Test(t, func(t *testing.T) {
		m, err := drivers.Find(c.Model)
		if err != nil {
			t.Fatal(err)
		}
		c.Want, err = c.bench(t, m, -1).believe(t.Context(), true)
		if err != nil {
			t.Logf("it reads nothing: %v", err)
		}
	})
	if len(c.Want) == 0 {
		return false
	}
	c.faultyLine(t)
	return true
}

// faultyLine puts each fault in the place of each reply of Identify and Read in turn, over a real line owner. The Read during it, and those
// behind it, give no wrong reading; the last one is right.
func (c Case) faultyLine(t *testing.T) {
	m, err := drivers.Find(c.Model)
	if err != nil {
		t.Fatal(err)
	}
	if m.Line.Echo != "" && m.Line.Echo != "none" || c.Whole {
		t.Skip("the model's line echoes, or has datagrams")
	}
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		for n, done := 0, false; !done; n++ {
			synctest.Test(t, func(t *testing.T) { done = c.withFault(t, m, name, faults[name], n) })
		}
	}
}

// withFault makes one fault in the place of reply n, and reports whether there was no such reply any more.
func (c Case) withFault(t *testing.T, m drivers.Model, name string, f fault, n int) (done bool) {
	b := c.bench(t, m, n)
	var asked, answered string
	b.fault = func(request, reply string, deadline time.Duration) []piece {
		if asked, answered = request, reply; reply == "" {
			return nil
		}
		if name == powerCycled {
			b.deafUntil = time.Now().Add(startUp)
		}
		return f(request, reply, deadline)
	}
	for read := range faultyReads {
		if name == powerCycled && read == faultyReads-1 {
			time.Sleep(startUp)
		}
		got, err := b.believe(t.Context(), read == 0)
		if asked == "" && b.done <= n {
			return true
		}
		if name == doubledLater || name == headLost || c.Untold[name] != "" || slices.Contains(c.Opaque, answered) {
			time.Sleep(time.Second)
		} else if err == nil {
			c.noneWrong(t, got, name, asked, answered)
		}
		if read == faultyReads-1 && (err != nil || !same(got, c.Want)) && !slices.Contains(c.Opaque, answered) && !strings.HasPrefix(c.Untold[name], lasting) {
			t.Errorf("%s, in place of the answer %q to %q: Read() number %d = %+v, %v, want %+v", name, answered, asked, read+1, got, err, c.Want)
		}
	}
	return false
}

// noneWrong makes sure that each reading is as it must be, or missing.
func (c Case) noneWrong(t *testing.T, got []drivers.Reading, name, asked, answered string) {
	t.Helper()
	if len(got) != len(c.Want) {
		t.Errorf("%s, in place of the answer %q to %q: %d readings, want %d", name, answered, asked, len(got), len(c.Want))
		return
	}
	for i, r := range got {
		if r.Missing == "" && !same(got[i:i+1], c.Want[i:i+1]) {
			t.Errorf("%s, in place of the answer %q to %q: %+v, want %+v or none", name, answered, asked, r, c.Want[i])
		}
	}
}
