package line_test

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
	"pychron-edge/drivers/line"
)

// toLF is a split function: up to LF.
func toLF(data []byte, atEOF bool) (int, []byte, error) { return bufio.ScanLines(data, false) }

// running is an owner that runs on a line in memory until the test ends.
func running(t testing.TB, l drivers.LineSettings, setUp func(*line.Owner, *drivertest.Peer)) (*line.Owner, *drivertest.Peer) {
	t.Helper()
	options, peer := drivertest.InMemory(t)
	address, err := line.ParseAddress("tcp://bench:1", l)
	if err != nil {
		t.Fatal(err)
	}
	o := line.NewOwner(address, options)
	if setUp != nil {
		setUp(o, peer)
	}
	run(t, o)
	return o, peer
}

func run(t testing.TB, o *line.Owner) {
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

func echoes(_ *line.Owner, p *drivertest.Peer) {
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
		o, peer := running(t, drivers.LineSettings{}, echoes)
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
		o, _ := running(t, drivers.LineSettings{Deadline: 300 * time.Millisecond}, nil)
		begun := time.Now()
		_, err := o.Port("gauge").Transact(t.Context(), []byte("PR1\r"), toLF)
		if took := time.Since(begun); !errors.Is(err, drivers.ErrTimeout) || took != 300*time.Millisecond {
			t.Errorf("Transact = %v after %v, want ErrTimeout after 300ms", err, took)
		}
	})
}

func TestOwnerReplyInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
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
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) { p.Answer = p.Says(func(string) string { return "\n" }) })
		reply, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF)
		if reply == nil || len(reply) != 0 || err != nil {
			t.Errorf("Transact = %v, %v, want an empty token", reply, err)
		}
	})
}

func TestOwnerSplitRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{Resync: []byte{3}}, echoes)
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
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = p.Says(func(string) string { return strings.Repeat("x", 100<<10) })
		})
		if _, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrGarbled) {
			t.Errorf("Transact = %v, want ErrGarbled", err)
		}
	})
}

func TestOwnerLateReply(t *testing.T) {
	for _, delay := range []time.Duration{520 * time.Millisecond, 700 * time.Millisecond, 3 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
				p.Answer = func(b []byte) {
					reply := "<" + string(b) + ">\n"
					if string(b) == "A" {
						go func() {
							time.Sleep(delay)
							p.Send(reply)
						}()
						return
					}
					p.Send(reply)
				}
			})
			port := o.Port("gauge")
			if _, err := port.Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, drivers.ErrTimeout) {
				t.Errorf("late by %v: Transact = %v, want ErrTimeout", delay, err)
			}
			for range 3 {
				exchange(t, port, t.Context(), "B", "<B>")
				time.Sleep(1200 * time.Millisecond)
			}
			exchange(t, port, t.Context(), "B", "<B>")
			if s := o.State(); s.Resyncs != 1 {
				t.Errorf("late by %v: Resyncs = %d, want 1", delay, s.Resyncs)
			}
		})
	}
}

func TestOwnerEndOfReplyLeftOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
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
		o, _ := running(t, drivers.LineSettings{Flush: 40 * time.Millisecond}, func(_ *line.Owner, p *drivertest.Peer) {
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
