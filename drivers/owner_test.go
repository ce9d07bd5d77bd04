package drivers_test

import (
	"bufio"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// toLF is a split function: up to LF.
func toLF(data []byte, atEOF bool) (int, []byte, error) { return bufio.ScanLines(data, false) }

// running is an owner that runs on a line in memory until the test ends.
func running(t testing.TB, l drivers.Line, setUp func(*drivers.Owner, *drivertest.Peer)) (*drivers.Owner, *drivertest.Peer) {
	t.Helper()
	options, peer := drivertest.NewLine(t)
	address, err := drivers.ParseAddress("tcp://bench:1", l)
	if err != nil {
		t.Fatal(err)
	}
	o := drivers.NewOwner(address, options)
	if setUp != nil {
		setUp(o, peer)
	}
	run(t, o)
	return o, peer
}

func run(t testing.TB, o *drivers.Owner) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- o.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run() = %v, want nil", err)
		}
	})
}

func echoes(_ *drivers.Owner, p *drivertest.Peer) {
	p.Answer = p.Says(func(request string) string { return "<" + strings.TrimSpace(request) + ">\n" })
}

// exchange is a Transact whose reply must be want.
func exchange(t testing.TB, p drivers.Port, ctx context.Context, request, want string) {
	t.Helper()
	reply, err := p.Transact(ctx, []byte(request), toLF)
	if string(reply) != want || err != nil {
		t.Errorf("Transact(%q) = %q, %v, want %q", request, reply, err, want)
	}
}

func TestOwnerAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.Line{}, echoes)
		port := o.Port("gauge")
		exchange(t, port, t.Context(), "PR1\r", "<PR1>")
		if reply, err := port.Transact(t.Context(), []byte("ZERO\r"), nil); reply != nil || err != nil {
			t.Errorf("Transact with a nil split = %q, %v, want nothing", reply, err)
		}
		if got := peer.Sent(); !slices.Equal(got, []string{"PR1\r", "ZERO\r"}) {
			t.Errorf("Sent() = %q", got)
		}
		if s := o.State(); !s.Open || s.Opens != 1 || s.Exchanges != 2 || s.Err != nil {
			t.Errorf("State() = %+v, want open once, 2 exchanges", s)
		}
	})
}

func TestOwnerSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.Line{Deadline: 300 * time.Millisecond}, nil)
		begun := time.Now()
		_, err := o.Port("gauge").Transact(t.Context(), []byte("PR1\r"), toLF)
		if took := time.Since(begun); !errors.Is(err, drivers.ErrTimeout) || took != 300*time.Millisecond {
			t.Errorf("Transact = %v after %v, want ErrTimeout after 300ms", err, took)
		}
	})
}

func TestOwnerReplyInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.Line{}, func(_ *drivers.Owner, p *drivertest.Peer) {
			p.Answer = func([]byte) {
				go func() {
					for _, c := range "1.2E-7\n" {
						time.Sleep(60 * time.Millisecond)
						p.Send(string(c))
					}
				}()
			}
		})
		exchange(t, o.Port("gauge"), t.Context(), "PR1\r", "1.2E-7")
	})
}

func TestOwnerEmptyToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.Line{}, func(_ *drivers.Owner, p *drivertest.Peer) { p.Answer = p.Says(func(string) string { return "\n" }) })
		reply, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF)
		if reply == nil || len(reply) != 0 || err != nil {
			t.Errorf("Transact = %v, %v, want an empty token", reply, err)
		}
	})
}

func TestOwnerSplitRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.Line{Resync: []byte{3}}, echoes)
		refuse := errors.New("not mine")
		_, err := o.Port("gauge").Transact(t.Context(), []byte("A"), func([]byte, bool) (int, []byte, error) { return 0, nil, refuse })
		if !errors.Is(err, drivers.ErrGarbled) || !errors.Is(err, refuse) {
			t.Errorf("Transact = %v, want ErrGarbled and %v", err, refuse)
		}
		if _, err := o.Port("gauge").Transact(t.Context(), []byte("B"), func(d []byte, _ bool) (int, []byte, error) { return len(d) + 1, d, nil }); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("split beyond the end: Transact = %v, want ErrGarbled", err)
		}
		if got := peer.Sent(); !slices.Equal(got, []string{"\x03", "A", "\x03", "B"}) {
			t.Errorf("Sent() = %q, want the resync first and after the failure", got)
		}
	})
}

func TestOwnerEndlessReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.Line{}, func(_ *drivers.Owner, p *drivertest.Peer) {
			p.Answer = p.Says(func(string) string { return strings.Repeat("x", 100<<10) })
		})
		if _, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("Transact = %v, want ErrGarbled", err)
		}
	})
}

func TestOwnerLateReply(t *testing.T) {
	for _, late := range []time.Duration{520 * time.Millisecond, 700 * time.Millisecond, 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			o, _ := running(t, drivers.Line{}, func(_ *drivers.Owner, p *drivertest.Peer) {
				p.Answer = func(b []byte) {
					reply := "<" + string(b) + ">\n"
					if string(b) == "A" {
						go func() {
							time.Sleep(late)
							p.Send(reply)
						}()
						return
					}
					p.Send(reply)
				}
			})
			port := o.Port("gauge")
			if _, err := port.Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrTimeout) {
				t.Errorf("late by %v: Transact = %v, want ErrTimeout", late, err)
			}
			for range 3 {
				exchange(t, port, t.Context(), "B", "<B>")
				time.Sleep(1200 * time.Millisecond)
			}
			exchange(t, port, t.Context(), "B", "<B>")
			if s := o.State(); s.Resyncs != 1 {
				t.Errorf("late by %v: Resyncs = %d, want 1", late, s.Resyncs)
			}
		})
	}
}

func TestOwnerEndOfReplyLeftOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.Line{}, func(_ *drivers.Owner, p *drivertest.Peer) {
			p.Answer = p.Says(func(string) string { return "ok\n\r\n" })
		})
		port := o.Port("gauge")
		exchange(t, port, t.Context(), "A", "ok")
		exchange(t, port, t.Context(), "A", "ok")
		if s := o.State(); s.Resyncs != 0 {
			t.Errorf("Resyncs = %d, want 0: CR and LF are no resync", s.Resyncs)
		}
	})
}

func TestOwnerBabblingLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		defer close(over)
		o, _ := running(t, drivers.Line{Flush: 40 * time.Millisecond}, func(_ *drivers.Owner, p *drivertest.Peer) {
			go func() {
				for {
					p.Send("x")
					select {
					case <-over:
						return
					case <-time.After(time.Millisecond):
					}
				}
			}()
		})
		port := o.Port("gauge")
		never := func([]byte, bool) (int, []byte, error) { return 0, nil, nil }
		for n := range 2 {
			begun := time.Now()
			_, err := port.Transact(t.Context(), []byte("A"), never)
			if took := time.Since(begun); !errors.Is(err, drivers.ErrTimeout) || took > 800*time.Millisecond {
				t.Errorf("exchange %d = %v after %v, want ErrTimeout within the deadline and the flush", n, err, took)
			}
		}
	})
}

func TestOwnerGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.Line{Gap: 333 * time.Millisecond}, echoes)
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
		o, peer := running(t, drivers.Line{Settle: 2 * time.Second}, echoes)
		exchange(t, o.Port("valves"), t.Context(), "A", "<A>")
		if at := peer.SentAt()[0].Sub(begun); at < 2*time.Second {
			t.Errorf("first request after %v, want 2s", at)
		}
	})
}

func TestOwnerEcho(t *testing.T) {
	for echo, want := range map[string][]string{"line": {"PR1\r"}, "char": {"P", "R", "1", "\r"}} {
		synctest.Test(t, func(t *testing.T) {
			o, peer := running(t, drivers.Line{Echo: echo}, func(_ *drivers.Owner, p *drivertest.Peer) {
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
			o, _ := running(t, drivers.Line{Echo: echo}, func(_ *drivers.Owner, p *drivertest.Peer) { p.Answer = p.Says(func(string) string { return "?\n" }) })
			if _, err := o.Port("gauge").Transact(t.Context(), []byte("PR1\r"), toLF); !errors.Is(err, drivers.ErrGarbled) {
				t.Errorf("echo %s: Transact = %v, want ErrGarbled", echo, err)
			}
		})
	}
}

func TestOwnerUnasked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard []string
		o, peer := running(t, drivers.Line{Unasked: "\n"}, func(o *drivers.Owner, p *drivertest.Peer) {
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
		synctest.Wait()
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
		options, peer := drivertest.NewLine(t)
		options.Trace = 2
		o := drivers.NewOwner(drivers.Address{}, options)
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
	})
}
