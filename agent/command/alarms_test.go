package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
)

// alarmed is the bench with rules, and an alarm of the gauge.
func alarmed(t *testing.T) *bench {
	p := withRules(t)
	p.Alarms = []*rules.Alarm{{Name: "leak", When: p.Rules[0].When, Priority: "high", Severity: buffer.Error, Text: " close V1\n"}}
	return onBench(t, p)
}

// steps reads the gauge and steps the alarms.
func (b *bench) steps(pascals float64) {
	b.reads(pascals)
	b.stepAlarms()
}

// alarmEvents are what became of alarms, as "status severity value note".
func (b *bench) alarmEvents() (all []string) {
	for _, e := range b.events("alarm_active") {
		all = append(all, fmt.Sprint(e.Labels.Value("alarm"), " ", e.Status, " ", e.Severity, " ", e.Value, " ", e.Note))
	}
	return all
}

// notifiedOf are what receivers were told.
func (b *bench) notifiedOf() (all []string) {
	b.with(func() {
		for _, c := range b.notified {
			all = append(all, fmt.Sprint(c.Alarm.Name, " ", c.What, " ", c.Active, " ", c.Acknowledged))
		}
	})
	return all
}

func wantList(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheCourseOfAnAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarmed(t)
		b.stored()
		b.steps(0.1)
		if all := b.Standing().Alarms; len(all) != 1 || all[0].Alarm.Name != "leak" || all[0].State.Active {
			t.Errorf("standing = %+v, want leak, quiet", all)
		}
		before := b.changed
		b.steps(5)
		if !b.AlarmState("leak").Active || b.counted["alarms_raised_total"] != 1 || b.changed <= before {
			t.Errorf("raised: %+v, counted %v, changed %d times", b.AlarmState("leak"), b.counted, b.changed-before)
		}
		time.Sleep(time.Second)
		if err := b.AckAlarm(t.Context(), jr, "leak", time.Hour, ""); reasonIn(err) != "alarm" {
			t.Errorf("shelved without a reason = %v", err)
		}
		before = b.changed
		if err := b.AckAlarm(t.Context(), jr, "leak", 0, ""); err != nil || b.changed == before {
			t.Errorf("acknowledged = %v, changed %d times", err, b.changed-before)
		}
		saved := map[string]savedAlarm{}
		if b.onDisk(AlarmsFile, &saved); saved["leak"].Acknowledged != "jr" {
			t.Errorf("on disk when it was acknowledged: %+v", saved)
		}
		time.Sleep(time.Second)
		if err := b.AckAlarm(t.Context(), jr, "leak", time.Hour, "bake-out"); err != nil {
			t.Error(err)
		}
		b.steps(0.1)
		b.steps(5)
		if err := b.AckAlarm(t.Context(), jr, "leak", 0, "it is over"); err != nil {
			t.Error(err)
		}
		b.steps(0.1)
		time.Sleep(time.Second)
		if err := b.AckAlarm(t.Context(), jr, "leak", time.Hour, "bake-out"); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		b.steps(5)
		if err := b.AckAlarm(t.Context(), jr, "leak", time.Hour, "x"); err != nil {
			t.Error(err)
		}
		b.alarms["leak"] = rules.AlarmState{ShelvedUntil: time.Hour}
		if err := b.AckAlarm(t.Context(), jr, "leak", 0, "off"); err != nil {
			t.Error(err)
		}
		wantList(t, "told", b.alarmEvents(),
			`leak raised error 1 why="gauge.pressure = 0.0375 torr" text="close V1"`,
			`leak acknowledged info 1 who=jr via=http text="close V1"`,
			`leak shelved for 1h0m0s info 1 who=jr via=http why=bake-out text="close V1"`,
			`leak ended info 0 why="gauge.pressure = 0.0007501 torr" shelved=yes text="close V1"`,
			`leak raised error 1 why="gauge.pressure = 0.0375 torr" shelved=yes text="close V1"`,
			`leak unshelved error 1 who=jr via=http why="it is over" text="close V1"`,
			`leak ended info 0 why="gauge.pressure = 0.0007501 torr" text="close V1"`,
			`leak shelved for 1h0m0s info 0 who=jr via=http why=bake-out text="close V1"`,
			`leak raised error 1 why="gauge.pressure = 0.0375 torr" text="close V1"`,
			`leak shelved for 1h0m0s info 1 who=jr via=http why=x text="close V1"`,
			`leak unshelved error 0 who=jr via=http why=off text="close V1"`,
		)
		wantList(t, "notified", b.notifiedOf(), "leak raised true false", "leak acknowledged true true", "leak shelved true true", "leak unshelved true false", "leak ended false false",
			"leak shelved false false", "leak raised true false", "leak shelved true false")
	})
}

// What is in the log of an alarm: everything but what is an event of a warning or more, which is there already.
func TestAlarmsInTheLog(t *testing.T) {
	for severity, want := range map[buffer.Severity]int{buffer.Info: 2, buffer.Warning: 1, buffer.Error: 1} {
		synctest.Test(t, func(t *testing.T) {
			b := alarmed(t)
			b.plan.Alarms[0].Severity = severity
			b.steps(5)
			b.steps(0.1)
			if n := strings.Count(b.log.String(), "msg=\"alarm "); n != want {
				t.Errorf("of an alarm of severity %v %d lines in the log, want %d:\n%s", severity, n, want, b.log.String())
			}
		})
	}
}

func TestAlarmsThatChatterAreLoud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarmed(t)
		for range 3 {
			for _, pascals := range []float64{5, 0.1} {
				time.Sleep(time.Second)
				b.steps(pascals)
			}
		}
		all := b.events("alarm_active")
		if last := all[len(all)-1]; last.Status != rules.AlarmChattering || last.Severity != buffer.Error || last.Value != 1 {
			t.Errorf("last told = %+v, want that it chatters, as loud as it is", last)
		}
	})
}

// More alarms at once than people can take in are one alarm more, which is acknowledged like any other.
func TestAFloodIsAnAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarmed(t)
		for n := range 11 {
			a := *b.plan.Alarms[0]
			a.Name = fmt.Sprint("leak", n)
			b.plan.Alarms = append(b.plan.Alarms, &a)
		}
		b.steps(5)
		all := b.Standing().Alarms
		if last := all[len(all)-1]; len(all) != 13 || last.Alarm != rules.FloodAlarm || !last.State.Active {
			t.Fatalf("%d alarms stand, the last %+v; want the flood after all", len(all), all[len(all)-1])
		}
		if err := b.AckAlarm(t.Context(), jr, rules.FloodAlarm.Name, 0, ""); err != nil || b.AlarmState(rules.FloodAlarm.Name).Acknowledged != "jr" {
			t.Errorf("acknowledged = %v, %+v", err, b.AlarmState(rules.FloodAlarm.Name))
		}
		for what, c := range map[string]struct {
			state rules.AlarmState
			want  int
		}{"quiet": {rules.AlarmState{}, 12}, "gone": {rules.AlarmState{Gone: true}, 13}, "shelved": {rules.AlarmState{ShelvedUntil: time.Hour}, 13}} {
			b.alarms[rules.FloodAlarm.Name] = c.state
			if n := len(b.Standing().Alarms); n != c.want {
				t.Errorf("with a flood that is %s %d alarms stand, want %d", what, n, c.want)
			}
		}
	})
}

// What is asked with a time or without a reason that it must have is a mistake of who asks; what the alarm is not in a state for is refused.
func TestWhatRefusedShelvingWraps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarmed(t)
		for _, c := range []struct {
			shelve time.Duration
			reason string
			is     error
			says   string
		}{
			{13 * time.Hour, "x", buffer.ErrRange, `alarm "leak": shelved for 13h0m0s: out of range; must be longer than nothing and at most 12h0m0s`},
			{-time.Second, "x", buffer.ErrRange, `at most 12h0m0s`},
			{time.Hour, "", buffer.ErrRange, `alarm "leak": shelved without a reason`},
			{0, "x", buffer.ErrConflict, "nothing to end"},
			{0, "", buffer.ErrConflict, "nothing to acknowledge"},
			{12 * time.Hour, "x", nil, ""},
		} {
			err := b.AckAlarm(t.Context(), jr, "leak", c.shelve, c.reason)
			if !errors.Is(err, c.is) || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("shelved for %v, %q: %v, want %v and %q", c.shelve, c.reason, err, c.is, c.says)
			}
		}
	})
}

// Who may acknowledge what, and what is told of a refusal.
func TestAcknowledgementsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		by     buffer.Principal
		alarm  string
		shelve time.Duration
		reason string
		want   string
		note   string // "" = no event
	}{
		{reader, "leak", 0, "", "right", "call=acknowledge alarm=leak"}, {reader, "leak", time.Hour, "x", "right", "call=shelve alarm=leak"}, {reader, "leak", 0, "x", "right", "call=shelve alarm=leak"},
		{reader, "leak", time.Hour, "", "right", "call=shelve alarm=leak"},
		{jr, "leak", 0, "", "alarm", "call=acknowledge alarm=leak"}, {jr, "leak", time.Hour, "", "alarm", "call=shelve alarm=leak"}, {jr, "leak", 100 * time.Hour, "x", "alarm", "call=shelve alarm=leak"},
		{jr, "nothing", 0, "", "unknown", ""}, {jr, "beam", 0, "", "interlock", "call=acknowledge alarm=beam"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := alarmed(t)
			if err := b.AckAlarm(t.Context(), c.by, c.alarm, c.shelve, c.reason); reasonIn(err) != c.want {
				t.Errorf("%s, %s for %v, %q: %v, want %q", c.by.Name, c.alarm, c.shelve, c.reason, err, c.want)
			}
			all := b.events("commands_refused_total")
			if c.note == "" && len(all) != 0 || c.note != "" && (len(all) != 1 || !strings.HasSuffix(all[0].Note, c.note)) {
				t.Errorf("%s, %s for %v, %q: told %+v, want %s", c.by.Name, c.alarm, c.shelve, c.reason, all, c.note)
			}
			if len(b.events("alarm_active"))+len(b.notified) != 0 || b.alarms["leak"] != (rules.AlarmState{}) {
				t.Errorf("%s, %s: told %q, notified %q, %+v; want nothing", c.by.Name, c.alarm, b.alarmEvents(), b.notifiedOf(), b.alarms)
			}
		})
	}
}

// An active alarm that is not in the next configuration ends, one that is in both goes on, and what was quiet is forgotten in silence.
func TestAlarmsThatAreNoLongerConfigured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarmed(t)
		for _, name := range []string{"stays", "shelved"} {
			a := *b.plan.Alarms[0]
			a.Name = name
			b.plan.Alarms = append(b.plan.Alarms, &a)
		}
		b.plan.Alarms = append(b.plan.Alarms, &rules.Alarm{Name: "quiet"})
		for _, name := range []string{"leak", "stays"} {
			b.alarms[name] = rules.AlarmState{Active: true}
		}
		b.alarms["shelved"], b.alarms["quiet"] = rules.AlarmState{Active: true, ShelvedUntil: time.Hour}, rules.AlarmState{Gone: true}
		next := *b.plan
		next.Alarms = b.plan.Alarms[1:2]
		next.Rules = nil
		b.Adopt(&next)
		if len(b.alarms) != 1 || !b.alarms["stays"].Active || len(b.Standing().Rules) != 0 {
			t.Errorf("left %+v, want what stays, and the plan in force", b.alarms)
		}
		why := `why="it is not in the configuration any more"`
		wantList(t, "told", b.alarmEvents(), "leak ended info 0 "+why+` text="close V1"`, "shelved ended info 0 "+why+` shelved=yes text="close V1"`)
		wantList(t, "notified", b.notifiedOf(), "leak ended false false")
	})
}

// Where nothing is configured nothing is judged, though a flood of before the start may stand.
func TestNoAlarmsAreJudgedWhereThereAreNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, &config.Plan{})
		b.alarms[rules.FloodAlarm.Name] = rules.AlarmState{Active: true}
		if b.stepAlarms(); len(b.alarmEvents()) != 0 {
			t.Errorf("told %q, want nothing", b.alarmEvents())
		}
	})
}

// What is not there is answered with what is.
func TestUnknownNamesAreAnsweredWithTheKnownOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := alarmed(t)
		for says, err := range map[string]error{
			`alarm "lek": unknown; must be one of leak`:       b.AckAlarm(t.Context(), jr, "lek", 0, ""),
			`rule "beem": unknown; must be one of beam, pu`:   b.ClearRule(t.Context(), jr, "beem"),
			`rule "beem": unknown; must be one of beam, pump`: b.BypassRule(t.Context(), boss, "beem", time.Hour, "x"),
		} {
			if !errors.Is(err, buffer.ErrUnknown) || !strings.HasPrefix(err.Error(), says) {
				t.Errorf("%v, want %s", err, says)
			}
		}
	})
}
