package main

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pychron-edge/agent/service"
	"pychron-edge/uplink"
)

func TestServiceThatNeverWorkedHasNoTimeOfSuccess(t *testing.T) {
	h := quietAgent(nil)
	h.services.Add("broker", func() (int, string) { return service.Unavailable, "away" })
	h.services.Add("web", func() (int, string) { return service.Healthy, "" })
	h.services.Step(time.Second)
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
		{"not tried yet", uplink.Link{}, service.Unknown},
		{"connected", uplink.Link{Connected: true, Since: time.Now()}, service.Healthy},
		{"connected, with a rival", uplink.Link{Connected: true, Since: time.Now(), Err: degraded}, service.Degraded},
		{"just gone", uplink.Link{Since: time.Now(), Err: away}, service.Degraded},
		{"never there", uplink.Link{Err: away}, service.Unavailable},
	} {
		if got, _ := brokerState(uplink.PublisherState{Link: c.link}); got != c.health {
			t.Errorf("%s: brokerState = %d, want %d", c.state, got, c.health)
		}
	}
}
