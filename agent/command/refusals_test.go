package command

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

func refusedEvent(reason, note string) *buffer.Event {
	return &buffer.Event{Metric: "commands_refused_total", Device: "V1", Labels: buffer.MakeLabels("device", "V1", "reason", reason), Status: "why " + reason, Note: note}
}

// How often one refusal that is repeated is told: at once, after a minute, and then after twice as long each time, up to an hour.
func TestWhenARefusalIsToldAgain(t *testing.T) {
	var r refusals
	kind := refusalKind{"jr", "locked", "V1.open"}
	if !r.add(kind, refusedEvent("locked", "n=0"), 0) {
		t.Fatal("the first is not told")
	}
	told := time.Duration(0)
	for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		for n := range 3 {
			if r.add(kind, refusedEvent("locked", fmt.Sprint("n=", n)), told+time.Second) {
				t.Error("a repeated one is told at once")
			}
		}
		if early := r.due(told+pause*time.Minute-1, false); len(early) != 0 {
			t.Errorf("told before %v min: %+v", int(pause), early)
		}
		told += pause * time.Minute
		all := r.due(told, false)
		if len(all) != 1 || all[0].Value != 3 || all[0].Note != "count=3 n=2" || all[0].Status != "why locked" || all[0].Device != "V1" || all[0].Metric != "commands_refused_again_total" ||
			all[0].Severity != buffer.Warning || all[0].Labels.Value("reason") != "locked" {
			t.Errorf("after %v min told %+v, want three, of the last", int(pause), all)
		}
	}
	if r.due(told+2*time.Hour-1, false); len(r.kinds) != 1 {
		t.Error("forgotten before twice its pause")
	}
	if r.due(told+2*time.Hour, false); len(r.kinds) != 0 {
		t.Errorf("kept after twice its pause: %+v", r.kinds)
	}
	if !r.add(kind, refusedEvent("locked", ""), told+2*time.Hour) {
		t.Error("the first after a long time is not told at once")
	}
}

// At the end everything is told that was not, in the order of its notes, and nothing is kept.
func TestWhatIsToldAtTheEnd(t *testing.T) {
	var r refusals
	for _, who := range []string{"kl", "jr", "once"} {
		r.add(refusalKind{who, "locked", "V1"}, refusedEvent("locked", "who="+who), 0)
		if who != "once" {
			r.add(refusalKind{who, "locked", "V1"}, refusedEvent("locked", "who="+who), 1)
		}
	}
	all := r.due(2, true)
	if len(all) != 2 || all[0].Note != "count=1 who=jr" || all[1].Note != "count=1 who=kl" {
		t.Errorf("told %+v, want jr and kl", all)
	}
	if r.due(3, true); len(r.kinds) != 0 {
		t.Errorf("kept %+v, want nothing", r.kinds)
	}
}

// Of one caller so many kinds are told apart, and so many of all; what is more is told apart by its reason.
func TestHowManyKindsAreToldApart(t *testing.T) {
	var r refusals
	add := func(who, reason, what string) bool {
		return r.add(refusalKind{who, reason, what}, refusedEvent(reason, what), 0)
	}
	for n := range refusalsOfOne {
		if !add("jr", "locked", fmt.Sprint(n)) {
			t.Errorf("kind %d of one caller is not told", n)
		}
	}
	if !add("jr", "locked", "more") || add("jr", "locked", "yet more") || !add("jr", "range", "more") {
		t.Error("what is more of one caller is not one kind for each reason")
	}
	if add("jr", "locked", "3") || r.kinds[refusalKind{"jr", "locked", "3"}].count != 1 {
		t.Error("a kind that is known is not told apart any more")
	}
	for n := len(r.kinds); n < refusalsOfAll; n++ {
		if !add(fmt.Sprint("who", n), "locked", "V1") {
			t.Errorf("kind %d of all is not told", n)
		}
	}
	if !add("kl", "locked", "V1") || add("mn", "locked", "V2") || !add("mn", "range", "V2") {
		t.Error("what is more of all is not one kind for each reason")
	}
	if n := len(r.kinds); n != refusalsOfAll+2 {
		t.Errorf("%d kinds, want %d and one for each of two reasons", n, refusalsOfAll)
	}
	if known := r.kinds[refusalKind{"jr", "locked", ""}].count; add("jr", "locked", "once more") || r.kinds[refusalKind{"jr", "locked", ""}].count != known+1 {
		t.Error("what is known of one caller is not told apart any more where all is full")
	}
	if r.kinds[refusalKind{reason: "locked"}] == nil || r.kinds[refusalKind{"jr", "locked", ""}] == nil {
		t.Error("the kinds that are not told apart are missing")
	}
}

// The limit of one caller counts the kinds of that one which are told apart, and no other.
func TestWhoseKindsCount(t *testing.T) {
	for what, all := range map[string][]refusalKind{
		"of others": {{"kl", "locked", "0"}, {"kl", "locked", "1"}, {"kl", "locked", "2"}, {"kl", "locked", "3"}, {"kl", "locked", "4"}, {"kl", "locked", "5"}, {"kl", "locked", "6"}, {"kl", "locked", "7"}},
		"of all":    {{"jr", "range", ""}, {"jr", "locked", "1"}, {"jr", "locked", "2"}, {"jr", "locked", "3"}, {"jr", "locked", "4"}, {"jr", "locked", "5"}, {"jr", "locked", "6"}, {"jr", "locked", "7"}},
	} {
		r := refusals{kinds: map[refusalKind]*refusedSince{}}
		for _, k := range all {
			r.kinds[k] = &refusedSince{}
		}
		if one := (refusalKind{"jr", "locked", "8"}); r.kindOf(one) != one {
			t.Errorf("beside kinds %s it is %+v, want it told apart", what, r.kindOf(one))
		}
	}
}

// What is told of a refusal: whose, what about, and nothing that nobody knows as a label.
func TestWhatIsToldOfARefusal(t *testing.T) {
	for what, c := range map[string]struct {
		do                   func(*bench)
		device, reason, note string
	}{
		"who has no right":      {func(b *bench) { b.Refused(reader, "V1", "open") }, "V1", "right", "who=reader via=http device=V1 control=open"},
		"who names what is not": {func(b *bench) { b.Refused(reader, "V9", "open") }, "", "unknown", "who=reader via=http device=V9 control=open"},
		"a command": {func(b *bench) {
			c := by(reader, "V1", "open", 1)
			c.Note, c.ID = "x", "m1"
			b.Command(b.t.Context(), c)
		}, "V1", "right", "who=reader via=http device=V1 control=open new=1 why=x id=m1"},
		"a command by another's id": {func(b *bench) {
			b.seen.find(withID(by(kl, "V2", "open", 0), "m1"), noon)
			b.Command(b.t.Context(), withID(order("V1", "open", 1), "m1"))
		}, "V1", "id", "who=jr via=http device=V1 control=open new=1 id=m1"},
		"what could not be read": {func(b *bench) {
			b.NotTaken(buffer.CommandRequest{By: jr, Device: "V1", Control: strings.Repeat("x", 65), Value: math.NaN(), ID: strings.Repeat("é", 33)}, "unreadable", "it is no object")
		}, "V1", "unreadable", "who=jr via=http device=V1 control=" + strings.Repeat("x", 64) + " id=" + strings.Repeat("é", 32)},
		"what names a device nobody knows": {func(b *bench) {
			b.NotTaken(buffer.CommandRequest{By: jr, Device: "nobody", Value: math.NaN()}, "unreadable", "it is no object")
		}, "", "unreadable", "who=jr via=http"},
		"what was not let in at all": {func(b *bench) {
			b.Denied(buffer.Principal{Name: "nobody"}, "10.0.0.7", "command", "token", "wrong token")
		}, "", "token", "who=nobody from=10.0.0.7 call=command"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := onBench(t, threeDevices())
			c.do(b)
			all := b.events("commands_refused_total")
			if len(all) != 1 || all[0].Device != c.device || all[0].Labels.Value("device") != c.device || all[0].Labels.Value("reason") != c.reason || all[0].Note != c.note || all[0].Value != 1 || all[0].Severity != buffer.Warning {
				t.Errorf("%s: told %+v, want one of %q for %s with %s", what, all, c.device, c.reason, c.note)
			}
		})
	}
}

func withID(c buffer.CommandRequest, id string) buffer.CommandRequest {
	c.ID = id
	return c
}

// What is refused again is counted at once, and told by the supervisor.
func TestRepeatedRefusalsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, threeDevices())
		for range 3 {
			b.Refused(reader, "V1", "open")
		}
		if b.counted["commands_refused_total"] != 2 || len(b.events("commands_refused_total")) != 1 {
			t.Errorf("counted %v, told %d; want one told and two counted", b.counted, len(b.events("commands_refused_total")))
		}
		time.Sleep(time.Minute)
		b.recordRepeated(false)
		if all := b.events("commands_refused_again_total"); len(all) != 1 || all[0].Value != 2 {
			t.Errorf("told again %+v, want two", all)
		}
		b.recordCallRefusal(jr, "lock", "device", "V1", buffer.ErrConflict)
		if all := b.events("commands_refused_total"); len(all) != 2 || all[1].Value != 1 || all[1].Labels.Value("reason") != "interlock" || all[1].Status != "refused" {
			t.Errorf("told of a call %+v, want one", all[1:])
		}
		b.recordCallRefusal(jr, "lock", "device", "V1", nil)
		b.recordCallRefusal(jr, "lock", "device", "V9", fmt.Errorf("V9: %w", buffer.ErrUnknown))
		if n := len(b.events("commands_refused_total")); n != 2 {
			t.Errorf("%d told, want nothing of no error and of what nobody knows", n)
		}
	})
}

func TestWordsOfRefusals(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{refuse("busy", buffer.ErrConflict, "x"), "busy"}, {fmt.Errorf("x: %w", refuse("busy", buffer.ErrConflict, "x")), "busy"}, {buffer.ErrUnknown, "unknown"}, {buffer.ErrRange, "range"},
		{buffer.ErrForbidden, "read-only"}, {buffer.ErrExpired, "expired"}, {buffer.ErrConflict, "interlock"}, {errors.New("x"), "error"},
	} {
		if got := reasonOf(c.err); got != c.want {
			t.Errorf("%v is %q, want %q", c.err, got, c.want)
		}
	}
}
