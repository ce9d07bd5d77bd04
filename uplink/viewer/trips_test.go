package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// packedTrip is a trip as an agent publishes it: the payload of its topic.
func packedTrip(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string][]byte{"gzip": b.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func tripText(id string, at time.Time, causes ...string) string {
	one := telemetry.TripSummary{ID: id, Source: "liar", Boot: "b1", Time: at, Complete: true}
	for _, c := range append([]string{id}, causes...) {
		one.Causes = append(one.Causes, telemetry.TripCause{ID: c, Time: at, Kind: "trip", About: "overpressure"})
	}
	data, _ := json.Marshal(telemetry.Trip{TripSummary: one})
	return string(data)
}

func TestTripsOfAgentsAreKept(t *testing.T) {
	in := newTestIntake(t)
	kept := trips{&history{db: in.store}}
	first, second := tripText("b1.audit.7", zero, "b1.audit.9"), tripText("b1.audit.30", zero.Add(time.Hour))
	in.receive(t, "pychron/line1/trips", packedTrip(t, first), false)
	in.receive(t, "pychron/line1/trips", packedTrip(t, first), false) // it comes at least once
	in.receive(t, "pychron/line1/trips", packedTrip(t, second), false)
	in.receive(t, "pychron/line2/trips", packedTrip(t, first), false)
	list, err := kept.List(t.Context(), "line1")
	if err != nil || len(list) != 2 || list[0].ID != "b1.audit.30" || list[1].Source != "line1" {
		t.Fatalf("List(line1) = %+v, %v; want two, the newest first, with the agent of the topic", list, err)
	}
	if all, _ := kept.List(t.Context(), ""); len(all) != 3 {
		t.Errorf("%d trips of all, want 3", len(all))
	}
	for _, id := range []string{"b1.audit.7", "b1.audit.9"} {
		if data, err := kept.Find(t.Context(), "line1", id); string(data) != first || err != nil {
			t.Errorf("Find(%s) = %s, %v; want what came", id, data, err)
		}
	}
	if _, err := kept.Find(t.Context(), "line3", "b1.audit.7"); !errors.Is(err, buffer.ErrUnknown) {
		t.Errorf("Find of another agent = %v, want unknown", err)
	}
}

func TestTripsAreBounded(t *testing.T) {
	in := newTestIntake(t)
	for i := range 103 {
		id := fmt.Sprintf("b1.audit.%d", i+1)
		in.receive(t, "pychron/line1/trips", packedTrip(t, tripText(id, zero.Add(time.Duration(i)*time.Minute))), false)
	}
	list, err := trips{&history{db: in.store}}.List(t.Context(), "")
	if err != nil || len(list) != 100 || list[0].ID != "b1.audit.103" {
		t.Errorf("%d trips, %v; want the newest 100", len(list), err)
	}
	if _, err := (trips{&history{db: in.store}}).Find(t.Context(), "", "b1.audit.3"); !errors.Is(err, buffer.ErrUnknown) {
		t.Errorf("Find of one that was dropped = %v, want unknown", err)
	}
}

// What is no trip is set aside, and concerns nobody else.
func TestHostileTripsAreSetAside(t *testing.T) {
	in := newTestIntake(t)
	long := strings.Repeat("x", 200)
	for state, payload := range map[string]string{
		"no gzip":               `{"gzip":"AAAA"}`,
		"no JSON":               packedTrip(t, "{"),
		"a list":                packedTrip(t, "[]"),
		"no causes":             packedTrip(t, `{"id":"b1.audit.7","boot":"b1","timestamp":"2026-11-22T08:00:00Z"}`),
		"another first cause":   packedTrip(t, strings.Replace(tripText("b1.audit.7", zero), `"id":"b1.audit.7"`, `"id":"b1.audit.8"`, 1)),
		"a long id":             packedTrip(t, tripText(long, zero)),
		"a year beyond":         packedTrip(t, strings.ReplaceAll(tripText("b1.audit.7", zero), "2026-", "1026-")),
		"a control character":   packedTrip(t, tripText("a\nb", zero)),
		"more than 16 MiB of 0": packedTrip(t, `{"why":"`+strings.Repeat(" ", 17<<20)+`"}`),
		"33 causes":             packedTrip(t, tripText("b1.audit.7", zero, strings.Split(strings.Repeat("c ", 32), " ")...)),
	} {
		in.receive(t, "pychron/line1/trips", payload, false)
		if list, err := (trips{&history{db: in.store}}).List(t.Context(), ""); len(list) > 0 || err != nil {
			t.Errorf("%s: %+v is kept, %v", state, list, err)
		}
	}
	in.receive(t, "pychron/line1/trips", packedTrip(t, strings.Replace(tripText("b1.audit.7", zero), "overpressure", long+long+long, 1)), false)
	if list, _ := (trips{&history{db: in.store}}).List(t.Context(), ""); len(list) != 1 || len(list[0].Causes[0].About) > buffer.MaxNote {
		t.Errorf("a long text: %+v, want it cut", list)
	}
	in.works(t, "b9")
}
