package command

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/state"
)

// cut is a bench as the next start makes it when the power was cut: nothing more is written.
func (b *bench) cut() *bench {
	b.store.Close()
	next := onBench(b.t, withRules(b.t))
	next.dir = b.dir
	next.store = state.NewStore(state.NewDisk(b.dir))
	if err := next.store.Open(); err != nil {
		b.t.Fatal(err)
	}
	next.Restore(true)
	return next
}

// A crowd of refused commands wears no card out, and none of them is done when a broker brings it again to the next start.
func TestNoneOfACrowdOfRefusedCommandsIsDoneAfterAPowerCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t)
		end := b.run()
		if err := b.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V1", Reason: "hands in", For: time.Hour}); err != nil {
			t.Fatal(err)
		}
		given := func(b *bench, id string, value float64, expires time.Time) string {
			c := order("V1", "open", value)
			c.By, c.ID, c.Expires = buffer.Principal{Name: "mqtt", Via: "mqtt", Rights: []string{buffer.RightCommand}}, id, expires
			r, err := b.Command(t.Context(), c)
			return strings.TrimSpace(fmt.Sprint(r.Result, " ", reasonIn(err)))
		}
		soon := b.clock.Now().Add(time.Minute)
		for n := range 300 {
			if got := given(b, fmt.Sprint("id", n), 1, soon); got != "locked" {
				t.Fatalf("command %d = %q, want refused for the lock", n, got)
			}
			var end savedRefused
			if b.onDisk(RefusedFile, &end); n == 0 && !end.Through.IsZero() {
				t.Errorf("one refusal, which is kept, is a crowd until %v", end.Through)
			}
		}
		var saved []savedAnswer
		if b.onDisk(AnswersFile, &saved); len(saved) == 0 || len(saved) == 300 {
			t.Fatalf("%d refusals are on disk one by one; want some, and not all", len(saved))
		}
		end()
		next := b.cut()
		defer next.run()()
		if err := next.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V1", Unlock: true}); err != nil {
			t.Fatal(err)
		}
		for n := range 300 {
			if got := given(next, fmt.Sprint("id", n), 1, soon); got != "interlock" && got != "repeated" { // what was answered before, or what may have been
				t.Fatalf("command %d, again to the next start = %q, want refused", n, got)
			}
		}
		if n := len(next.actors["V1"].sent()); n != 0 {
			t.Errorf("%d of them were sent", n)
		}
		for _, c := range []struct {
			what, id string
			value    float64
			expires  time.Time
			want     string
		}{
			{"another one that ends as soon", "new1", 1, soon, "repeated"},
			{"one that ends with what may still come", "new2", 1, soon.Add(refusedAhead), "repeated"},
			{"one that ends later", "new3", 1, soon.Add(refusedAhead + time.Second), "success"},
			{"to the idle value", "new4", 0, soon, "success"},
			{"without an end, as people give it", "new5", 1, time.Time{}, "success"},
			{"without an id", "", 1, soon, "success"},
		} {
			if got := given(next, c.id, c.value, c.expires); got != c.want {
				t.Errorf("%s = %q, want %q", c.what, got, c.want)
			}
		}
		if last := next.cut(); given(last, "new6", 1, soon) != "repeated" {
			t.Error("the start after that has forgotten it")
		}
	})
}

// The end is written ahead, so that a crowd is a write in two minutes and not one each; and the later of both is kept.
func TestACrowdOfRefusalsIsFewWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, withRules(t))
		now := b.clock.Now()
		for _, c := range []struct{ expires, through time.Duration }{
			{time.Minute, 3 * time.Minute}, {2 * time.Minute, 3 * time.Minute}, {3 * time.Minute, 3 * time.Minute}, {3*time.Minute + 1, 5*time.Minute + 1}, {time.Second, 5*time.Minute + 1},
		} {
			b.before.extend(now.Add(c.expires))
			if got := b.before.through.Sub(now); got != c.through {
				t.Errorf("with one that ends in %v it goes to %v, want %v", c.expires, got, c.through)
			}
		}
		for _, earlier := range []time.Time{{}, now, b.before.through.Add(time.Hour)} {
			b.before.earlier = earlier
			want := b.before.through
			if earlier.After(want) {
				want = earlier
			}
			if got := b.saveRefused().(savedRefused).Through; !got.Equal(want) {
				t.Errorf("with %v from before and %v since, %v is kept", earlier, b.before.through, got)
			}
		}
	})
}

// A disk that takes nothing holds the answer up once.
func TestARefusalWaitsOnceForADiskThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := storing(t) // nobody writes
		c := order("V9", "open", 1)
		c.ID, c.Expires = "id1", b.clock.Now().Add(time.Minute)
		begun := time.Now()
		if _, err := b.Command(t.Context(), c); err == nil || time.Since(begun) != 2*time.Second {
			t.Errorf("refused with %v after %v, want after 2 s", err, time.Since(begun))
		}
	})
}
