package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newFleetAt(t *testing.T) (*fleet, *clock) {
	t.Helper()
	c := &clock{zero}
	f := newFleet(c.now)
	if _, err := f.setStatus("line1", status(t, "online", "b1")); err != nil {
		t.Fatal(err)
	}
	e := reading("b1", 1)
	f.addEvent(&e)
	return f, c
}

func only(t *testing.T, f *fleet, now time.Time) telemetry.DeviceStatus {
	t.Helper()
	var st telemetry.Status
	if err := f.fill(&st, "line1", now); err != nil {
		t.Fatal(err)
	}
	if len(st.Devices) != 1 || len(st.Devices[0].Points) != 1 {
		t.Fatalf("devices %+v, want ion1 with one point", st.Devices)
	}
	return st.Devices[0]
}

func TestSilentPointHasNoValue(t *testing.T) {
	f, c := newFleetAt(t)
	p := only(t, f, c.at).Points[0]
	if p.Value == nil || *p.Value != 1 || p.Stale || p.Unit != buffer.Pascals {
		t.Errorf("live point %+v, want value 1", p)
	}
	c.at = c.at.Add(151 * time.Second) // 2.5 heartbeats
	d := only(t, f, c.at)
	if p := d.Points[0]; p.Value != nil || p.Last == nil || !p.Stale || d.Health != "unknown" {
		t.Errorf("after 151 s: %+v of %s, want no value, the last one as old", p, d.Health)
	}
}

func TestFailedDeviceHasNoValue(t *testing.T) {
	f, c := newFleetAt(t)
	f.addEvent(&buffer.Event{Source: "line1", Boot: "b1", Kind: buffer.Failure, Device: "ion1", Time: zero, Status: "no answer in time"})
	if d := only(t, f, c.at); d.Health != "unavailable" || d.Error != "no answer in time" || d.Points[0].Value != nil {
		t.Errorf("failed device %+v, want unavailable and no value", d)
	}
	f.addEvent(&buffer.Event{Source: "line1", Boot: "b1", Kind: buffer.Recovery, Device: "ion1", Time: zero})
	if d := only(t, f, c.at); d.Health != "healthy" || d.Points[0].Value == nil {
		t.Errorf("recovered device %+v, want its value", d)
	}
}

// The clock of an agent without a battery may be wrong by years until the network has told it the time.
func TestReadingAfterTheClockWasSetBackIsShown(t *testing.T) {
	f, c := newFleetAt(t)
	ahead, right := reading("b1", 2), reading("b1", 3)
	ahead.Time = ahead.Time.AddDate(70, 0, 0)
	f.addEvent(&ahead)
	f.addEvent(&right)
	if p := only(t, f, c.at).Points[0]; p.Value == nil || *p.Value != 3 || !p.Timestamp.Equal(right.Time) {
		t.Errorf("point %+v, want the newest value, 3", p)
	}
}

func TestOfflineAgentShowsItsLastMessage(t *testing.T) {
	f, c := newFleetAt(t)
	if _, err := f.setStatus("line1", []byte(`{"state":"offline","boot":"b1"}`)); err != nil { // a last will
		t.Fatal(err)
	}
	if s := f.sources(c.at); len(s) != 1 || s[0].State != "offline" || s[0].LastWord == nil {
		t.Errorf("sources %+v, want line1 offline with the time of its last message", s)
	}
	if p := only(t, f, c.at).Points[0]; p.Value != nil || p.Last == nil {
		t.Errorf("point of an offline agent %+v, want its last value as old", p)
	}
}

// A will is from the start of its connection, when nobody had looked at the clock yet. It is no word against the clock: a page that reads "not
// synchronised" sends somebody to look for nothing.
func TestWillSaysNothingAgainstTheClock(t *testing.T) {
	for will, want := range map[string]bool{`{"state":"offline","boot":"b1"}`: true, `{"state":"offline","boot":"b1","clock":{"synchronised":false,"how":""}}`: true,
		`{"state":"offline","boot":"b0","clock":{"synchronised":false,"how":"adjtimex"}}`: false} {
		f, c := newFleetAt(t)
		for _, payload := range []string{`{"state":"online","boot":"b1","clock":{"synchronised":true,"how":"adjtimex"}}`, will} {
			if _, err := f.setStatus("line1", []byte(payload)); err != nil {
				t.Fatal(err)
			}
		}
		var st telemetry.Status
		if err := f.fill(&st, "line1", c.at); err != nil {
			t.Fatal(err)
		}
		if st.Clock.Synchronised != want {
			t.Errorf("clock after %s = %+v, want synchronised %t", will, st.Clock, want)
		}
	}
}

func TestOlderEventChangesNothing(t *testing.T) {
	f, c := newFleetAt(t)
	newer, older := reading("b1", 9), reading("b1", 5)
	f.addEvent(&newer)
	f.addEvent(&older)
	if p := only(t, f, c.at).Points[0]; *p.Value != 9 {
		t.Errorf("value %g after a replayed reading, want 9", *p.Value)
	}
	other := reading("b0", 99)
	f.addEvent(&other)
	if p := only(t, f, c.at).Points[0]; *p.Value != 9 {
		t.Errorf("value %g after a reading of an earlier boot, want 9", *p.Value)
	}
}

// What happened before a connection comes after what happened in it. A point of which nothing newer came has it, as old as it is, and no
// newer value gives way to it.
func TestLateStateIsAsOldAsItIs(t *testing.T) {
	f, c := newFleetAt(t)
	l := newLive(buffer.NewLanes(10, 10, 10), f)
	laser := func(seq uint64, point string) *buffer.Event {
		e := reading("b1", seq)
		e.Device, e.Point, e.Kind, e.Metric, e.Unit = "laser", point, buffer.State, "laser_is_enabled", ""
		return &e
	}
	l.show(laser(40, "power"))
	l.showLate(laser(10, "enabled"))
	l.showLate(laser(20, "power"))
	var st telemetry.Status
	if err := f.fill(&st, "line1", c.at.Add(5*time.Second)); err != nil {
		t.Fatal(err)
	}
	got := map[string]telemetry.PointStatus{}
	for _, d := range st.Devices {
		for _, p := range d.Points {
			got[d.Name+"."+p.Point] = p
		}
	}
	if p := got["laser.enabled"]; p.Value == nil || *p.Value != 10 || *p.Age != 35 {
		t.Errorf("enabled %+v, want the late state, 35 s old", p)
	}
	if p := got["laser.power"]; p.Value == nil || *p.Value != 40 || *p.Age != 5 {
		t.Errorf("power %+v, want the newer state, 5 s old", p)
	}
	if _, err := f.setStatus("line1", status(t, "online", "b2")); err != nil {
		t.Fatal(err)
	}
	l.showLate(laser(11, "enabled"))
	if p := only(t, f, c.at).Points[0]; p.Point != "ig" {
		t.Errorf("point %+v of an earlier boot", p)
	}
}

func TestUnknownSourceIsAnError(t *testing.T) {
	f, c := newFleetAt(t)
	if err := f.fill(&telemetry.Status{}, "line9", c.at); !errors.Is(err, buffer.ErrUnknown) || !strings.Contains(err.Error(), "line1") {
		t.Errorf("fill of an unknown source = %v, want ErrUnknown and the known ones", err)
	}
}

func TestTargets(t *testing.T) {
	f, _ := newFleetAt(t)
	if _, err := f.setStatus("near", []byte(`{"state":"online","boot":"x","http":"http://127.0.0.1:9119"}`)); err != nil {
		t.Fatal(err)
	}
	reply := httptest.NewRecorder()
	f.targets(reply, httptest.NewRequest(http.MethodGet, "/targets", nil))
	want := `[{"targets":["10.0.0.7:9119"],"labels":{"agent":"line1"}}]`
	if got := strings.TrimSpace(reply.Body.String()); got != want {
		t.Errorf("GET /targets = %s, want %s", got, want)
	}
}

func TestSilenceRaisesOneAlarmAndEndsIt(t *testing.T) {
	f, c := newFleetAt(t)
	var events []buffer.Event
	doubts := 0
	s := &silence{fleet: f, record: func(e *buffer.Event) { events = append(events, *e) }, expect: func() { doubts++ }}
	check := func(at time.Time) {
		t.Helper()
		c.at = at
		s.check(at)
	}
	check(zero)
	check(zero.Add(151 * time.Second))
	check(zero.Add(152 * time.Second))
	if len(events) != 1 || events[0].Value != 1 || events[0].Severity != buffer.Error {
		t.Fatalf("events %+v, want one alarm", events)
	}
	if doubts != 1 {
		t.Errorf("the connection was doubted %d times, want once", doubts)
	}
	e := reading("b1", 200)
	f.addEvent(&e)
	check(zero.Add(153 * time.Second))
	if len(events) != 2 || events[1].Value != 0 {
		t.Errorf("events %+v, want the alarm's end", events)
	}
}

// Two agents that call a rule, an alarm and a pipette alike have two of each, and each says whose it is, whatever its agent says.
func TestWhatStandsCarriesItsAgent(t *testing.T) {
	f := newFleet(func() time.Time { return zero })
	for _, name := range []string{"line1", "line2"} {
		payload := `{"state":"online","boot":"b1","rules":[{"name":"overpressure","tripped":true}],"alarms":[{"name":"cold","active":true}],"pipettes":[{"name":"argon","source":"line9"}]}`
		if _, err := f.setStatus(name, []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	var st telemetry.Status
	if err := f.fill(&st, "", zero); err != nil {
		t.Fatal(err)
	}
	if len(st.Rules) != 2 || len(st.Alarms) != 2 || len(st.Pipettes) != 2 {
		t.Fatalf("status %+v, want two of each", st)
	}
	for i, want := range []string{"line1", "line2"} {
		if st.Rules[i].Source != want || st.Alarms[i].Source != want || st.Pipettes[i].Source != want {
			t.Errorf("rule of %q, alarm of %q, pipette of %q, want %s", st.Rules[i].Source, st.Alarms[i].Source, st.Pipettes[i].Source, want)
		}
	}
}

// Two agents may have a rule of one name: each says whose it is, and a HALT of one is not that of all.
func TestRulesNameTheirAgent(t *testing.T) {
	f := newFleet((&clock{zero}).now)
	for source, more := range map[string]string{"felix": ``, "jan": `,"halted":{"by":"jr"},"key":["ion1.ig"]`} {
		payload := `{"state":"online","boot":"b1","rules":[{"name":"bone","tripped":true}],"alarms":[{"name":"hot"}],"pipettes":[{"name":"argon"}]` + more + `}`
		if _, err := f.setStatus(source, []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	var all, jan telemetry.Status
	if err := errors.Join(f.fill(&all, "", zero), f.fill(&jan, "jan", zero)); err != nil {
		t.Fatal(err)
	}
	if len(all.Rules) != 2 || all.Rules[0].Source != "felix" || all.Rules[1].Source != "jan" || all.Alarms[1].Source != "jan" || all.Pipettes[0].Source != "felix" {
		t.Errorf("rules %+v, alarms %+v, pipettes %+v; want those of felix and jan, named", all.Rules, all.Alarms, all.Pipettes)
	}
	if s := f.sources(zero)[1]; all.Halted != nil || jan.Halted == nil || s.Halted == nil || jan.Key[0] != "ion1.ig" || s.Key[0] != "ion1.ig" {
		t.Errorf("HALT of all %+v, of jan %+v, in the list %+v", all.Halted, jan.Halted, s)
	}
}

func TestUnknownAgentOfAViewerThatHeardOfNone(t *testing.T) {
	f := newFleet((&clock{zero}).now)
	const want = "this viewer has not heard of any agent yet"
	if err := f.forget("line9", zero); !errors.Is(err, buffer.ErrUnknown) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("forget = %v, want ErrUnknown and %q", err, want)
	}
	if err := f.fill(&telemetry.Status{}, "line9", zero); !errors.Is(err, buffer.ErrUnknown) || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("fill = %v, want ErrUnknown and %q", err, want)
	}
}

// What the viewer says of when it was heard and how old that is has no more digits than an agent's own times.
func TestTimesOfTheFleetAreInWholeMicroseconds(t *testing.T) {
	f, c := newFleetAt(t)
	c.at = zero.Add(1234567 * time.Nanosecond)
	e := reading("b1", 2)
	f.addEvent(&e)
	if got, want := *f.sources(c.at)[0].LastWord, zero.Add(1234*time.Microsecond).UTC(); got != want {
		t.Errorf("last heard at %v, want %v", got, want)
	}
	if got := *only(t, f, c.at.Add(1842242999*time.Nanosecond)).Points[0].Age; got != 1.842242 {
		t.Errorf("age %v, want 1.842242", got)
	}
}
