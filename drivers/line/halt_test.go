package line_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

func TestOwnerPriorities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answer func()
		o, peer := running(t, drivers.LineSettings{Deadline: 10 * time.Second}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = func(b []byte) {
				answer = func() { p.Send("ok\n") }
				if string(b) != "first" {
					answer()
				}
			}
		})
		var wg sync.WaitGroup
		port := o.Port("gauge")
		ask := func(request string, p drivers.Priority) {
			wg.Go(func() { port.Transact(drivers.WithPriority(t.Context(), p), []byte(request), toLF) })
			synctest.Wait()
		}
		ask("first", drivers.Command)
		ask("poll 1", drivers.Poll)
		ask("poll 2", drivers.Poll)
		ask("command 1", drivers.Command)
		ask("command 2", drivers.Command)
		answer()
		wg.Wait()
		if got, want := peer.Sent(), []string{"first", "command 1", "command 2", "poll 1", "poll 2"}; !slices.Equal(got, want) {
			t.Errorf("Sent() = %q, want %q", got, want)
		}
	})
}

func TestOwnerHaltCuts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{Deadline: 10 * time.Second}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = func(b []byte) {
				if string(b) == "HALT" {
					p.Send("ok\n")
				}
			}
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := o.Port("gauge").Transact(t.Context(), []byte("POLL"), toLF); !errors.Is(err, line.ErrCut) || !errors.Is(err, drivers.ErrTimeout) {
				t.Errorf("the exchange that was cut: Transact = %v, want ErrCut and ErrTimeout", err)
			}
		})
		time.Sleep(time.Second)
		begun := time.Now()
		exchange(t, o.Port("laser"), drivers.WithPriority(t.Context(), drivers.Halt), "HALT", "ok")
		if took := peer.SentAt()[1].Sub(begun); took > 250*time.Millisecond {
			t.Errorf("halt on the wire after %v, want 250ms at most", took)
		}
		wg.Wait()
	})
}

// What is cut is given up when nothing has come for 50 ms, also where most of them had passed before.
func TestOwnerHaltCutsAtOnceWhatIsSilent(t *testing.T) {
	for silence, want := range map[time.Duration]time.Duration{time.Second: 0, 20 * time.Millisecond: 30 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			o, peer := running(t, drivers.LineSettings{Deadline: 10 * time.Second}, nil)
			var wg sync.WaitGroup
			wg.Go(func() { o.Port("gauge").Transact(t.Context(), []byte("POLL"), toLF) })
			time.Sleep(time.Second)
			peer.Send("1.2")
			time.Sleep(silence)
			begun := time.Now()
			o.Port("laser").Transact(drivers.WithPriority(t.Context(), drivers.Halt), []byte("HALT"), nil)
			if took := peer.SentAt()[1].Sub(begun); took != want {
				t.Errorf("halt on the wire %v after the exchange was cut, of a line silent for %v; want %v", took, silence, want)
			}
			wg.Wait()
		})
	}
}

func TestOwnerHaltCutsBabblingLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		defer close(over)
		o, peer := running(t, drivers.LineSettings{Deadline: 10 * time.Second}, func(_ *line.Owner, p *drivertest.Peer) {
			go func() {
				for {
					p.Send("x")
					select {
					case <-over:
						return
					case <-time.After(5 * time.Millisecond):
					}
				}
			}()
		})
		var wg sync.WaitGroup
		wg.Go(func() { o.Port("gauge").Transact(t.Context(), []byte("POLL"), toLF) })
		time.Sleep(time.Second)
		begun := time.Now()
		o.Port("laser").Transact(drivers.WithPriority(t.Context(), drivers.Halt), []byte("HALT"), nil)
		if took := peer.SentAt()[1].Sub(begun); took > 250*time.Millisecond {
			t.Errorf("halt on the wire after %v, want 250ms at most", took)
		}
		wg.Wait()
	})
}

func TestOwnerHaltLetsReplyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = func(b []byte) {
				reply := "<" + string(b) + ">\n"
				go func() {
					time.Sleep(30 * time.Millisecond)
					p.Send(reply[:3])
					time.Sleep(30 * time.Millisecond)
					p.Send(reply[3:])
				}()
			}
		})
		var wg sync.WaitGroup
		wg.Go(func() { exchange(t, o.Port("laser"), t.Context(), "PDC 80", "<PDC 80>") })
		time.Sleep(10 * time.Millisecond)
		exchange(t, o.Port("laser"), drivers.WithPriority(t.Context(), drivers.Halt), "PDC 0", "<PDC 0>")
		wg.Wait()
	})
}

func TestOwnerHaltAfterFailureDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{Flush: time.Second}, func(_ *line.Owner, p *drivertest.Peer) {
			p.Answer = func(b []byte) {
				if string(b) == "HALT" {
					p.Send("ok\n")
				}
			}
		})
		o.Port("laser").Transact(t.Context(), []byte("POLL"), toLF)
		begun := time.Now()
		exchange(t, o.Port("laser"), drivers.WithPriority(t.Context(), drivers.Halt), "HALT", "ok")
		if took := peer.SentAt()[1].Sub(begun); took != 0 {
			t.Errorf("halt on the wire after %v, want at once", took)
		}
	})
}

func TestOwnerCancelledBeforeTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{Gap: time.Second}, echoes)
		exchange(t, o.Port("laser"), t.Context(), "A", "<A>")
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		begun := time.Now()
		_, err := o.Port("laser").Transact(ctx, []byte("ENBL 1"), toLF)
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took != 300*time.Millisecond {
			t.Errorf("Transact = %v after %v, want the context's error at once", err, took)
		}
		time.Sleep(5 * time.Second)
		if got := peer.Sent(); len(got) != 1 {
			t.Errorf("Sent() = %q, want nothing of what was cancelled", got)
		}
	})
}

func TestOwnerCancelledWhileWaitingForTheReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.LineSettings{Deadline: 10 * time.Second}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		_, err := o.Port("laser").Transact(ctx, []byte("A"), toLF)
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > 1250*time.Millisecond {
			t.Errorf("Transact = %v after %v, want the context's error within 250ms of its end", err, took)
		}
	})
}

func TestOwnerHaltEndsHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{}, echoes)
		var wg sync.WaitGroup
		wg.Go(func() {
			err := o.Port("gauge").Hold(t.Context(), func(p drivers.Port) error {
				exchange(t, p, t.Context(), "PR1", "<PR1>")
				time.Sleep(time.Second)
				_, err := p.Transact(t.Context(), []byte("ENQ"), toLF)
				return err
			})
			if !errors.Is(err, line.ErrCut) {
				t.Errorf("Hold = %v, want ErrCut", err)
			}
		})
		time.Sleep(500 * time.Millisecond)
		begun := time.Now()
		exchange(t, o.Port("laser"), drivers.WithPriority(t.Context(), drivers.Halt), "HALT", "<HALT>")
		if took := time.Since(begun); took > 250*time.Millisecond {
			t.Errorf("halt took %v, want 250ms at most", took)
		}
		wg.Wait()
		if got, want := peer.Sent(), []string{"PR1", "HALT"}; !slices.Equal(got, want) {
			t.Errorf("Sent() = %q, want %q", got, want)
		}
	})
}

func TestOwnerHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{}, echoes)
		port, other := o.Port("gauge"), o.Port("other")
		var wg sync.WaitGroup
		var kept drivers.Port
		err := port.Hold(t.Context(), func(p drivers.Port) error {
			kept = p
			wg.Go(func() { exchange(t, other, drivers.WithPriority(t.Context(), drivers.Command), "X", "<X>") })
			synctest.Wait()
			exchange(t, p, t.Context(), "PR1", "<PR1>")
			time.Sleep(time.Second)
			exchange(t, port, t.Context(), "nested", "<nested>") // not the Port that Hold gave
			return p.Hold(t.Context(), func(p drivers.Port) error {
				exchange(t, p, t.Context(), "ENQ", "<ENQ>")
				return port.Hold(t.Context(), func(p drivers.Port) error { return errors.New("as f says") })
			})
		})
		wg.Wait()
		if err == nil || err.Error() != "as f says" {
			t.Errorf("Hold = %v, want the error of f", err)
		}
		if got, want := peer.Sent(), []string{"PR1", "nested", "ENQ", "X"}; !slices.Equal(got, want) {
			t.Errorf("Sent() = %q, want %q", got, want)
		}
		if _, err := kept.Transact(t.Context(), []byte("after"), toLF); err == nil {
			t.Errorf("Transact on a Port that was kept = nil, want an error")
		}
	})
}
