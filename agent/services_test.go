package main

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pychron-edge/uplink"
)

func TestServiceThatFlapsIsNotTold(t *testing.T) {
	health := serviceHealthy
	var s services
	s.add("broker", func() (int, string) { return health, "away" })
	second := time.Duration(0)
	run := func(seconds int, flap bool) (reported int) {
		for n := range seconds {
			if flap {
				health = serviceHealthy + n%2
			}
			reported += len(s.step(second))
			second += time.Second
		}
		return reported
	}
	if n := run(20, true); n != 0 {
		t.Errorf("a broker that flaps was told %d times, want 0", n)
	}
	health = serviceUnavailable
	if n := run(60, false); n != 1 {
		t.Errorf("a broker away for a minute was told %d times, want 1", n)
	}
	health = serviceHealthy
	if n := run(60, false); n != 1 {
		t.Errorf("its return was told %d times, want 1", n)
	}
}

func TestServiceThatNeverWorkedHasNoTimeOfSuccess(t *testing.T) {
	h := quietAgent(nil)
	h.services.add("broker", func() (int, string) { return serviceUnavailable, "away" })
	h.services.add("web", func() (int, string) { return serviceHealthy, "" })
	h.services.step(time.Second)
	reported := func() (services []string) {
		h.servicePoints(func(_ string, _ float64, labels ...string) { services = append(services, labels[1]) })
		return services
	}
	if got := reported(); got != nil {
		t.Errorf("times of success while the clock is not synchronised: %q, want none", got)
	}
	h.synced.Store(true)
	if got := reported(); !slices.Equal(got, []string{"web"}) {
		t.Errorf("times of success = %q, want that of web alone", got)
	}
}

func TestBrokerThatMayNotLastIsDegraded(t *testing.T) {
	away, degraded := errors.New("connection refused"), errors.New("does another program use the name?")
	for _, c := range []struct {
		state  string
		link   uplink.Link
		health int
	}{
		{"not tried yet", uplink.Link{}, serviceUnknown},
		{"connected", uplink.Link{Connected: true, Since: time.Now()}, serviceHealthy},
		{"connected, with a rival", uplink.Link{Connected: true, Since: time.Now(), Err: degraded}, serviceDegraded},
		{"just gone", uplink.Link{Since: time.Now(), Err: away}, serviceDegraded},
		{"never there", uplink.Link{Err: away}, serviceUnavailable},
	} {
		if got, _ := brokerState(uplink.PublisherState{Link: c.link}); got != c.health {
			t.Errorf("%s: brokerState = %d, want %d", c.state, got, c.health)
		}
	}
}
