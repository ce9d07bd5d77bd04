package command

import (
	"errors"
	"strings"
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
	try := func(state string, do func(buffer.LockRequest, time.Time) (bool, error), r buffer.LockRequest, want error, breaks bool) {
		t.Helper()
		r.Device = "V1"
		broken, err := do(r, now)
		if !errors.Is(err, want) || want == nil && err != nil || broken != breaks {
			t.Errorf("%s: broken %t, %v; want %t, %v", state, broken, err, breaks, want)
		}
	}
	try("take", ls.take, buffer.LockRequest{By: jr, Reason: "sample in"}, nil, false)
	if ls.refuses("V1", "jr", false, now) == "" || ls.refuses("V1", "kl", false, now) == "" {
		t.Error("a lock without an owner lets somebody through")
	}
	if ls.refuses("V1", "kl", true, now) != "" {
		t.Error("a lock refuses the idle value")
	}
	if ls.refuses("V2", "kl", false, now) != "" {
		t.Error("a lock on V1 refuses V2")
	}
	if ls.refuses("V1", "jr", false, now.Add(lockDefault-1)) == "" || ls.refuses("V1", "jr", false, now.Add(lockDefault)) != "" {
		t.Errorf("a lock without a time does not end after %v", lockDefault)
	}
	try("somebody else takes it", ls.take, buffer.LockRequest{By: kl}, buffer.ErrConflict, false)
	try("somebody else unlocks it", ls.give, buffer.LockRequest{By: kl}, buffer.ErrForbidden, false)
	try("an administrator breaks it without a reason", ls.give, buffer.LockRequest{By: boss}, buffer.ErrForbidden, false)
	try("an administrator breaks it", ls.give, buffer.LockRequest{By: boss, Reason: "jr is away"}, nil, true)
	try("too long", ls.take, buffer.LockRequest{By: jr, For: lockMax + 1}, buffer.ErrRange, false)
	try("for less than nothing", ls.take, buffer.LockRequest{By: jr, For: -1}, buffer.ErrRange, false)
	try("owned for an hour", ls.take, buffer.LockRequest{By: jr, Owner: "kl", For: time.Hour}, nil, false)
	if ls.refuses("V1", "kl", false, now) != "" || ls.refuses("V1", "jr", false, now) == "" {
		t.Error("an owned device is for its owner alone")
	}
	if later := now.Add(time.Hour); ls.refuses("V1", "jr", false, later) != "" || ls.standing("V1", later) != nil {
		t.Error("a lock outlives its time")
	}
	try("both ways", ls.take, buffer.LockRequest{By: jr, Both: true}, nil, false)
	if ls.refuses("V1", "kl", true, now) == "" {
		t.Error("a lock that holds both ways lets the idle value through")
	}
	try("its taker unlocks it", ls.give, buffer.LockRequest{By: jr}, nil, false)
	try("out of service for a while", ls.take, buffer.LockRequest{By: jr, OutOfService: true, For: time.Hour}, buffer.ErrRange, false)
	try("out of service", ls.take, buffer.LockRequest{By: jr, Owner: "kl", OutOfService: true}, nil, false)
	if ls.refuses("V1", "kl", false, now.Add(100*24*time.Hour)) == "" || ls.refuses("V1", "kl", true, now) != "" {
		t.Error("what is out of service can be opened by its owner, or ends by itself, or cannot be closed")
	}
	try("its owner lifts it", ls.give, buffer.LockRequest{By: kl}, nil, false)
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
	if err := ls.take("laser", "kl", 500*time.Millisecond, time.Second); !errors.Is(err, buffer.ErrConflict) || !strings.Contains(err.Error(), "held by jr; the lease must be given up there, or run out") {
		t.Errorf("taking somebody else's lease = %v, want %v, by whom and what to do", err, buffer.ErrConflict)
	}
	if err := ls.take("laser", "jr", 900*time.Millisecond, time.Second); err != nil || len(ls.lapsed(1500*time.Millisecond)) != 0 {
		t.Error("a lease that was renewed lapsed")
	}
	if l := ls.lapsed(1900 * time.Millisecond); l["laser"].by != "jr" || len(ls.lapsed(time.Hour)) != 0 {
		t.Errorf("lapsed = %v, want jr's once", l)
	}
	if err := ls.drop("laser", "kl"); err != nil {
		t.Errorf("dropping what nobody holds = %v, want no error", err)
	}
	ls.take("laser", "jr", 0, time.Second)
	if err := ls.take("laser", "kl", time.Second, time.Second); err != nil || ls["laser"] != (lease{"kl", 2 * time.Second}) {
		t.Errorf("taking a lease that ran out = %v, %+v; want it taken", err, ls["laser"])
	}
}
