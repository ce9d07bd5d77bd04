package main

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// What is refused and moves nothing is in the audit like a refused move: who, which call, what about, why.
func TestRefusedCallsAreInTheAudit(t *testing.T) {
	jr := buffer.Principal{Name: "jr", Rights: []string{buffer.RightCommand}}
	kl := buffer.Principal{Name: "kl", Rights: []string{buffer.RightCommand}}
	guest := buffer.Principal{Name: "guest", Rights: []string{buffer.RightRead}}
	for what, c := range map[string]struct {
		call   func(*agent, *testing.T) error
		reason string
		note   string
	}{
		"lock of another's device": {func(h *agent, t *testing.T) error {
			return h.commander.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V1"})
		}, "locked", "who=kl call=lock device=V1"},
		"a command by MQTT that had expired": {func(h *agent, _ *testing.T) error {
			h.refuseMQTT(buffer.CommandRequest{Device: "V1", Control: "open", Value: 1, ID: "7"}, "expired", "expired at 08:15")
			return errors.New("expired at 08:15: refused")
		}, "expired", "who=mqtt via=mqtt device=V1 control=open new=1 id=7"},
		"a command by MQTT that cannot be read": {func(h *agent, _ *testing.T) error {
			h.refuseMQTT(buffer.CommandRequest{Device: "no such device", Value: math.NaN(), ID: strings.Repeat("x", 300)}, "unreadable", "the message is no object")
			return errors.New("the message is no object: refused")
		}, "unreadable", "who=mqtt via=mqtt id=" + strings.Repeat("x", 64)},
		"unlock of another's device": {func(h *agent, t *testing.T) error {
			return h.commander.Lock(t.Context(), buffer.LockRequest{By: kl, Device: "V1", Unlock: true})
		}, "locked", "who=kl call=unlock device=V1"},
		"lock for too long": {func(h *agent, t *testing.T) error {
			return h.commander.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V1", For: 1000 * time.Hour})
		}, "range", "who=jr call=lock device=V1"},
		"lock without the right": {func(h *agent, t *testing.T) error {
			return h.commander.Lock(t.Context(), buffer.LockRequest{By: guest, Device: "V1"})
		}, "right", "who=guest call=lock device=V1"},
		"hold of what another holds": {func(h *agent, t *testing.T) error {
			_, err := h.commander.Hold(t.Context(), buffer.HoldRequest{By: kl, Device: "V1", For: 20 * time.Second})
			return err
		}, "interlock", "who=kl call=hold device=V1"},
		"acknowledgement of what is not active": {func(h *agent, t *testing.T) error {
			return h.commander.AckAlarm(t.Context(), jr, "alarm flood", 0, "")
		}, "alarm", "who=jr call=acknowledge alarm=\"alarm flood\""},
		"shelving without the right": {func(h *agent, t *testing.T) error {
			return h.commander.AckAlarm(t.Context(), guest, "alarm flood", time.Hour, "noise")
		}, "right", "who=guest call=shelve alarm=\"alarm flood\""},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h, stop := testAgent(t, []*config.DevicePlan{valvePlan("V1", &fake{})})
				defer stop()
				if err := h.commander.Lock(t.Context(), buffer.LockRequest{By: jr, Device: "V1"}); err != nil {
					t.Fatal(err)
				}
				if _, err := h.commander.Hold(t.Context(), buffer.HoldRequest{By: jr, Device: "V1", For: 20 * time.Second}); err != nil {
					t.Fatal(err)
				}
				err := c.call(h, t)
				if err == nil {
					t.Fatal("not refused")
				}
				events := h.refusals("")
				if len(events) != 1 || events[0].Labels.Value("reason") != c.reason || events[0].Note != c.note || events[0].Status != err.Error() {
					t.Errorf("events %+v, want one, %s, %q, %q", events, c.reason, c.note, err)
				}
			})
		})
	}
}
