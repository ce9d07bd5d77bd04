package line_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
)

func TestOwnerWedged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{}, echoes)
		port := o.Port("gauge")
		exchange(t, port, t.Context(), "A", "<A>")
		peer.Block(true)
		for n := 1; n <= 3; n++ {
			begun := time.Now()
			_, err := port.Transact(t.Context(), []byte("B"), toLF)
			if took := time.Since(begun); !errors.Is(err, drivers.ErrPortLost) || took > 1100*time.Millisecond {
				t.Errorf("write %d that does not return: Transact = %v after %v, want ErrPortLost within its bound", n, err, took)
			}
			time.Sleep(500 * time.Millisecond)
			if s := o.State(); !s.Wedged || s.Unavailable != (n == 3) {
				t.Errorf("after %d: State() = %+v, want wedged, unavailable after 3", n, s)
			}
		}
		time.Sleep(time.Minute)
		if n := peer.Opens(); n != 3 {
			t.Errorf("opened %d times, want 3", n)
		}
		peer.Block(false)
		time.Sleep(time.Second)
		exchange(t, port, t.Context(), "C", "<C>")
		if s := o.State(); s.Wedged || s.Unavailable {
			t.Errorf("State() = %+v, want neither wedged nor unavailable when the writes returned", s)
		}
	})
}

func TestOwnerHaltOnWedgedLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, peer := running(t, drivers.LineSettings{}, echoes)
		exchange(t, o.Port("gauge"), t.Context(), "A", "<A>")
		peer.Block(true)
		failed := make(chan time.Duration, 1)
		begun := time.Now()
		go func() {
			o.Port("gauge").Transact(t.Context(), []byte("B"), toLF)
			failed <- time.Since(begun)
		}()
		time.Sleep(100 * time.Millisecond)
		halted := time.Now()
		_, err := o.Port("laser").Transact(drivers.WithPriority(t.Context(), drivers.Halt), []byte("HALT"), toLF)
		if took := time.Since(halted); !errors.Is(err, drivers.ErrPortLost) || took > 250*time.Millisecond {
			t.Errorf("halt = %v after %v, want ErrPortLost within 250ms", err, took)
		}
		if took := <-failed; took > 350*time.Millisecond {
			t.Errorf("the write was given up after %v, want sooner while a halt waits", took)
		}
	})
}
