package device

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
	"pychron-edge/agent/task"
	"pychron-edge/buffer"
)

// onItsOwn runs f on a goroutine of its own.
func onItsOwn(f func()) { go f() }

// The loop of a device that waits has no goroutine, and is run on by all that it waits for: its time, somebody who asks for a poll, a line
// that comes unasked, its line's return, and the end.
func TestALoopThatWaitsHasNoGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, func(d *config.DevicePlan) {
			d.Every, d.Line.Line.Unasked = time.Second, "\n"
		})
		var taken atomic.Int32
		b.env.Take = func(string, []buffer.Sample) { taken.Add(1) }
		loops := task.NewGroup(t.Context(), func(err error) { t.Error(err) })
		stop := loops.Begin("laser", b.Start)
		polls := func() int32 {
			synctest.Wait()
			if !b.loop.parked.Load() {
				t.Error("a goroutine runs the loop, though it has nothing to do")
			}
			return taken.Load()
		}
		first := polls()
		if first == 0 {
			t.Fatal("it was not polled when its line was open")
		}
		for range 3 {
			time.Sleep(time.Second)
		}
		if n := polls(); n != first+3 {
			t.Errorf("%d polls in 3 s, want 3", n-first)
		}
		time.Sleep(300 * time.Millisecond)
		before := polls()
		b.PollNow()
		if n := polls(); n != before+1 {
			t.Errorf("%d polls when one was asked for, want 1", n-before)
		}
		b.Heard([]byte("OFF"))
		if polls(); len(b.unasked) != 0 {
			t.Error("what came unasked was not taken")
		}
		before = polls()
		b.beam.line.Opens++
		b.loop.Wake()
		if n := polls(); n == before {
			t.Error("it was not polled when its line returned")
		}
		stop()
		before = taken.Load()
		b.PollNow()
		time.Sleep(time.Minute)
		if synctest.Wait(); taken.Load() != before {
			t.Error("it was polled after its end")
		}
	})
}

// What came between a loop's last look and its parking, when nobody could wake it, is seen by the look after it; and the loop is parked where
// nothing came.
func TestALoopLooksOnceMoreWhenItIsParked(t *testing.T) {
	for why, come := range map[string]func(b *bench, cancel func()){
		"":                                    func(*bench, func()) {},
		"its time has come":                   func(b *bench, _ func()) { b.loop.due.Store(true) },
		"a poll was asked for":                func(b *bench, _ func()) { b.wake <- struct{}{} },
		"a line came unasked":                 func(b *bench, _ func()) { b.unasked <- []byte("OFF") },
		"its line was opened":                 func(b *bench, _ func()) { b.beam.line.Opens++ },
		"it is to end":                        func(_ *bench, cancel func()) { cancel() },
		"its line was lost, which is no work": func(b *bench, _ func()) { b.beam.line.Open = false },
	} {
		b := onBench(t, func(d *config.DevicePlan) { d.Line.Line.Unasked = "\n" })
		ctx, cancel := context.WithCancel(t.Context())
		b.loop.device, b.loop.ctx, b.loop.seen = b.Device, ctx, 1
		come(b, cancel)
		want := why == "" || why == "its line was lost, which is no work"
		if parked := b.loop.park(); parked != want || b.loop.parked.Load() != want {
			t.Errorf("%s: parked %v and may be woken %v, want %v", why, parked, b.loop.parked.Load(), want)
		}
		cancel()
	}
}

// Whatever wakes it at whatever moment, a loop polls again: none of many that ask at once is lost between its last look and its parking.
func TestNoWakeUpIsLost(t *testing.T) {
	b := onBench(t, func(d *config.DevicePlan) { d.Every = time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	wake := b.Start(ctx, onItsOwn, func(err error) { ended <- err })
	for n := range 2000 {
		b.PollNow()
		for begun := time.Now(); len(b.wake) > 0; time.Sleep(time.Microsecond) {
			if time.Since(begun) > 10*time.Second {
				t.Fatalf("poll %d was asked for and never made", n)
			}
		}
	}
	cancel()
	wake()
	if err := <-ended; err != nil {
		t.Errorf("the loop ended with %v, want nil", err)
	}
}

// A panic in a loop is told as one, with whose it was.
func TestAPanicInALoopIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, nil)
		b.env.Take = nil // it is called at the first reading
		ended := make(chan error, 1)
		b.Start(t.Context(), onItsOwn, func(err error) { ended <- err })
		if err := <-ended; !errors.Is(err, task.ErrPanic) {
			t.Errorf("the loop ended with %v, want %v", err, task.ErrPanic)
		}
	})
}
