package notify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
)

func TestReceiverAwayGetsEveryAlarmOnceInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["lab"] = errAway
		x := newTrial(t, p, nil, receiverOf("lab"))
		var want []string
		for n := range 20 { // one every 30 s, for ten minutes
			x.change(named(n), Raised, "lab")
			want = append(want, named(n)+" raised")
			after(30 * time.Second)
		}
		if got := p.list("lab"); len(got) != 0 {
			t.Errorf("while away = %q, want nothing", got)
		}
		if p.attempts("lab") > 20 {
			t.Errorf("%d tries in ten minutes, want fewer with every failure", p.attempts("lab"))
		}
		if !strings.Contains(x.Health(), "lab since") || !strings.Contains(x.Health(), "20 waiting: connection refused") {
			t.Errorf("health = %q, want it to name the receiver, how many wait and why", x.Health())
		}
		p.set(func() { delete(p.away, "lab") })
		after(maxPause)
		if got := p.list("lab"); !slices.Equal(got, want) {
			t.Errorf("after it returned = %q, want every alarm once, in order", got)
		}
		if x.Health() != "" || x.counted("lab sent") != 20 {
			t.Errorf("health %q, %v sent, want nothing wrong and 20", x.Health(), x.counted("lab sent"))
		}
		x.stop(t)
	})
}

func TestDeadReceiverDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["dead"], p.silent["silent"] = errAway, true
		x := newTrial(t, p, nil, receiverOf("dead"), receiverOf("silent"), receiverOf("lab"))
		for n := range 50 {
			before := time.Now()
			x.change(named(n), Raised, "dead", "silent", "lab")
			if took := time.Since(before); took != 0 {
				t.Fatalf("to send took %v, want nothing", took)
			}
			after(time.Second)
			if got := p.times("lab"); len(got) != n+1 || got[n].Sub(before) > time.Second {
				t.Fatalf("alarm %d reached the lab at %v, want within 1 s of %v", n, got, before)
			}
		}
		x.stop(t)
	})
}

func TestBackOffDoublesToFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, start := newPhone(), time.Now()
		p.away["lab"] = errAway
		x := newTrial(t, p, nil, receiverOf("lab"))
		x.change("a", Raised, "lab")
		var at []time.Duration
		for before := 0; len(at) < 12; {
			synctest.Wait()
			if n := p.attempts("lab"); n > before {
				before, at = n, append(at, time.Since(start))
			}
			time.Sleep(time.Second)
		}
		var gaps []time.Duration
		for i := range len(at) - 1 {
			gaps = append(gaps, (at[i+1]-at[i])/time.Second)
		}
		if want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}; !slices.Equal(gaps, want) {
			t.Errorf("pauses between tries = %v s, want %v", gaps, want)
		}
		x.stop(t)
	})
}

func TestReceiverThatAsksForTimeGetsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["lab"] = &failure{err: errors.New("429"), after: 10 * time.Minute}
		x := newTrial(t, p, nil, receiverOf("lab"))
		x.change("a", Raised, "lab")
		p.set(func() { delete(p.away, "lab") })
		after(10*time.Minute - time.Second)
		if p.attempts("lab") != 1 {
			t.Errorf("%d tries before the time it asked for, want 1", p.attempts("lab"))
		}
		after(time.Second)
		if got := p.list("lab"); !slices.Equal(got, []string{"a raised"}) {
			t.Errorf("after it = %q, want the alarm", got)
		}
		x.stop(t)
	})
}

func TestMessageThatIsRefusedHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["lab"] = &failure{err: errors.New("400"), refused: true}
		x := newTrial(t, p, nil, receiverOf("lab"))
		x.change("a", Raised, "lab")
		p.set(func() { delete(p.away, "lab") })
		x.change("b", Raised, "lab")
		if got := p.list("lab"); !slices.Equal(got, []string{"b raised"}) {
			t.Errorf("at once = %q, want the one that was not refused", got)
		}
		after(time.Second)
		if got := p.list("lab"); !slices.Equal(got, []string{"b raised", "a raised"}) {
			t.Errorf("after a second = %q, want the other, too", got)
		}
		x.stop(t)
	})
}

func TestWaitingMessagesSurviveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, store := newPhone(), &memory{}
		x := newTrial(t, p, store, receiverOf("lab"), receiverOf("gone"))
		x.change("a", Raised, "lab")
		if all, _ := store.Load(); len(all) != 1 || all[0].Sent.IsZero() {
			t.Errorf("store = %+v, want the message as sent, at once", all)
		}
		p.set(func() { p.away["lab"], p.away["gone"] = errAway, errAway })
		x.change("b", Raised, "lab", "gone")
		x.change("a", Ended, "lab")
		x.stop(t)

		time.Sleep(time.Hour)
		p.set(func() { clear(p.away) })
		x = newTrial(t, p, store, receiverOf("lab"))
		after(0)
		if got, want := p.list("lab"), []string{"a raised", "b raised", "a ended"}; !slices.Equal(got, want) {
			t.Errorf("after the restart = %q, want %q", got, want)
		}
		if got := x.Announced(); !slices.Equal(got, []string{"b"}) {
			t.Errorf("announced = %q, want b alone", got)
		}
		if got := x.recorded(); len(got) != 1 || !strings.Contains(got[0].Note, "to=gone") {
			t.Errorf("events = %v, want one for what its receiver will not get", got)
		}
		x.stop(t)

		x = newTrial(t, p, store, receiverOf("lab"))
		x.change("b", Raised, "lab")
		x.change("b", Ended, "lab")
		if got := p.list("lab")[3:]; !slices.Equal(got, []string{"b ended"}) {
			t.Errorf("after a second restart = %q, want only the end of what was sent before", got)
		}
		x.stop(t)
	})
}

func TestNinetyAlarmsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["lab"] = errAway
		x := newTrial(t, p, nil, receiverOf("lab"))
		for n := range 90 {
			x.change(named(n), Raised, "lab")
		}
		p.set(func() { clear(p.away) })
		after(time.Minute)
		if got := p.list("lab"); len(got) != 90 || !slices.IsSorted(got) {
			t.Errorf("%d of 90 arrived: %q, want all in order", len(got), got)
		}
		x.stop(t)
	})
}

func TestFullQueueLosesNothingWithoutAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["lab"] = errAway
		x := newTrial(t, p, nil, receiverOf("lab"))
		x.Send(Message{Alarm: "important", State: Raised, Priority: "high", Time: time.Now()}, "lab")
		for n := range capacity + 40 {
			x.change(named(n), Raised, "lab")
		}
		p.set(func() { clear(p.away) })
		after(time.Hour)
		got, lost := p.list("lab"), x.recorded()
		if len(got) != capacity || len(lost) != 41 || got[0] != "important raised" {
			t.Errorf("%d arrived beginning with %q, %d events, want %d, the important one and 41", len(got), got[0], len(lost), capacity)
		}
		for _, e := range lost {
			if e.Metric != "agent_notify_failures_total" || e.Labels.Value("to") != "lab" || !strings.Contains(e.Note, "alarm=") {
				t.Errorf("event %+v, want one that counts and names alarm and receiver", e)
			}
		}
		x.stop(t)
	})
}

func TestMessageIsGivenUpAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["lab"] = errAway
		x := newTrial(t, p, nil, receiverOf("lab"))
		x.change("a", Raised, "lab")
		after(24*time.Hour - time.Second)
		if got := x.recorded(); len(got) != 0 || x.Waiting()["lab"] != 1 {
			t.Errorf("before a day: events %v, waiting %v, want none and 1", got, x.Waiting())
		}
		after(maxPause)
		if got := x.recorded(); len(got) != 1 || !strings.Contains(got[0].Note, "a day") || x.Waiting()["lab"] != 0 {
			t.Errorf("after a day: events %v, waiting %v, want one and 0", got, x.Waiting())
		}
		x.stop(t)
	})
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, to := newPhone(), receiverOf("lab")
		to.Delay = 30 * time.Second
		x := newTrial(t, p, nil, to)
		x.change("short", Raised, "lab")
		x.change("long", Raised, "lab")
		after(20 * time.Second)
		x.change("short", Ended, "lab")
		after(9 * time.Second)
		if got := p.list("lab"); got != nil {
			t.Errorf("before the delay = %q, want nothing", got)
		}
		after(time.Second)
		x.change("long", Ended, "lab")
		if got := p.list("lab"); !slices.Equal(got, []string{"long raised", "long ended"}) {
			t.Errorf("after it = %q, want only the alarm that was still active, and its end", got)
		}
		if x.counted("lab superseded") != 2 {
			t.Errorf("%v superseded, want beginning and end of the short one", x.counted("lab superseded"))
		}
		x.stop(t)
	})
}

func TestReminders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, to := newPhone(), receiverOf("lab")
		to.Repeat = 30 * time.Minute
		x := newTrial(t, p, nil, to)
		count := func() int { return len(p.list("lab")) }
		x.change("a", Raised, "lab")
		after(91 * time.Minute)
		if got := p.list("lab"); !slices.Equal(got, []string{"a raised", "a active", "a active", "a active"}) {
			t.Errorf("after 91 minutes = %q, want three reminders", got)
		}
		x.change("a", Suppressed, "lab")
		after(2 * time.Hour)
		if count() != 4 {
			t.Errorf("suppressed: %d messages, want no reminder more than 4", count())
		}
		x.change("a", Raised, "lab")
		if count() != 5 {
			t.Errorf("resumed: %d messages, want the reminder that is due", count())
		}
		x.change("a", Acknowledged, "lab")
		after(3 * time.Hour)
		if count() != 5 {
			t.Errorf("acknowledged: %d messages, want no reminder more than 5", count())
		}
		x.change("a", Ended, "lab")
		if got := p.list("lab")[5:]; !slices.Equal(got, []string{"a ended"}) {
			t.Errorf("ended = %q, want to be sent all the same", got)
		}
		after(3 * time.Hour)
		if count() != 6 {
			t.Errorf("after the end %d messages, want no reminder", count())
		}
		x.stop(t)
	})
}

func TestAtMostFiveAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		x := newTrial(t, p, nil, receiverOf("lab"))
		for range 12 * 60 { // twelve hours, back and forth every minute
			x.change("a", Raised, "lab")
			after(30 * time.Second)
			x.change("a", Ended, "lab")
			after(30 * time.Second)
		}
		x.change("other", Raised, "lab")
		if got := p.list("lab"); got[len(got)-1] != "other raised" {
			t.Errorf("last = %q, want the other alarm at once", got[len(got)-1])
		}
		times := p.times("lab")
		for i, at := range times {
			n := 0
			for _, other := range times[i:] {
				if other.Sub(at) < time.Hour {
					n++
				}
			}
			if n > 5 {
				t.Fatalf("%d messages in the hour from %v, want at most 5", n, at)
			}
		}
		after(2 * time.Hour)
		got := p.list("lab")
		got = slices.DeleteFunc(got, func(s string) bool { return s == "other raised" })
		for i, s := range got {
			if want := []string{"a raised", "a ended"}[i%2]; s != want {
				t.Fatalf("message %d = %q, want %q: beginnings and ends in turn", i, s, want)
			}
		}
		if got[len(got)-1] != "a ended" {
			t.Errorf("last = %q, want the state that is true", got[len(got)-1])
		}
		x.stop(t)
	})
}

func TestChatteringIsSentAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		x := newTrial(t, p, nil, receiverOf("lab"))
		for _, state := range []string{Raised, Ended, Raised, Ended, Raised, Chattering} {
			x.change("a", state, "lab")
			after(10 * time.Second)
		}
		if got := p.list("lab"); !slices.Equal(got, []string{"a raised", "a ended", "a raised", "a chattering"}) {
			t.Errorf("got %q, want the last to be that it chatters", got)
		}
		x.stop(t)
	})
}

func TestAdopt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPhone()
		p.away["lab"], p.away["old"] = errAway, errAway
		x := newTrial(t, p, nil, receiverOf("lab"), receiverOf("old"))
		x.change("a", Raised, "lab", "old")
		after(time.Hour)
		p.set(func() { clear(p.away) })
		x.Adopt([]config.NotifyConfig{receiverOf("new"), receiverOf("lab")})
		synctest.Wait()
		x.change("b", Raised, "lab", "old", "new")
		if got := p.list("lab"); !slices.Equal(got, []string{"a raised", "b raised"}) {
			t.Errorf("lab = %q, want both at once", got)
		}
		if got := p.list("new"); !slices.Equal(got, []string{"b raised"}) || p.list("old") != nil {
			t.Errorf("new = %q, old = %q, want the new alarm and nothing", got, p.list("old"))
		}
		if got := x.recorded(); len(got) != 1 || !strings.Contains(got[0].Note, "to=old") {
			t.Errorf("events = %v, want one for what the old one will not get", got)
		}
		x.stop(t)
	})
}
