package main

import (
	"errors"
	"flag"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/task"
)

var weekendTime = flag.Duration("weekend", 20*time.Hour, "simulated time of TestWeekend")

// weekend is a line that nobody looks after: an alarm and a rule of a gauge that chatters, a valve box that is silent, a valve whose
// locker is away, and a queue that goes on asking.
type weekend struct {
	t                      *testing.T
	agent                  *agent
	gauge, laser, box, hot *fake
	begun                  time.Time
	asked                  int
}

func newWeekend(t *testing.T, lab string) *weekend {
	w := &weekend{t: t, gauge: &fake{}, laser: &fake{}, box: &fake{}, hot: &fake{}}
	points := rules.Catalogue{
		"ion1": {"ig": {Ref: rules.Ref{Device: "ion1", Point: "ig"}, Unit: buffer.Pascals, StaleAfter: 5 * time.Second}},
		"box":  {"open": {Ref: rules.Ref{Device: "box", Point: "open"}, StaleAfter: 5 * time.Second}},
	}
	w.agent = quietAgent([]*config.DevicePlan{
		gaugePlan("ion1", w.gauge), laserPlan("laser", w.laser, time.Hour), valvePlan("box", w.box), valvePlan("V1", w.hot),
	}, pressureRule(t))
	p := *w.agent.plan()
	p.Receivers, p.Notify = []config.NotifyConfig{{Name: "lab", Webhook: lab}}, map[string][]string{}
	for name, text := range map[string]string{"pressure high": "ion1.ig > pa(1e-4)", "box silent": `health("box") == "unavailable" or box.open == 1`} {
		when, err := rules.CompileCondition(text, points)
		if err != nil {
			t.Fatal(err)
		}
		p.Alarms = append(p.Alarms, &rules.Alarm{Name: name, When: when, ClearFor: 10 * time.Second, Priority: "high", Severity: buffer.Error})
		p.Notify[name] = []string{"lab"}
	}
	w.agent.adopt(&p)
	return w
}

// ask is the queue: it wants the laser and the valve again and again.
func (w *weekend) ask() {
	for _, c := range []buffer.CommandRequest{order("laser", "enabled", 1), order("V1", "open", 1)} {
		c.By = buffer.Principal{Name: "queue", Via: "pychron", Rights: []string{buffer.RightCommand}}
		if r, err := w.agent.commander.Command(w.t.Context(), c); r.Result != "" || !errors.Is(err, buffer.ErrConflict) {
			w.t.Errorf("%v after the trip: %s of the queue = %q, %v; want it refused", time.Since(w.begun), c.Device, r.Result, err)
		}
	}
	w.asked++
}

// chatter is the gauge once it has tripped the rule: it goes up and down around the limits of alarm and rule.
func (w *weekend) chatter(minute int) {
	for n := range 5 {
		w.gauge.reads([]float64{2e-3, 1e-6}[(minute+n)%2])
		time.Sleep(12 * time.Second)
		if w.laser.is("enabled") == 1 {
			w.t.Fatalf("the laser is on %v after the trip", time.Since(w.begun))
		}
	}
}

func TestWeekend(t *testing.T) {
	t.Parallel()
	var box inbox
	lab := httptest.NewServer(&box)
	defer lab.Close()
	synctest.Test(t, func(t *testing.T) {
		w := newWeekend(t, lab.URL)
		defer w.agent.runLoops(t)()
		notifying := task.NewGroup(t.Context(), func(err error) { t.Error(err) })
		notifying.Start("notifier", w.agent.notifier.Run)
		defer notifying.Stop()
		time.Sleep(1100 * time.Millisecond)
		if _, err := w.agent.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Fatal(err)
		}
		if err := w.agent.commander.Lock(t.Context(), buffer.LockRequest{By: anybody, Device: "V1", For: 72 * time.Hour, Reason: "sample in"}); err != nil {
			t.Fatal(err)
		}
		w.begun = time.Now() // 02:00
		w.gauge.reads(1)
		time.Sleep(2 * time.Second)
		w.box.with(func() { w.box.readErr = drivers.ErrTimeout })
		var sent []map[string]int // by minute
		for minute := range int(*weekendTime / time.Minute) {
			w.chatter(minute)
			w.ask()
			sent = append(sent, perAlarm(box.list()))
			before := map[string]int{}
			if n := len(sent) - 61; n >= 0 {
				before = sent[n]
			}
			for alarm, n := range sent[len(sent)-1] {
				if n -= before[alarm]; n > 5 {
					t.Fatalf("minute %d: %d notifications of %q within an hour, want at most 5", minute, n, alarm)
				}
			}
		}
		t.Logf("%v: the queue asked %d times, the lab got %v", *weekendTime, w.asked, perAlarm(box.list()))
		w.monday(t)
	})
	if got := perAlarm(box.list()); got["pressure high"] == 0 || got["box silent"] == 0 {
		t.Errorf("the lab was told %v, want something of each alarm", got)
	}
}

// perAlarm is how many messages there are of each alarm.
func perAlarm(messages []string) map[string]int {
	out := map[string]int{}
	for _, m := range messages {
		alarm, _, _ := strings.Cut(m, " ")
		for _, name := range []string{"pressure high", "box silent"} {
			if strings.HasPrefix(m, name) {
				alarm = name
			}
		}
		out[alarm]++
	}
	return out
}

// monday is what people do when they come back, and what the audit has of it all.
func (w *weekend) monday(t *testing.T) {
	stranger := buffer.Principal{Name: "kl", Rights: []string{buffer.RightCommand}, Controls: []string{"V1.*"}}
	boss := buffer.Principal{Name: "boss", Rights: []string{buffer.RightCommand, buffer.RightAdmin}}
	c := w.agent.commander
	w.gauge.reads(1e-6)
	time.Sleep(3 * time.Second)
	if err := c.ClearRule(t.Context(), stranger, "pressure"); !errors.Is(err, buffer.ErrForbidden) {
		t.Errorf("cleared by who may not move the laser = %v, want %v", err, buffer.ErrForbidden)
	}
	unlock := buffer.LockRequest{By: stranger, Device: "V1", Unlock: true, Reason: "it is Monday"}
	if err := c.Lock(t.Context(), unlock); !errors.Is(err, buffer.ErrForbidden) {
		t.Errorf("unlocked by a stranger = %v, want %v", err, buffer.ErrForbidden)
	}
	w.ask()
	unlock.By = boss
	if err := errors.Join(c.ClearRule(t.Context(), anybody, "pressure"), c.Lock(t.Context(), unlock)); err != nil {
		t.Fatal(err)
	}
	if w.laser.is("enabled") != 0 || w.hot.is("open") != 0 {
		t.Error("clearing or unlocking moved something by itself")
	}
	for _, o := range []buffer.CommandRequest{order("laser", "enabled", 1), order("V1", "open", 1)} {
		if r, err := c.Command(t.Context(), o); err != nil || r.Result != "success" {
			t.Errorf("%s on Monday = %q, %v; want success", o.Device, r.Result, err)
		}
	}
	synctest.Wait()
	all := map[string]int{}
	for _, e := range w.agent.picked(buffer.Audit, func(*buffer.Event) bool { return true }) {
		switch {
		case e.Kind == buffer.Trip:
			all["trip "+e.Status]++
		case e.Metric == "commands_refused_total" && strings.Contains(e.Note, "who=queue"):
			all["queue refused"]++
		case e.Labels.Value("control") == "break_lock" && strings.Contains(e.Note, "who=boss") && strings.Contains(e.Note, "it is Monday"):
			all["lock broken"]++
		case e.Labels.Value("control") == "halt" && strings.Contains(e.Note, "rule pressure"):
			all["halt"]++
		case e.Labels.Value("control") == "lock" && strings.Contains(e.Note, "sample in"):
			all["lock"]++
		}
	}
	for _, what := range []string{"trip tripped", "trip cleared", "queue refused", "lock broken", "lock", "halt"} {
		if all[what] == 0 {
			t.Errorf("the audit has nothing of %q: %v", what, slices.Sorted(maps.Keys(all)))
		}
	}
	t.Logf("audit: %v", all)
}
