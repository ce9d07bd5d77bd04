package device

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
)

var someone = buffer.Principal{Name: "kl"}

// A halt that the driver does not end is cut after its bounds: one second for its turn and three with it.
func TestHaltEndsAtItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, nil)
		b.beam.haltTime = time.Hour
		begun := time.Now()
		err := b.HaltAndReport(t.Context(), someone, "asked for")
		if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took != 4*time.Second {
			t.Errorf("a halt that does not end = %v after %v, want %v after 4s", err, took, context.DeadlineExceeded)
		}
	})
}

// What a halt that was made leaves: the laser off and known to be, its halt counted, told to be done, recorded, and the laser read at once.
func TestWhatAHaltLeaves(t *testing.T) {
	b := onBench(t, nil)
	if b.LaserOnSince() == 0 || b.LaserHeard() {
		t.Fatalf("before anything was heard it counts as on since %v, heard %t; want on and not heard", b.LaserOnSince(), b.LaserHeard())
	}
	if err := b.HaltAndReport(t.Context(), someone, "asked for"); err != nil {
		t.Fatal(err)
	}
	if b.LaserOnSince() != 0 || !b.LaserHeard() {
		t.Errorf("after a halt it counts as on since %v, heard %t; want off and heard", b.LaserOnSince(), b.LaserHeard())
	}
	if len(b.done) != 1 || b.count["halt"] != 1 || len(b.told) != 1 || len(b.wake) != 1 || b.PendingHalt() {
		t.Errorf("after a halt done %q, counted %v, %d events, %d wakes, pending %t; want one of each and none pending",
			b.done, b.count, len(b.told), len(b.wake), b.PendingHalt())
	}
	if b.commanded["enabled"] != 0 || len(b.commanded) != 2 {
		t.Errorf("after a halt it was told %v, want all idle", b.commanded)
	}
}

// A halt that cannot be sent is kept, told once for each kind of failure, and due again after a second.
func TestHaltThatFailsIsDueAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, nil)
		b.beam.err = drivers.ErrPortLost
		for range 2 {
			if err := b.HaltAndReport(t.Context(), someone, "asked for"); !errors.Is(err, drivers.ErrPortLost) {
				t.Fatalf("halt = %v, want %v", err, drivers.ErrPortLost)
			}
		}
		if len(b.told) != 1 || len(b.done) != 0 || b.LaserOnSince() == 0 || !b.PendingHalt() {
			t.Errorf("two halts that failed: %d events, done %q, on since %v, pending %t; want one event and the laser on", len(b.told), b.done, b.LaserOnSince(), b.PendingHalt())
		}
		b.beam.err = drivers.ErrTimeout
		b.HaltAndReport(t.Context(), someone, "asked for")
		if len(b.told) != 2 {
			t.Errorf("%d events after it failed in another way, want 2", len(b.told))
		}
		if _, _, due := b.BeginHaltAgain(); due || b.BeginHaltOnce() {
			t.Error("a halt that has just failed is due or begun again, want it after a second")
		}
		time.Sleep(time.Second)
		by, why, due := b.BeginHaltAgain()
		if !due || by.Name != "kl" || why != "asked for" || !b.PendingHalt() {
			t.Errorf("after a second due %t by %q for %q, pending %t; want what was asked for", due, by.Name, why, b.PendingHalt())
		}
		if _, _, due := b.BeginHaltAgain(); due {
			t.Error("a halt that is under way is due again")
		}
		b.beam.err = nil
		if err := b.HaltAndReport(t.Context(), by, why); err != nil || b.PendingHalt() || len(b.told) != 3 {
			t.Errorf("the halt that could be sent = %v, pending %t, %d events; want nil, nothing pending, 3 events", err, b.PendingHalt(), len(b.told))
		}
	})
}

func TestHaltIsBegunOnce(t *testing.T) {
	b := onBench(t, nil)
	if _, _, due := b.BeginHaltAgain(); due || b.PendingHalt() {
		t.Error("a halt is due or pending that nobody asked for")
	}
	if !b.BeginHaltOnce() || !b.PendingHalt() || b.BeginHaltOnce() {
		t.Error("a halt that is under way is begun again")
	}
	b = onBench(t, nil)
	b.BeginHalt()
	if !b.PendingHalt() || b.BeginHaltOnce() {
		t.Error("a halt that was begun is not under way")
	}
}

// What is not known to be idle after a halt, and why.
func TestConfirmIdle(t *testing.T) {
	for _, c := range []struct {
		state string
		plan  func(*config.DevicePlan)
		beam  func(*beam)
		want  string
	}{
		{"all idle", nil, func(b *beam) { b.reads("enabled", 0, ""); b.reads("power", 0, "") }, ""},
		{"what does not show", func(p *config.DevicePlan) { p.Moves[1].Idle = 20 }, func(b *beam) { b.reads("enabled", 0, "") }, ""},
		{"on", nil, func(b *beam) { b.reads("enabled", 1, ""); b.reads("power", 0, "") }, "enabled is 1"},
		{"a level", nil, func(b *beam) { b.reads("enabled", 0, ""); b.reads("power", 30, "") }, "power is 30"},
		{"a value that is missing", nil, func(b *beam) { b.reads("enabled", 0, "no answer"); b.reads("power", 0, "") }, "enabled is not known: no answer"},
		{"a pulse", func(p *config.DevicePlan) { p.Moves[0].Pulse = true }, func(b *beam) { b.reads("enabled", 1, ""); b.reads("power", 0, "") }, ""},
		{"no answer", nil, func(b *beam) { b.err = drivers.ErrTimeout }, "it could not be read: "},
		{"a slow answer", nil, func(b *beam) { b.readTime = 501 * time.Millisecond }, "it could not be read: "},
		{"an answer in time", nil, func(b *beam) { b.readTime = 500*time.Millisecond - 1 }, ""},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := onBench(t, c.plan)
				if err := b.HaltAndReport(t.Context(), someone, "asked for"); err != nil {
					t.Fatal(err)
				}
				c.beam(b.beam)
				took := b.taken
				got := b.ConfirmIdle(t.Context())
				if read := b.taken > took; read != !strings.HasPrefix(c.want, "it could not") {
					t.Errorf("what was read is present: %t", read)
				}
				if got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want)) {
					t.Errorf("ConfirmIdle() = %q, want %q", got, c.want)
				}
				if s, _ := b.Status(); (s.Health == Healthy) != !strings.HasPrefix(c.want, "it could not") {
					t.Errorf("health is %s after it", s.Health)
				}
				if _, end, err := b.Use(t.Context(), b.Mark()); err != nil {
					t.Errorf("using it afterwards = %v, want nil", err)
				} else {
					end()
				}
			})
		})
	}
}

// A device that rests open is told the idle value of each control: that of a valve which opens only where the configuration says so.
func TestHaltOfWhatRestsOpen(t *testing.T) {
	for _, c := range []struct {
		onHalt string
		want   string
	}{{"", "power"}, {"idle", "enabled power"}} {
		b := onBench(t, func(p *config.DevicePlan) {
			p.Model.Laser, p.Model.Family, p.Moves[0].Idle, p.OnHalt = false, "valve", 1, c.onHalt
		})
		if err := b.HaltAndReport(t.Context(), someone, "asked for"); err != nil || strings.Join(b.beam.sent, " ") != c.want {
			t.Errorf("on_halt %q: halt = %v and sent %q, want %q", c.onHalt, err, b.beam.sent, c.want)
		}
		b.beam.err = drivers.ErrRefused
		if err := b.HaltAndReport(t.Context(), someone, "asked for"); !errors.Is(err, drivers.ErrRefused) {
			t.Errorf("on_halt %q: a halt that is refused = %v, want %v", c.onHalt, err, drivers.ErrRefused)
		}
	}
}

// A halt is under way from when it is asked for, not only once it has its turn.
func TestHaltIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, nil)
		b.beam.haltTime = time.Second
		go b.HaltAndReport(t.Context(), someone, "asked for")
		synctest.Wait()
		if !b.PendingHalt() || b.BeginHaltOnce() {
			t.Error("a halt that lasts is not under way")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if b.PendingHalt() {
			t.Error("a halt that was made is under way")
		}
	})
}
