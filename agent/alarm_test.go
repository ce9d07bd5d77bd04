package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/notify"
	"pychron-edge/agent/rules"
)

// alarmed is an agent with a gauge, one alarm of it and receivers, in which nothing runs.
func alarmed(t *testing.T, f *fake, receivers ...config.NotifyConfig) *agent {
	t.Helper()
	points := rules.Catalogue{"g": {"ig": rules.Input{Ref: rules.Ref{Device: "g", Point: "ig"}, Unit: buffer.Pascals, StaleAfter: 5 * time.Second}}}
	when, err := rules.CompileCondition("g.ig > pa(1)", points)
	if err != nil {
		t.Fatal(err)
	}
	h := quietAgent([]*config.DevicePlan{gaugePlan("g", f)})
	p := *h.plan()
	p.Alarms = []*rules.Alarm{{Name: "bone", When: when, ClearFor: 10 * time.Second, Priority: "high", Severity: buffer.Error, Cause: "a leak", Consequence: "air", Action: "close V1", Devices: []string{"g"}}}
	p.Receivers, p.Notify = receivers, map[string][]string{}
	for _, r := range receivers {
		p.Notify["bone"] = append(p.Notify["bone"], r.Name)
	}
	h.adopt(&p)
	return h
}

// alarmEvents are what became of alarms, as "alarm status".
func (a *agent) alarmEvents() (list []string) {
	for _, e := range a.picked(buffer.Audit, kind(buffer.Alarm)) {
		list = append(list, e.Labels.Value("alarm")+" "+e.Status)
	}
	return list
}

func (f *fake) reads(value float64) { f.with(func() { f.gauge.Value = value }) }

func TestAlarmFromReadingToReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		h := alarmed(t, f, config.NotifyConfig{Name: "lab", Webhook: "http://lab"})
		defer h.runLoops(t)()
		time.Sleep(2 * time.Second)
		f.reads(2)
		time.Sleep(2 * time.Second)
		if got := h.notifier.Waiting()["lab"]; got != 1 || !slices.Equal(h.notifier.Announced(), []string{"bone"}) {
			t.Errorf("%d messages for the lab, announced %q, want one of the alarm", got, h.notifier.Announced())
		}
		s := statusOf(t, h, "bone")
		if !slices.Equal(s.States, []string{"active", "unacknowledged"}) || s.Priority != "high" || s.Cause != "a leak" || s.Consequence != "air" || s.Action != "close V1" || s.Why == "" {
			t.Errorf("status = %+v, want active and unacknowledged with what people need", s)
		}
		if err := h.commander.AckAlarm(t.Context(), anybody, "bone", 0, ""); err != nil {
			t.Fatal(err)
		}
		f.reads(.1)
		time.Sleep(9 * time.Second)
		if s := statusOf(t, h, "bone"); !s.Active || s.Acknowledged != "jr" {
			t.Errorf("over for less than clear_for = %+v, want active, acknowledged by jr", s)
		}
		time.Sleep(3 * time.Second)
		if s := statusOf(t, h, "bone"); s.Active || len(s.States) != 0 {
			t.Errorf("over for clear_for = %+v, want quiet", s)
		}
		if got, want := h.alarmEvents(), []string{"bone raised", "bone acknowledged", "bone ended"}; !slices.Equal(got, want) {
			t.Errorf("events = %q, want %q", got, want)
		}
		if got := h.notifier.Waiting()["lab"]; got != 0 {
			t.Errorf("%d messages for the lab, want none: nobody has heard of it", got)
		}
		var text bytes.Buffer
		families, _ := h.metrics.Gatherer(&h.present, h.points).Gather()
		for _, family := range families {
			text.WriteString(family.String())
		}
		if !strings.Contains(text.String(), "alarms_raised_total") {
			t.Error("alarms_raised_total is not shown")
		}
	})
}

func statusOf(t *testing.T, h *agent, alarm string) telemetry.AlarmStatus {
	t.Helper()
	s, err := h.Status("")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range s.Alarms {
		if a.Name == alarm {
			return a
		}
	}
	t.Fatalf("alarm %s is not in the status", alarm)
	return telemetry.AlarmStatus{}
}

func TestShelvedAlarmIsSentToNobodyUntilItsTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		h := alarmed(t, f, config.NotifyConfig{Name: "lab", Webhook: "http://lab"})
		defer h.runLoops(t)()
		h.commander.Adopt(withRule(h.plan(), "vacuum"))
		shelve := func(alarm string, d time.Duration, why string) error {
			return h.commander.AckAlarm(t.Context(), anybody, alarm, d, why)
		}
		for _, c := range []struct {
			alarm string
			d     time.Duration
			why   string
			is    error
		}{
			{"bone", 12*time.Hour + 1, "bake-out", buffer.ErrRange}, {"bone", time.Hour, "", buffer.ErrRange},
			{"vacuum", time.Hour, "it annoys", buffer.ErrConflict}, {"other", time.Hour, "x", buffer.ErrUnknown},
		} {
			if err := shelve(c.alarm, c.d, c.why); !errors.Is(err, c.is) {
				t.Errorf("shelve %s for %v, %q = %v, want %v", c.alarm, c.d, c.why, err, c.is)
			}
		}
		f.reads(2)
		time.Sleep(2 * time.Second)
		if err := shelve("bone", time.Hour, "bake-out"); err != nil {
			t.Fatal(err)
		}
		if got := h.notifier.Waiting()["lab"]; got != 0 {
			t.Errorf("%d messages of a shelved alarm wait, want none", got)
		}
		time.Sleep(time.Hour + time.Second)
		if got := h.notifier.Waiting()["lab"]; got != 1 {
			t.Errorf("%d messages once its time is over, want one: it is still active", got)
		}
		if got, want := h.alarmEvents(), []string{"bone raised", "bone shelved for 1h0m0s", "bone unshelved"}; !slices.Equal(got, want) {
			t.Errorf("events = %q, want %q", got, want)
		}
	})
}

// withRule is a plan with a rule of that name, which never trips.
func withRule(p *config.Plan, name string) *config.Plan {
	next := *p
	next.Rules = []*rules.Rule{{Name: name, When: p.Alarms[0].When}}
	return &next
}

func TestAlarmThatIsConfiguredNoMoreEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		h := alarmed(t, f)
		defer h.runLoops(t)()
		f.reads(2)
		time.Sleep(2 * time.Second)
		next := *h.plan()
		next.Alarms = nil
		h.adopt(&next)
		if got, want := h.alarmEvents(), []string{"bone raised", "bone ended"}; !slices.Equal(got, want) {
			t.Errorf("events = %q, want %q", got, want)
		}
	})
}

// sentBefore is a store as an earlier process has left it.
type sentBefore []notify.Message

func (s sentBefore) Load() ([]notify.Message, error) { return s, nil }
func (sentBefore) Save([]notify.Message) error       { return nil }

func TestAlarmSentBeforeTheRestartIsEndedAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		h := alarmed(t, f, config.NotifyConfig{Name: "lab", Webhook: "http://lab"})
		earlier := notify.Message{To: "lab", State: notify.Raised, Sent: time.Now()}
		bone, gone := earlier, earlier
		bone.Alarm, gone.Alarm = "bone", "gone"
		h.services.messages = sentBefore{bone, gone}
		h.begin()
		if got := h.notifier.Waiting()["lab"]; got != 1 {
			t.Errorf("%d messages at the start, want the end of the alarm that is configured no more", got)
		}
		f.reads(2)
		defer h.runLoops(t)()
		time.Sleep(time.Minute)
		if got := h.notifier.Waiting()["lab"]; got != 1 || !statusOf(t, h, "bone").Active {
			t.Errorf("%d messages, %+v, want none of an alarm that was sent before", got, statusOf(t, h, "bone"))
		}
		f.reads(.1)
		time.Sleep(time.Minute)
		if got := h.notifier.Waiting()["lab"]; got != 2 {
			t.Errorf("%d messages once it is over, want its end, too", got)
		}
	})
}

// inbox is a webhook that keeps what it got, as "alarm state".
type inbox struct {
	mu  sync.Mutex
	got []string
}

func (b *inbox) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var m struct{ Alarm, State string }
	json.NewDecoder(r.Body).Decode(&m)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, m.Alarm+" "+m.State)
}

func (b *inbox) list() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.got)
}

func TestRunningAgentSendsAlarmsAndTests(t *testing.T) {
	var box inbox
	s := httptest.NewServer(&box)
	defer s.Close()
	f := &fake{}
	h := alarmed(t, f, config.NotifyConfig{Name: "lab", Webhook: s.URL + "/secret"})
	h.plan().Alarms[0].ClearFor = 0
	end := alive(t, h)
	f.reads(2)
	until(t, "the alarm at the receiver", func() bool { return slices.Equal(box.list(), []string{"bone raised"}) })
	f.reads(.1)
	until(t, "its end at the receiver", func() bool { return slices.Equal(box.list(), []string{"bone raised", "bone ended"}) })

	if _, err := h.NotifyTest(t.Context(), buffer.Principal{Name: "guest", Rights: []string{buffer.RightRead}}, ""); !errors.Is(err, buffer.ErrForbidden) {
		t.Errorf("test by who may only read = %v, want %v", err, buffer.ErrForbidden)
	}
	results, err := h.NotifyTest(t.Context(), anybody, "")
	if err != nil || len(results) != 1 || !results[0].Sent || !slices.Contains(box.list(), " test") {
		t.Errorf("test = %+v, %v, receiver got %q, want it sent", results, err, box.list())
	}
	s.Close()
	results, err = h.NotifyTest(t.Context(), anybody, "lab")
	if err != nil || len(results) != 1 || results[0].Sent {
		t.Errorf("test of a receiver that is away = %+v, %v, want not sent", results, err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	for _, e := range h.picked(buffer.Audit, func(*buffer.Event) bool { return true }) {
		if strings.Contains(e.Note+e.Status, "secret") {
			t.Errorf("event %+v has the address of a receiver", e)
		}
	}
}

func TestNotifyTestVerb(t *testing.T) {
	var box inbox
	good := httptest.NewServer(&box)
	defer good.Close()
	bad := httptest.NewServer(http.NotFoundHandler())
	defer bad.Close()
	path := filepath.Join(t.TempDir(), "agent.yaml")
	write := func(text string) {
		if err := os.WriteFile(path, []byte("agent: {name: a}\ndevices: [{name: hand, model: manual}]\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := dispatch(context.Background(), append([]string{"notify-test", "-config", path}, args...), &out, &out)
		return code, strings.Join(strings.Fields(out.String()), " ")
	}
	write("notify: [{name: good, webhook: " + good.URL + "}, {name: bad, webhook: " + bad.URL + "}]\n")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, exitMistake, "RECEIVER RESULT good sent bad it answers 404 Not Found"},
		{[]string{"good"}, exitFine, "RECEIVER RESULT good sent"},
		{[]string{"other"}, exitMistake, `receiver "other": unknown; must be one of good, bad`},
		{[]string{"good", "bad"}, exitUsage, "usage"},
	} {
		if code, out := run(c.args...); code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("notify-test %q = %d, %s, want %d, %s", c.args, code, out, c.code, c.want)
		}
	}
	if got := box.list(); !slices.Equal(got, []string{" test", " test"}) {
		t.Errorf("the receiver got %q, want two tests", got)
	}
	write("")
	if code, out := run(); code != exitMistake || !strings.Contains(out, "names no receiver") {
		t.Errorf("without receivers = %d, %s, want %d and that there is none", code, out, exitMistake)
	}
}
