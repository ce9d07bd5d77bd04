package drivers_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

func TestOwnerPriorities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answer func()
		o, peer := running(t, drivers.Line{Deadline: 10 * time.Second}, func(_ *drivers.Owner, p *drivertest.Peer) {
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
		o, peer := running(t, drivers.Line{Deadline: 10 * time.Second}, func(_ *drivers.Owner, p *drivertest.Peer) {
			p.Answer = func(b []byte) {
				if string(b) == "HALT" {
					p.Send("ok\n")
				}
			}
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := o.Port("gauge").Transact(t.Context(), []byte("POLL"), toLF); !errors.Is(err, drivers.ErrCut) || !errors.Is(err, drivers.ErrTimeout) {
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

func TestOwnerHaltLetsReplyEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.Line{}, func(_ *drivers.Owner, p *drivertest.Peer) {
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
		o, peer := running(t, drivers.Line{Flush: time.Second}, func(_ *drivers.Owner, p *drivertest.Peer) {
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
		o, peer := running(t, drivers.Line{Gap: time.Second}, echoes)
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
		o, _ := running(t, drivers.Line{Deadline: 10 * time.Second}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun := time.Now()
		_, err := o.Port("laser").Transact(ctx, []byte("A"), toLF)
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > 1250*time.Millisecond {
			t.Errorf("Transact = %v after %v, want the context's error within 250ms of its end", err, took)
		}
	})
}

func TestOwnerHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.Line{}, echoes)
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

func TestOwnerHaltEndsHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.Line{}, echoes)
		var wg sync.WaitGroup
		wg.Go(func() {
			err := o.Port("gauge").Hold(t.Context(), func(p drivers.Port) error {
				exchange(t, p, t.Context(), "PR1", "<PR1>")
				time.Sleep(time.Second)
				_, err := p.Transact(t.Context(), []byte("ENQ"), toLF)
				return err
			})
			if !errors.Is(err, drivers.ErrCut) {
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

func TestOwnerAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.Line{}, echoes)
		port := o.Port("gauge")
		exchange(t, port, t.Context(), "A", "<A>")
		changed := o.Changed()
		peer.Unplug()
		if _, err := port.Transact(t.Context(), []byte("B"), toLF); !errors.Is(err, drivers.ErrPortLost) {
			t.Errorf("unplugged: Transact = %v, want ErrPortLost", err)
		}
		<-changed
		time.Sleep(10 * time.Second)
		begun := time.Now()
		if _, err := port.Transact(t.Context(), []byte("C"), toLF); !errors.Is(err, drivers.ErrPortLost) || !errors.Is(err, fs.ErrNotExist) || time.Since(begun) != 0 {
			t.Errorf("absent: Transact = %v after %v, want ErrPortLost at once", err, time.Since(begun))
		}
		changed = o.Changed()
		peer.Plug()
		begun = time.Now()
		<-changed
		if took := time.Since(begun); took > 250*time.Millisecond {
			t.Errorf("opened %v after its return, want 250ms at most", took)
		}
		exchange(t, port, t.Context(), "D", "<D>")
		if s := o.State(); s.Opens != 2 || s.Reopens != 1 || !s.Open || peer.Opens() != 2 {
			t.Errorf("State() = %+v after %d openings, want opened twice", s, peer.Opens())
		}
	})
}

func TestOwnerLostWhileIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.Line{}, echoes)
		exchange(t, o.Port("gauge"), t.Context(), "A", "<A>")
		peer.Unplug()
		time.Sleep(1100 * time.Millisecond)
		if s := o.State(); s.Open || !errors.Is(s.Err, drivers.ErrPortLost) {
			t.Errorf("State() = %+v, want lost without an exchange", s)
		}
	})
}

func TestOwnerLostInAnExchange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := running(t, drivers.Line{Deadline: 10 * time.Second}, func(_ *drivers.Owner, p *drivertest.Peer) {
			p.Answer = func([]byte) { p.Unplug() }
		})
		var wg sync.WaitGroup
		for n := range 3 {
			wg.Go(func() {
				begun := time.Now()
				_, err := o.Port(fmt.Sprint("gauge", n)).Transact(t.Context(), []byte("A"), toLF)
				if !errors.Is(err, drivers.ErrPortLost) || time.Since(begun) > 100*time.Millisecond {
					t.Errorf("Transact = %v after %v, want ErrPortLost for all who wait", err, time.Since(begun))
				}
			})
		}
		wg.Wait()
	})
}

func TestOwnerRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := errors.New("device or resource busy")
		o, peer := running(t, drivers.Line{}, func(_ *drivers.Owner, p *drivertest.Peer) { p.Refuse(busy) })
		time.Sleep(10 * time.Second)
		if n := peer.Opens(); n < 6 || n > 9 { // 0, .25, .75, 1.75, 3.75, 5.75, 7.75, 9.75
			t.Errorf("opened %d times in 10s, want about 8", n)
		}
		if _, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF); !errors.Is(err, busy) || !errors.Is(err, drivers.ErrPortLost) {
			t.Errorf("Transact = %v, want ErrPortLost and why", err)
		}
	})
}

func TestOwnerStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, peer := drivertest.NewLine(t)
		peer.Answer = peer.Says(func(string) string { return "ok\n" })
		o := drivers.NewOwner(drivers.Address{}, options)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- o.Run(ctx) }()
		exchange(t, o.Port("gauge"), t.Context(), "A", "ok")
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run() = %v, want nil", err)
		}
		if _, err := o.Port("gauge").Transact(t.Context(), []byte("B"), toLF); !errors.Is(err, drivers.ErrPortLost) {
			t.Errorf("Transact = %v, want ErrPortLost", err)
		}
		if s := o.State(); s.Open {
			t.Errorf("State() = %+v, want closed", s)
		}
	})
}

func TestOwnerStoppedInAnExchange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, _ := drivertest.NewLine(t)
		o := drivers.NewOwner(drivers.Address{Line: drivers.Line{Deadline: time.Minute}}, options)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- o.Run(ctx) }()
		failed := make(chan error)
		go func() {
			_, err := o.Port("gauge").Transact(t.Context(), []byte("A"), toLF)
			failed <- err
		}()
		time.Sleep(time.Second)
		begun := time.Now()
		cancel()
		if err := <-failed; !errors.Is(err, drivers.ErrPortLost) {
			t.Errorf("Transact = %v, want ErrPortLost", err)
		}
		if err := <-ended; err != nil || time.Since(begun) > 250*time.Millisecond {
			t.Errorf("Run() = %v after %v, want nil within 250ms", err, time.Since(begun))
		}
	})
}

// dead is a line that opens and is lost at once.
type dead struct{}

func (dead) Read([]byte) (int, error)           { return 0, errors.New("EOF") }
func (dead) Write([]byte) (int, error)          { return 0, errors.New("EIO") }
func (dead) SetReadTimeout(time.Duration) error { return nil }
func (dead) Close() error                       { return nil }

func TestOwnerLostAsSoonAsOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := drivers.NewOwner(drivers.Address{}, drivers.LineOptions{
			Open: func(context.Context, drivers.Address) (drivers.Handle, error) { return dead{}, nil },
		})
		run(t, o)
		for range 200 {
			o.Port("gauge").Transact(t.Context(), []byte("A"), toLF)
			time.Sleep(10 * time.Millisecond)
		}
		if n := o.State().Opens; n < 4 || n > 9 {
			t.Errorf("opened %d times in 2s, want about 8", n)
		}
	})
}
