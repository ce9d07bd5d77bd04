package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// Which command that waits is what one more asks for, and until when it holds then.
func TestWhichCommandIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		me := rules.Ref{Device: "V1", Point: "open"}
		soon, late := b.clock.Now().Add(time.Minute), b.clock.Now().Add(time.Hour)
		for what, c := range map[string]struct {
			job      job
			expires  time.Time // of the one more
			followed bool
			until    time.Time
		}{
			"the last, which waits":              {job{number: 7, command: order("V1", "open", 0)}, time.Time{}, true, time.Time{}},
			"one before the last":                {job{number: 6, command: order("V1", "open", 0)}, time.Time{}, false, time.Time{}},
			"one for another value":              {job{number: 7, command: order("V1", "open", 1)}, time.Time{}, false, time.Time{}},
			"one that is sent":                   {job{number: 7, command: order("V1", "open", 0), sent: true}, time.Time{}, false, time.Time{}},
			"one that ends, for one that does":   {job{number: 7, command: order("V1", "open", 0), expires: soon, until: soon}, late, true, late},
			"one that ends, for one before":      {job{number: 7, command: order("V1", "open", 0), expires: late, until: late}, soon, true, late},
			"one that ends, for one without end": {job{number: 7, command: order("V1", "open", 0), expires: soon, until: soon}, time.Time{}, true, time.Time{}},
			"one without end, for one that ends": {job{number: 7, command: order("V1", "open", 0)}, soon, true, time.Time{}},
		} {
			b.moving[me], b.latest[me] = []*job{&c.job}, 7
			more := order("V1", "open", 0)
			more.Expires = c.expires
			if j := b.waiting(more); (j == &c.job) != c.followed || !c.job.expires.Equal(c.until) && c.followed || !c.job.until.Equal(c.until) && c.followed {
				t.Errorf("%s: followed %t, until %v and %v; want %t, %v", what, j != nil, c.job.expires, c.job.until, c.followed, c.until)
			}
		}
		delete(b.moving, me)
	})
}

// asked sends a command in the background, and gives its answer.
func (b *bench) asked(c buffer.CommandRequest) <-chan string {
	answer := make(chan string, 1)
	go func() {
		r, err := b.Command(b.t.Context(), c)
		answer <- fmt.Sprint(r.Result, " ", reasonIn(err))
	}()
	synctest.Wait()
	return answer
}

// The one that is followed is done though its own time is over, where the one that follows it has none; both hear the same.
func TestWhatIsFollowedHasTheLaterEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, &config.Plan{Devices: []*config.DevicePlan{laser("laser")}})
		b.actors["laser"].takes = time.Second
		for n := range queueLimit - 1 {
			b.asked(order("laser", "power", float64(n)))
		}
		last := order("laser", "enabled", 0)
		last.Expires = b.clock.Now().Add(2 * time.Second)
		first, second := b.asked(last), b.asked(order("laser", "enabled", 0))
		if one, two := <-first, <-second; one != "success " || two != "success " {
			t.Errorf("answers = %q, %q; want success twice", one, two)
		}
	})
}

// What is being sent is not followed: the one that comes after it is sent as well.
func TestWhatIsSentIsNotFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, &config.Plan{Devices: []*config.DevicePlan{laser("laser")}})
		b.actors["laser"].takes = time.Second
		answers := []<-chan string{b.asked(order("laser", "enabled", 0))}
		for n := range queueLimit - 1 {
			answers = append(answers, b.asked(order("laser", "power", float64(n))))
		}
		answers = append(answers, b.asked(order("laser", "enabled", 0)))
		for _, a := range answers {
			<-a
		}
		if n := len(b.actors["laser"].sent()); n != queueLimit+2 { // with the halt at the start
			t.Errorf("%d sent, want every one", n)
		}
	})
}

// What waits while its device is halted is refused for the halt, and not because the agent stops.
func TestWhatWaitsIsRefusedForTheHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, &config.Plan{Devices: []*config.DevicePlan{laser("laser")}})
		b.actors["laser"].takes = time.Second
		b.asked(order("laser", "enabled", 1))
		waits := b.asked(order("laser", "power", 7))
		if _, err := b.Halt(t.Context(), stopper); err != nil {
			t.Fatal(err)
		}
		if got := <-waits; got != " halted" {
			t.Errorf("one that waited is answered %q, want refused as halted", got)
		}
	})
}

// A follower hears that the agent stopped while it waited.
func TestAFollowerHearsOfTheStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, &config.Plan{Devices: []*config.DevicePlan{laser("laser")}})
		b.actors["laser"].takes = time.Second
		for n := range queueLimit - 1 {
			b.asked(order("laser", "power", float64(n)))
		}
		b.asked(order("laser", "enabled", 0))
		answer := make(chan error, 1)
		go func() { _, err := b.Command(t.Context(), order("laser", "enabled", 0)); answer <- err }()
		synctest.Wait()
		b.work.Stop()
		if err := <-answer; !errors.Is(err, buffer.ErrUnsettled) && !errors.Is(err, buffer.ErrConflict) || !strings.Contains(err.Error(), "laser.enabled") {
			t.Errorf("answer = %v, want that the agent stopped while laser.enabled waited", err)
		}
	})
}

// One that has nothing to follow any more says which command it was.
func TestAFollowerNamesItsCommand(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	j := &job{command: order("V1", "open", 0), same: &job{done: make(chan struct{})}}
	if j.follow(ctx); !errors.Is(j.err, buffer.ErrUnsettled) || !strings.Contains(j.err.Error(), "V1.open: the agent stopped") {
		t.Errorf("answer = %v, want that the agent stopped while V1.open waited", j.err)
	}
}

// A command that hangs is given up after its bound.
func TestACommandThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		b.actors["V1"].takes = time.Hour
		begun := time.Now()
		if r, err := b.Command(t.Context(), order("V1", "open", 1)); !errors.Is(err, buffer.ErrUnsettled) || r.Result != "unknown" || r.Value != nil || time.Since(begun) != 30*time.Second {
			t.Errorf("answer = %+v, %v after %v; want unknown after 30 s", r, err, time.Since(begun))
		}
	})
}

// Of several reasons that a command is refused for at the last moment, its end is not told in place of a lock.
func TestALockIsToldBeforeAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		var shift atomic.Int64
		b.clock.Wall = func() time.Time { return time.Now().Add(time.Duration(shift.Load())) }
		b.actors["V1"].takes = 10 * time.Second
		b.asked(order("V1", "open", 0))
		c := order("V1", "open", 1)
		c.Expires = b.clock.Now().Add(5 * time.Second)
		answer := b.asked(c)
		b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V1"})
		shift.Store(int64(-time.Hour))
		if got := <-answer; got != " locked" {
			t.Errorf("answer = %q, want that it is locked", got)
		}
	})
}

// A rule is judged on what is present when a command is let in, whoever has looked before.
func TestACommandIsJudgedOnWhatIsPresent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		b.reads(0.1)
		b.puts(5)
		if _, err := b.Command(t.Context(), order("V1", "open", 1)); reasonIn(err) != "interlock" {
			t.Errorf("opening = %v, want it refused", err)
		}
	})
}

// slow is the laser with a power that rises by 10 % in a second.
func slow(t *testing.T) *bench {
	p := &config.Plan{Devices: []*config.DevicePlan{laser("laser")}}
	p.Devices[0].Slew = 10
	b := onBench(t, p)
	if _, err := b.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
		t.Fatal(err)
	}
	return b
}

// A power that rises by its slew goes on though the command's time is over meanwhile, and rises a step in a tenth of a second.
func TestAClimbOutlivesItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := slow(t)
		c := order("laser", "power", 5)
		c.Expires = b.clock.Now().Add(200 * time.Millisecond)
		begun := time.Now()
		r, err := b.Command(t.Context(), c)
		if err != nil || r.Result != "success" || *r.Value != 5 || time.Since(begun) != 400*time.Millisecond {
			t.Errorf("answer = %+v, %v after %v; want success after 400 ms", r, err, time.Since(begun))
		}
		if sent := b.actors["laser"].sent(); !slices.Equal(sent, []string{"halt", "enabled 1", "power 1", "power 2", "power 3", "power 4", "power 5"}) {
			t.Errorf("sent %q, want five steps", sent)
		}
		if all := b.events("commands_total"); len(all) != 3 || !strings.Contains(all[2].Note, "old=0 new=5 took=400ms") {
			t.Errorf("told %+v, want the halt at the start, the enable, and one command from 0 to 5", all)
		}
	})
}

// A climb ends at whatever refuses it, at a later command for the power, and at one that makes the laser idle; not at one that is for
// something else.
func TestWhatEndsAClimb(t *testing.T) {
	for what, c := range map[string]struct {
		do     func(*bench)
		answer string
		sent   []string
	}{
		"a lock":                         {func(b *bench) { b.Lock(context.Background(), buffer.LockRequest{By: kl, Device: "laser"}) }, "failed locked", nil},
		"a power below":                  {func(b *bench) { b.asked(order("laser", "power", 1)) }, "failed error", []string{"power 1"}},
		"the laser disabled":             {func(b *bench) { b.asked(order("laser", "enabled", 0)) }, "failed error", []string{"enabled 0"}},
		"the laser enabled":              {func(b *bench) { b.asked(order("laser", "enabled", 1)) }, "success ", []string{"enabled 1", "power 3", "power 4", "power 5"}},
		"a line that is lost":            {func(b *bench) { b.actors["laser"].with(func(a *actor) { a.err = drivers.ErrRefused }) }, "failed error", []string{"power 3"}},
		"the end of all, and of nothing": {func(*bench) {}, "success ", []string{"power 3", "power 4", "power 5"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := slow(t)
			answer := b.asked(order("laser", "power", 5))
			time.Sleep(150 * time.Millisecond)
			before := len(b.actors["laser"].sent())
			c.do(b)
			if got := <-answer; got != c.answer {
				t.Errorf("%s: answer = %q, want %q", what, got, c.answer)
			}
			synctest.Wait()
			if sent := b.actors["laser"].sent()[before:]; !slices.Equal(sent, c.sent) {
				t.Errorf("%s: sent then %q, want %q", what, sent, c.sent)
			}
			if n := len(b.events("commands_refused_total")); n != 0 {
				t.Errorf("%s: %d refusals told of what was begun, want none", what, n)
			}
		})
	}
}

// The answer of a climb that ended says how far it came; one that fails is told at once.
func TestHowFarAClimbCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := slow(t)
		go func() {
			time.Sleep(150 * time.Millisecond)
			b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "laser"})
		}()
		r, err := b.Command(t.Context(), order("laser", "power", 5))
		if r.Value == nil || *r.Value != 2 || err == nil || !strings.HasPrefix(err.Error(), "ended at 2: ") {
			t.Errorf("answer = %+v, %v; want that it ended at 2", r, err)
		}
		b.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "laser", Unlock: true})
		b.actors["laser"].err = drivers.ErrRefused
		begun := time.Now()
		if _, err := b.Command(t.Context(), order("laser", "power", 10)); !errors.Is(err, drivers.ErrRefused) || time.Since(begun) != 0 {
			t.Errorf("of one that is refused = %v after %v, want it at once", err, time.Since(begun))
		}
	})
}

// A laser with a slew is not switched on at a power that it would jump to.
func TestAPowerIsNotJumpedTo(t *testing.T) {
	for what, c := range map[string]struct {
		slew, power, enabled float64
		of                   buffer.CommandRequest
		want                 string
	}{
		"at a power":                    {10, 50, 0, order("laser", "enabled", 1), "interlock"},
		"at none":                       {10, 0, 0, order("laser", "enabled", 1), ""},
		"without a slew":                {0, 50, 0, order("laser", "enabled", 1), ""},
		"switched off":                  {10, 50, 0, order("laser", "enabled", 0), ""},
		"switched on again while it is": {10, 50, 1, order("laser", "enabled", 1), ""},
		"another power":                 {10, 50, 0, order("laser", "power", 10), ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := &config.Plan{Devices: []*config.DevicePlan{laser("laser")}}
			p.Devices[0].Slew = c.slew
			b := onBench(t, p)
			b.Command(t.Context(), order("laser", "enabled", 0)) // after the halt at the start
			b.actors["laser"].shows["power"], b.actors["laser"].shows["enabled"] = c.power, c.enabled
			b.look()
			if _, err := b.Command(t.Context(), c.of); reasonIn(err) != c.want {
				t.Errorf("%s: %v, want %q", what, err, c.want)
			}
		})
	}
}
