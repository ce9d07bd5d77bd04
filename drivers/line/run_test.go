package line_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"
)

func TestOwnerAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{}, echoes)
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
		o, peer := running(t, drivers.LineSettings{}, echoes)
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
		o, _ := running(t, drivers.LineSettings{Deadline: 10 * time.Second}, func(_ *line.Owner, p *drivertest.Peer) {
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
		o, peer := running(t, drivers.LineSettings{}, func(_ *line.Owner, p *drivertest.Peer) { p.Refuse(busy) })
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
		options, peer := drivertest.InMemory(t)
		peer.Answer = peer.Says(func(string) string { return "ok\n" })
		o := line.NewOwner(line.Address{}, options)
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
		options, _ := drivertest.InMemory(t)
		o := line.NewOwner(line.Address{Line: drivers.LineSettings{Deadline: time.Minute}}, options)
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

// broken is a line whose code has a mistake.
type broken struct{ line.Handle }

func (broken) Write([]byte) (int, error) { panic("index out of range") }

// A panic ends the line and is given to who waits for it. Nobody waits for ever for an answer, and the process goes on, to halt what others hold.
func TestOwnerPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, _ := drivertest.InMemory(t)
		open := options.Open
		options.Open = func(ctx context.Context, a line.Address) (line.Handle, error) {
			h, err := open(ctx, a)
			return broken{h}, err
		}
		o := line.NewOwner(line.Address{}, options)
		ended := make(chan error)
		go func() { ended <- o.Run(t.Context()) }()
		for _, request := range []string{"under way", "later"} {
			if _, err := o.Port("gauge").Transact(t.Context(), []byte(request), toLF); !errors.Is(err, drivers.ErrPortLost) {
				t.Errorf("%s: Transact = %v, want ErrPortLost", request, err)
			}
			if request == "under way" {
				if err := <-ended; err == nil || !strings.Contains(err.Error(), "index out of range") || !strings.Contains(err.Error(), "tend") {
					t.Errorf("Run() = %v, want the panic with its stack", err)
				}
			}
		}
		if s := o.State(); s.Open {
			t.Errorf("State() = %+v, want closed", s)
		}
	})
}

// Who starts a line without waiting is told once that it is closed, also where a write was left behind before and returns afterwards.
func TestOwnerStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		options, peer := drivertest.InMemory(t)
		o := line.NewOwner(line.Address{}, options)
		echoes(o, peer)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		stop := o.Start(ctx, func(f func()) { go f() }, func(err error) { ended <- err })
		exchange(t, o.Port("gauge"), t.Context(), "A", "<A>")
		peer.Block(true)
		o.Port("gauge").Transact(t.Context(), []byte("B"), toLF)
		time.Sleep(10 * time.Second)
		if opens := peer.Opens(); opens != 2 || len(ended) != 0 {
			t.Errorf("after a write that does not return: %d openings, ended %d times; want 2 and none", opens, len(ended))
		}
		cancel()
		stop()
		synctest.Wait()
		peer.Block(false)
		synctest.Wait()
		if len(ended) != 1 || <-ended != nil {
			t.Errorf("ended %d times, want once, without an error", len(ended))
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
		o := line.NewOwner(line.Address{}, line.Options{
			Open: func(context.Context, line.Address) (line.Handle, error) { return dead{}, nil },
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

// A line that is lost is found out a second after it was last used, however it was used before.
func TestLossOfAnIdleLine(t *testing.T) {
	for _, pauses := range [][]time.Duration{{}, {100, 100, 100, 100, 100, 100, 100}, {400, 400}, {600, 600, 600}, {900, 300, 900}, {990, 990, 990}, {1000, 1500}} {
		synctest.Test(t, func(t *testing.T) {
			o, peer := running(t, drivers.LineSettings{}, echoes)
			port := o.Port("gauge")
			exchange(t, port, t.Context(), "A", "<A>")
			for _, pause := range pauses {
				time.Sleep(pause * time.Millisecond)
				exchange(t, port, t.Context(), "B", "<B>")
			}
			peer.Unplug()
			time.Sleep(990 * time.Millisecond)
			open := o.State().Open
			time.Sleep(20 * time.Millisecond)
			if after := o.State().Open; !open || after {
				t.Errorf("used at pauses of %v ms: open %v 0.99 s after the last, and %v after 1.01 s; want true, false", pauses, open, after)
			}
		})
	}
}
