package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
	"pychron-edge/uplink/viewer/store"
)

// statuses has the agent publish its status every 10 s from one time to another.
func (in *testIntake) statuses(t *testing.T, from, to time.Duration, payload string) {
	t.Helper()
	for at := from; at <= to; at += 10 * time.Second {
		in.now = (&clock{zero.Add(at)}).now
		if err := in.status(t.Context(), "line1", []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
}

const fivePublished = `{"state":"online","boot":"b1","through":{"readings":5}}`

// The broker acknowledges all and lets only the status through.
func TestLaneThatDoesNotArriveIsToldWithinAMinute(t *testing.T) {
	in := newTestIntake(t)
	in.statuses(t, 0, 50*time.Second, fivePublished)
	lane := laneKey{"line1", buffer.Readings}
	why := in.arrival.absent(in.now())[lane]
	for _, part := range []string{"readings 1 to 5 of boot b1", "ACL", "line1/readings/#"} {
		if !strings.Contains(why, part) {
			t.Errorf("after 50 s: %q, want it to contain %q", why, part)
		}
	}
	if got := in.arrival.absent(zero.Add(arrivalTime - 1)); len(got) != 0 {
		t.Errorf("absent before %v = %v, want nothing yet", arrivalTime, got)
	}
	in.add(t, reading("b1", 1), reading("b1", 2), reading("b1", 3), reading("b1", 4), reading("b1", 5))
	in.statuses(t, time.Minute, time.Minute, fivePublished)
	if got := in.arrival.absent(in.now()); len(got) != 0 {
		t.Errorf("absent = %v once all is here, want nothing", got)
	}
}

func TestUnansweredResendIsToldAndAskedLessAndLess(t *testing.T) {
	in := newTestIntake(t)
	in.add(t, reading("b1", 1), reading("b1", 5))
	in.requested = nil
	in.statuses(t, 0, 10*time.Minute, fivePublished)
	if n := len(in.requested); n < 5 || n > 9 {
		t.Errorf("%d requests in 10 minutes, want 5 to 9", n)
	}
	if why := in.arrival.absent(in.now())[laneKey{"line1", buffer.Readings}]; !strings.Contains(why, "2 to 4") || !strings.Contains(why, "/resend") {
		t.Errorf("absent = %q, want 2 to 4 and the topic resend", why)
	}
	if err := in.status(t.Context(), "line1", []byte(`{"state":"offline","boot":"b1"}`)); err != nil {
		t.Fatal(err)
	}
	if got := in.arrival.absent(in.now()); len(got) != 0 {
		t.Errorf("absent of an agent that is away = %v, want nothing", got)
	}
}

// An answer that takes longer than arrivalTime is an answer.
func TestSlowAnswerIsNoAlarm(t *testing.T) {
	in := newTestIntake(t)
	for i := range 5 {
		at := time.Duration(i) * 20 * time.Second
		in.statuses(t, at, at+10*time.Second, `{"state":"online","boot":"b1","through":{"readings":9}}`)
		in.add(t, reading("b1", uint64(i+1)))
		if got := in.arrival.absent(in.now()); len(got) != 0 {
			t.Fatalf("absent after %v = %v, want nothing: events are coming", at, got)
		}
	}
}

func TestStandingAlarmIsAnEventAtItsBeginAndItsEnd(t *testing.T) {
	var events []buffer.Event
	s := &standing{alarm: "not arriving", record: func(e *buffer.Event) { events = append(events, *e) }}
	here := map[laneKey]string{{"line1", buffer.Readings}: "why"}
	for i, current := range []map[laneKey]string{nil, here, here, nil, nil} {
		s.update(zero.Add(time.Duration(i)*time.Second), current)
	}
	if len(events) != 2 || events[0].Value != 1 || events[0].Note != "why" || events[1].Value != 0 ||
		events[0].Labels != buffer.MakeLabels("alarm", "readings not arriving", "agent", "line1") {
		t.Errorf("events %+v, want one at the begin and one at the end", events)
	}
}

func TestBrokerThatIsAwayOrRefusesIsAnAlarm(t *testing.T) {
	link := telemetry.UplinkStatus{Error: "subscribing: the broker refuses pychron/+/#"}
	v := &Viewer{started: zero, link: func() telemetry.UplinkStatus { return link }}
	if got := v.brokerAway(zero.Add(brokerTimeout - 1)); len(got) != 0 {
		t.Errorf("at %v: %v, want nothing yet", brokerTimeout-1, got)
	}
	if got := v.brokerAway(zero.Add(brokerTimeout)); got[laneKey{}] != link.Error {
		t.Errorf("at %v: %v, want %q", brokerTimeout, got, link.Error)
	}
	link.Connected = true
	if got := v.brokerAway(zero.Add(brokerTimeout)); len(got) != 0 {
		t.Errorf("connected: %v, want nothing", got)
	}
}

// After each status the agent hears up to where its events are here: up to the first that is missing.
func TestAgentHearsWhatArrived(t *testing.T) {
	in := newTestIntake(t)
	var got []string
	in.report = func(agent string, r uplink.Received) {
		got = append(got, fmt.Sprintf("%s %s/%s %d", agent, r.Boot, r.Lane, r.Through))
	}
	in.statuses(t, 0, 0, fivePublished)
	in.add(t, reading("b1", 1), reading("b1", 2), reading("b1", 5))
	in.statuses(t, 0, 0, fivePublished)
	in.add(t, reading("b1", 3), reading("b1", 4))
	in.statuses(t, 0, 0, fivePublished)
	if want := []string{"line1 b1/readings 0", "line1 b1/readings 2", "line1 b1/readings 5"}; !slices.Equal(got, want) {
		t.Errorf("reported %q, want %q", got, want)
	}
}

// Trouble of the store is told as such: neither the broker nor another program is the cause.
func TestStoreTroubleIsToldUnderItsName(t *testing.T) {
	v := newTestViewer(t, filepath.Join(t.TempDir(), "events.db"))
	v.pass(t, 1)
	v.link.intake.Load().store.(*store.Store).Close()
	v.clock.at = zero.Add(time.Hour)
	if err := v.publish(t, reading("b1", 1)); err == nil {
		t.Fatal("handle with a closed store = nil, want an error")
	}
	if s := v.service(t, "store"); s.Health != 3 || !strings.Contains(s.Text, "closed") {
		t.Errorf("store = %+v, want unavailable, and why", s)
	}
	if why := v.storeFailing(v.clock.at)[laneKey{}]; why == "" || len(v.brokerAway(v.clock.at)) != 0 {
		t.Errorf("alarms: store %q, broker %v; want the store's alone", why, v.brokerAway(v.clock.at))
	}
	connected := telemetry.UplinkStatus{Broker: "b:1883", Connected: true}
	v.Viewer.link = func() telemetry.UplinkStatus { return connected }
	if s := v.service(t, "broker"); s.Health != 2 || !strings.Contains(s.Text, "until they can be stored") {
		t.Errorf("broker = %+v, want that it keeps the messages", s)
	}
}
