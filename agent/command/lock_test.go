package command

import (
	"errors"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestLocks(t *testing.T) {
	jr := buffer.Principal{Name: "jr", Rights: []string{buffer.RightCommand}}
	kl := buffer.Principal{Name: "kl", Rights: []string{buffer.RightCommand}}
	boss := buffer.Principal{Name: "boss", Rights: []string{buffer.RightAdmin}}
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	ls := locks{}
	check := func(state string, got error, want error) {
		t.Helper()
		if !errors.Is(got, want) || want == nil && got != nil {
			t.Errorf("%s: %v, want %v", state, got, want)
		}
	}
	check("take", ls.take(buffer.LockRequest{By: jr, Device: "V1", Reason: "sample in"}, now), nil)
	if ls.refuses("V1", "jr", now) == "" || ls.refuses("V1", "kl", now) == "" {
		t.Error("a lock without an owner lets somebody through")
	}
	if ls.refuses("V2", "kl", now) != "" {
		t.Error("a lock on V1 refuses V2")
	}
	check("somebody else takes it", ls.take(buffer.LockRequest{By: kl, Device: "V1"}, now), buffer.ErrConflict)
	check("somebody else unlocks it", ls.give(buffer.LockRequest{By: kl, Device: "V1", Unlock: true}, now), buffer.ErrForbidden)
	check("an administrator unlocks it", ls.give(buffer.LockRequest{By: boss, Device: "V1", Unlock: true}, now), nil)
	check("owned for an hour", ls.take(buffer.LockRequest{By: jr, Device: "V1", Owner: "kl", For: time.Hour}, now), nil)
	if ls.refuses("V1", "kl", now) != "" || ls.refuses("V1", "jr", now) == "" {
		t.Error("an owned device is for its owner alone")
	}
	if later := now.Add(time.Hour); ls.refuses("V1", "jr", later) != "" || ls.standing("V1", later) != nil {
		t.Error("a lock outlives its time")
	}
}

func TestLeases(t *testing.T) {
	for _, c := range []struct {
		asked, holdOff, want time.Duration
		bad                  bool
	}{
		{0, 0, leaseMax, false}, {10 * time.Second, 0, 10 * time.Second, false}, {10 * time.Second, 2 * time.Second, 2 * time.Second, false},
		{time.Hour, 0, 0, true}, {time.Millisecond, 0, 0, true}, {-time.Second, 0, 0, true}, {0, 3 * time.Second, 3 * time.Second, false},
	} {
		if got, err := leaseTime(c.asked, c.holdOff); (err != nil) != c.bad || got != c.want && !c.bad {
			t.Errorf("leaseTime(%v, %v) = %v, %v; want %v, error %t", c.asked, c.holdOff, got, err, c.want, c.bad)
		}
	}
	ls := leases{}
	if err := ls.take("laser", "jr", 0, time.Second); err != nil {
		t.Fatal(err)
	}
	if err := ls.take("laser", "kl", 500*time.Millisecond, time.Second); !errors.Is(err, buffer.ErrConflict) {
		t.Errorf("taking somebody else's lease = %v, want %v", err, buffer.ErrConflict)
	}
	if err := ls.take("laser", "jr", 900*time.Millisecond, time.Second); err != nil || len(ls.lapsed(1500*time.Millisecond)) != 0 {
		t.Error("a lease that was renewed lapsed")
	}
	if l := ls.lapsed(1900 * time.Millisecond); l["laser"].by != "jr" || len(ls.lapsed(time.Hour)) != 0 {
		t.Errorf("lapsed = %v, want jr's once", l)
	}
}
