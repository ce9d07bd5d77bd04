package telemetry

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

func TestStatusSaysTheRightsOfWhoAsks(t *testing.T) {
	s, _ := newTestServer()
	for token, want := range map[string][]string{
		"":        {buffer.RightRead, buffer.RightIngest, buffer.RightHalt},
		"command": {buffer.RightRead, buffer.RightIngest, buffer.RightCommand, buffer.RightHalt},
		"admin":   {buffer.RightRead, buffer.RightIngest, buffer.RightAdmin, buffer.RightHalt},
		"reader":  {buffer.RightRead, buffer.RightIngest, buffer.RightHalt},
	} {
		w := s.ask(t, "GET", "/status", "", with(header, token))
		var got Status
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || !slices.Equal(got.Rights, want) {
			t.Errorf("rights of token %q = %v, %v, want %v", token, got.Rights, err, want)
		}
	}
	w := s.ask(t, "GET", "/status", "", remote, token("command"))
	var got Status
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || !slices.Equal(got.Rights, []string{buffer.RightRead, buffer.RightCommand, buffer.RightHalt}) {
		t.Errorf("rights of a token from another machine = %v, %v, want %v", got.Rights, err, []string{buffer.RightRead, buffer.RightCommand, buffer.RightHalt})
	}
}

func TestControlsOutsideThePatternsOfATokenAreForbidden(t *testing.T) {
	s, _ := newTestServer()
	forbidden := func(token string) map[string]string {
		var got Status
		if err := json.Unmarshal(s.ask(t, "GET", "/status", "", with(header, token)).Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		why := map[string]string{}
		for _, d := range got.Devices {
			for _, c := range d.Controls {
				why[d.Name] = c.Forbidden
			}
		}
		return why
	}
	if why := forbidden("valves"); why["V1"] != "" || !strings.Contains(why["laser"], "vic") {
		t.Errorf("forbidden to a token for V*.open = %q, want the laser alone", why)
	}
	if why := forbidden("command"); why["V1"] != "" || why["laser"] != "" {
		t.Errorf("forbidden to a token for all controls = %q, want nothing", why)
	}
}

func TestPageNeedsNoRight(t *testing.T) {
	s, _ := newTestServer()
	for path, want := range map[string]int{"/": 200, "/built/page.js": 200, "/uplot/uPlot.iife.min.js": 200, "/favicon.svg": 200,
		"/status": 401, "/events": 401, "/metrics": 401, "/healthz": 401} {
		if w := s.ask(t, "GET", path, "", remote); w.Code != want {
			t.Errorf("GET %s from another machine without a token = %d, want %d", path, w.Code, want)
		}
	}
}

// An agent's numbers are its own: it does not give them to whoever asks about another.
func TestAnAgentKnowsNothingOfAnother(t *testing.T) {
	s, _ := newTestServer(func(o *ServerOptions) { o.Source, o.Archive = "line1", NewTrend() })
	for _, call := range []string{"/status?", "/devices/ion1/trace?", "/series?device=ion1&point=cold&"} {
		own, other := s.ask(t, "GET", call+"source=line1", ""), s.ask(t, "GET", call+"source=line2", "")
		if own.Code != 200 {
			t.Errorf("GET %ssource=line1 = %d %s, want 200", call, own.Code, own.Body)
		}
		if other.Code != 404 || !strings.Contains(other.Body.String(), "must be line1") {
			t.Errorf("GET %ssource=line2 = %d %.80s, want 404 and who is here", call, other.Code, other.Body)
		}
	}
}
