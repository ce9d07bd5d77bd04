//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
)

// fleetSizes are how many agents there are, in EDGE_E2E_FLEET: "10,100,500,1000". Without it nothing is measured: make bench and make soak do.
func fleetSizes(t *testing.T) (all []int) {
	text := os.Getenv("EDGE_E2E_FLEET")
	if text == "" {
		t.Skip("EDGE_E2E_FLEET does not say how many agents")
	}
	for one := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(one)
		if err != nil || n < 1 || n > 1000 {
			t.Fatalf("EDGE_E2E_FLEET has %q; it must be numbers from 1 to 1000, separated by commas", one)
		}
		all = append(all, n)
	}
	return all
}

// TestFleet has fleets of agents publish to one viewer, with each broker and each store: 5 readings a second each, as a line of ten gauges
// with a deadband does, and then 200 of each agent at once, while the page's questions are asked. All of it must be stored. What it took of the
// viewer is printed.
func TestFleet(t *testing.T) {
	for _, agents := range fleetSizes(t) {
		for broker, outside := range map[string]bool{"embedded": false, "mosquitto": true} {
			for store, sql := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
				t.Run(fmt.Sprint(agents, " agents, ", broker, ", ", store), func(t *testing.T) { fleetViewer(t, outside, sql).fleetOf(t, agents) })
			}
		}
	}
}

// fleetViewer starts a viewer whose broker is inside it or mosquitto, and whose store is SQLite or PostgreSQL.
func fleetViewer(t *testing.T, outside, sql bool) *embeddedViewer {
	t.Helper()
	v := &embeddedViewer{t: t, dir: t.TempDir(), outside: outside}
	v.store = filepath.Join(v.dir, "viewer.db")
	if sql {
		v.store, _ = postgresServer(t)
	}
	if outside {
		v.broker = mosquitto(t)
	} else {
		v.broker = brokertest.FreeAddress(t)
	}
	v.start()
	return v
}

func (v *embeddedViewer) fleetOf(t *testing.T, agents int) {
	const rate, seconds, burst = 5, 20, 200
	g := generateWith(t, v.broker, agents, 512)
	eventually(t, 3*time.Minute, "all agents online", func() error { return v.online(agents) })
	asked := v.ask(t)
	measure := func(what string, events int, f func()) {
		before, begun := processorTime(v.Process.Pid), time.Now()
		f()
		used, took := processorTime(v.Process.Pid)-before, time.Since(begun)
		t.Logf("%s: %d events in %v (%.0f a second), %v of processor an event, %.0f MB", what, events, took.Round(time.Second/10),
			float64(events)/took.Seconds(), used/time.Duration(events), anonymous(v.Process.Pid))
	}
	measure("steady", agents*rate*seconds, func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for n := range seconds {
			g.read(n*rate, rate)
			<-tick.C
		}
		begun := time.Now()
		v.stored(t, g, rate*seconds)
		t.Logf("all of it is stored %v after the last", time.Since(begun).Round(time.Second/10))
	})
	measure("burst", agents*burst, func() {
		g.read(rate*seconds, burst)
		v.stored(t, g, rate*seconds+burst)
	})
	for what, times := range asked() {
		slices.Sort(times)
		t.Logf("%s: %v in the middle, %v at most, of %d", what, times[len(times)/2].Round(time.Millisecond/10), times[len(times)-1].Round(time.Millisecond/10), len(times))
	}
	for _, name := range []string{g.names[0], g.names[agents-1]} {
		eventually(t, time.Minute, "no hole in what "+name+" has published", func() error {
			if n := len(held(t, v.url, name)["b1 readings"]); n != rate*seconds+burst {
				return fmt.Errorf("%d readings, want %d", n, rate*seconds+burst)
			}
			return nil
		})
	}
	if st := v.status(); len(st.Gaps) > 0 {
		t.Errorf("there are gaps: %+v", st.Gaps)
	}
}

// fleetStatus is what of a viewer's status is looked at.
type fleetStatus struct {
	Sources []struct {
		State string `json:"state"`
	} `json:"sources"`
	Gaps []any `json:"gaps"`
}

func (v *embeddedViewer) status() (st fleetStatus) {
	body, err := fetch(v.url + "/status")
	if err == nil {
		err = json.Unmarshal([]byte(body), &st)
	}
	if err != nil {
		v.t.Errorf("status: %v", err)
	}
	return st
}

// online returns an error until so many agents are online.
func (v *embeddedViewer) online(agents int) error {
	n := 0
	for _, s := range v.status().Sources {
		if s.State == "online" {
			n++
		}
	}
	if n < agents {
		return fmt.Errorf("%d of %d agents are online", n, agents)
	}
	return nil
}

// stored waits until the last reading of each agent, and with it all, is stored.
func (v *embeddedViewer) stored(t *testing.T, g *generated, seq int) {
	t.Helper()
	for _, name := range g.names {
		eventually(t, 10*time.Minute, "what has been published by "+name, func() error {
			last := events(t, v.url, "lane=readings&limit=1&source="+name)
			if len(last) != 1 || last[0]["seq"] != float64(seq) {
				return fmt.Errorf("there is %v, want %d", last, seq)
			}
			return nil
		})
	}
}

// ask asks what the page asks, one after the other, until the function that it returns is called, which returns how long each took.
func (v *embeddedViewer) ask(t *testing.T) (end func() map[string][]time.Duration) {
	questions := map[string]string{
		"status":               "/status",
		"plot of a gauge":      "/series?source=line0&point=ion1.p3&points=600&since=" + url.QueryEscape(time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)),
		"newest 100 of a line": "/events?source=line0&limit=100",
	}
	times := map[string][]time.Duration{}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			for what, path := range questions {
				begun := time.Now()
				if _, err := fetch(v.url + path); err == nil { // a gauge has no plot before its first reading
					times[what] = append(times[what], time.Since(begun))
				}
			}
			select {
			case <-stop:
				return
			case <-time.After(time.Second / 2):
			}
		}
	}()
	wait := func() { <-ended }
	t.Cleanup(func() {
		select {
		case <-stop:
		default:
			close(stop)
		}
		wait()
	})
	return func() map[string][]time.Duration { close(stop); wait(); return times }
}
