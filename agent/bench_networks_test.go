package main

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// What switches a hazard on, vents, ends a halt or clears a rule that halts comes from the bench alone; what makes safe, and what is no
// hazard, from everywhere. A token with networks of its own is accepted from these.
func TestHazardsAreSwitchedOnFromTheBenchAlone(t *testing.T) {
	digits := func(token string) string { sum := sha256.Sum256([]byte(token)); return hex.EncodeToString(sum[:]) }
	const bench, office, elsewhere = "10.0.1.7", "10.0.2.9", "192.0.2.4"
	for what, c := range map[string]struct {
		from, token, path, body string
		code                    int
		reason                  string // of the event; "" = none
	}{
		"laser on at the bench":                    {bench, "jr", "/devices/laser/enabled", `{"value":1}`, 200, ""},
		"laser on at the bench by IPv6":            {"::ffff:10.0.1.7", "jr", "/devices/laser/enabled", `{"value":1}`, 200, ""},
		"laser on at this machine":                 {"127.0.0.1", "jr", "/devices/laser/enabled", `{"value":1}`, 200, ""},
		"laser on from the office":                 {office, "jr", "/devices/laser/enabled", `{"value":1}`, 403, "bench"},
		"power from the office":                    {office, "jr", "/devices/laser/power", `{"value":5}`, 403, "bench"},
		"laser off from the office":                {office, "jr", "/devices/laser/enabled", `{"value":0}`, 200, ""},
		"valve from the office":                    {office, "jr", "/devices/V1/open", `{"value":1}`, 200, ""},
		"vent from the office":                     {office, "jr", "/devices/V2/open", `{"value":1}`, 403, "bench"},
		"vent closed from the office":              {office, "jr", "/devices/V2/open", `{"value":0}`, 200, ""},
		"end of a halt from the office":            {office, "jr", "/rules/halt/clear", `{}`, 403, "bench"},
		"end of a halt at the bench":               {bench, "jr", "/rules/halt/clear", `{}`, 200, ""},
		"halt from the office":                     {office, "jr", "/halt", `{}`, 200, ""},
		"token of one network, from there":         {office, "kl", "/devices/V1/open", `{"value":1}`, 200, ""},
		"token of one network, from somewhere":     {elsewhere, "kl", "/devices/V1/open", `{"value":1}`, 403, "token"},
		"halt on this machine with a wrong token":  {"127.0.0.1", "kl", "/halt", `{}`, 200, ""},
		"halt with a token that is not taken here": {elsewhere, "kl", "/halt", `{}`, 403, "token"},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", &fake{}, time.Hour), valvePlan("V1", &fake{}), valvePlan("V2", &fake{})})
				defer stop()
				h.plan().Device("V2").Move("open").Vent = true
				h.plan().Config.Agent.Bench = config.Strings{"10.0.1.0/24"}
				rights := []string{buffer.RightCommand}
				h.plan().Config.Agent.Tokens = []config.TokenConfig{
					{Name: "jr", SHA256: digits("jr"), Rights: rights}, {Name: "kl", SHA256: digits("kl"), Rights: rights, From: config.Strings{"10.0.2.0/24"}},
				}
				handler := h.newServer(quiet, "").Handler()
				time.Sleep(3 * time.Second)
				r, w := httptest.NewRequest("POST", c.path, strings.NewReader(c.body)), httptest.NewRecorder()
				r.Host, r.RemoteAddr = "127.0.0.1", "["+c.from+"]:5000"
				r.Header.Set("X-Pychron-Edge-Token", c.token)
				r.Header.Set("Content-Type", "application/json")
				handler.ServeHTTP(w, r)
				if w.Code != c.code {
					t.Errorf("%d %s, want %d", w.Code, w.Body, c.code)
				}
				reason := ""
				for _, e := range h.refusals("") {
					reason += e.Labels.Value("reason")
				}
				if reason != c.reason {
					t.Errorf("refused for %q in the audit, want %q", reason, c.reason)
				}
			})
		})
	}
}

// A command by MQTT comes from nowhere: where the bench has networks, it switches no hazard on.
func TestACommandByMQTTIsNotFromTheBench(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{laserPlan("laser", &fake{}, time.Hour), valvePlan("V1", &fake{})})
		defer stop()
		time.Sleep(3 * time.Second)
		h.plan().Config.Agent.Bench = config.Strings{"10.0.1.0/24"}
		if _, err := h.executeMQTT(t.Context(), buffer.CommandRequest{Device: "laser", Control: "enabled", Value: 1}); err == nil {
			t.Error("the laser was switched on by MQTT")
		}
		if _, err := h.executeMQTT(t.Context(), buffer.CommandRequest{Device: "V1", Control: "open", Value: 1}); err != nil {
			t.Errorf("V1 by MQTT = %v", err)
		}
	})
}
