package main

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"pychron-edge/buffer"
)

func TestForgottenAgentIsNotShownUntilItSends(t *testing.T) {
	v := newTestViewer(t, filepath.Join(t.TempDir(), "events.db"))
	v.pass(t, 1)
	if err := v.forget(v.link, "jr", "line1"); !errors.Is(err, buffer.ErrUnknown) {
		t.Errorf("forgetting an unknown agent = %v, want ErrUnknown", err)
	}
	v.unstored(t, reading("b1", 1))
	if err := v.forget(v.link, "jr", "line1"); !errors.Is(err, buffer.ErrConflict) {
		t.Errorf("forgetting an agent that is online = %v, want ErrConflict", err)
	}
	v.clock.at = v.clock.at.Add(time.Hour)
	if err := v.forget(v.link, "jr", "line1"); err != nil {
		t.Fatal(err)
	}
	if s := v.fleet.sources(v.clock.at); len(s) != 0 {
		t.Errorf("agents %+v, want none", s)
	}
	if err := v.link.intake.Load().status(t.Context(), "line1", nil); err != nil || len(v.fleet.sources(v.clock.at)) != 0 {
		t.Errorf("its status cleared at the broker: %v, agents %+v, want none", err, v.fleet.sources(v.clock.at))
	}
	v.pass(t, 1)
	if _, own := v.stored(t); own != "viewer_agents_forgotten_total " {
		t.Errorf("stored of the viewer: %q, want that it was forgotten", own)
	}
	v.unstored(t, reading("b1", 2))
	if s := v.fleet.sources(v.clock.at); len(s) != 1 {
		t.Errorf("agents %+v, want line1 again", s)
	}
}
