package line_test

import (
	"bufio"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

func TestOwnerGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{Gap: 333 * time.Millisecond}, echoes)
		port := o.Port("chiller")
		for range 3 {
			exchange(t, port, t.Context(), "A", "<A>")
		}
		at := peer.SentAt()
		for n := 1; n < len(at); n++ {
			if gap := at[n].Sub(at[n-1]); gap < 333*time.Millisecond {
				t.Errorf("gap %d = %v, want 333ms", n, gap)
			}
		}
	})
}

func TestOwnerSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		o, peer := running(t, drivers.LineSettings{Settle: 2 * time.Second}, echoes)
		exchange(t, o.Port("valves"), t.Context(), "A", "<A>")
		if at := peer.SentAt()[0].Sub(begun); at < 2*time.Second {
			t.Errorf("first request after %v, want 2s", at)
		}
	})
}

func TestOwnerEcho(t *testing.T) {
	for echo, want := range map[string][]string{"line": {"PR1\r"}, "char": {"P", "R", "1", "\r"}} {
		synctest.Test(t, func(t *testing.T) {
			o, peer := running(t, drivers.LineSettings{Echo: echo}, func(_ *line.Owner, p *drivertest.Peer) {
				p.Answer = func(b []byte) {
					p.Send(string(b))
					if strings.HasSuffix(string(b), "\r") {
						p.Send("7\n")
					}
				}
			})
			exchange(t, o.Port("gauge"), t.Context(), "PR1\r", "7")
			if got := peer.Sent(); !slices.Equal(got, want) {
				t.Errorf("echo %s: Sent() = %q, want %q", echo, got, want)
			}
		})
	}
}

func TestOwnerWrongEcho(t *testing.T) {
	for _, echo := range []string{"line", "char"} {
		synctest.Test(t, func(t *testing.T) {
			o, _ := running(t, drivers.LineSettings{Echo: echo}, func(_ *line.Owner, p *drivertest.Peer) { p.Answer = p.Says(func(string) string { return "?\n" }) })
			if _, err := o.Port("gauge").Transact(t.Context(), []byte("PR1\r"), toLF); !errors.Is(err, drivers.ErrGarbled) {
				t.Errorf("echo %s: Transact = %v, want ErrGarbled", echo, err)
			}
		})
	}
}

func TestOwnerUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard []string
		o, peer := running(t, drivers.LineSettings{Unasked: "\n"}, func(o *line.Owner, p *drivertest.Peer) {
			o.Unasked(func(line []byte) { heard = append(heard, string(line)) })
			p.Answer = p.Says(func(string) string { return "EVENT b\r\n=ok\r\nEVENT c\r\n" })
		})
		reply := func(d []byte, _ bool) (int, []byte, error) {
			n, line, err := bufio.ScanLines(d, false)
			if line != nil && line[0] != '=' {
				line = nil
			}
			return n, line, err
		}
		time.Sleep(200 * time.Millisecond) // what comes at once may be the end of a line
		peer.Send("EVENT a\r\n")
		time.Sleep(time.Second)
		peer.Send("half a li")
		got, err := o.Port("source").Transact(t.Context(), []byte("GET\r\n"), reply)
		if err != nil || string(got) != "=ok" {
			t.Errorf("Transact = %q, %v, want =ok", got, err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if want := []string{"EVENT a", "half a liEVENT b", "EVENT c"}; !slices.Equal(heard, want) {
			t.Errorf("heard %q, want %q", heard, want)
		}
		if s := o.State(); s.Resyncs != 0 {
			t.Errorf("Resyncs = %d, want 0", s.Resyncs)
		}
	})
}

func TestOwnerTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, peer := drivertest.InMemory(t)
		options.Trace = 2
		o := line.NewOwner(line.Address{}, options)
		peer.Answer = func(b []byte) {
			if string(b) != "C" {
				peer.Send(string(b) + "\n")
			} else {
				peer.Send("par")
			}
		}
		run(t, o)
		for _, request := range []string{"A", "B", "C"} {
			o.Port("gauge").Transact(t.Context(), []byte(request), toLF)
		}
		got := o.Trace()
		if len(got) != 2 || string(got[0].Request) != "B" || string(got[0].Reply) != "B" || got[0].Err != nil ||
			string(got[1].Request) != "C" || string(got[1].Reply) != "par" || !errors.Is(got[1].Err, drivers.ErrTimeout) ||
			got[1].Device != "gauge" || got[1].Took != 500*time.Millisecond {
			t.Errorf("Trace() = %+v, want B and C with what had come", got)
		}
		if !got[1].Time.Equal(time.Now()) {
			t.Errorf("the last exchange was over at %v, want %v", got[1].Time, time.Now())
		}
		long := strings.Repeat("L", 300)
		o.Port("gauge").Transact(t.Context(), []byte("D"), toLF)
		o.Port("gauge").Transact(t.Context(), []byte(long), toLF)
		if string(got[0].Request) != "B" || string(got[0].Reply) != "B" {
			t.Errorf("what Trace gave has changed to %q, %q", got[0].Request, got[0].Reply)
		}
		if got = o.Trace(); string(got[0].Reply) != "D" || string(got[1].Request) != long[:256] || string(got[1].Reply) != long[:256] {
			t.Errorf("Trace() = %q, want D, and 256 bytes of what is longer", got)
		}
	})
}
