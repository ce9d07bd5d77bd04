package device

import (
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

// What a laser counts as after a reading, where it counted as on since one second and where it counted as off.
func TestWhatAReadingSaysOfALaser(t *testing.T) {
	enabled := func(v float64) buffer.Sample { return buffer.Sample{Name: "enabled", Value: v, Up: 5 * time.Second} }
	gone := buffer.Sample{Name: "enabled", Missing: "no answer", Up: 5 * time.Second}
	output := func(v float64, u buffer.Unit) buffer.Sample {
		return buffer.Sample{Name: "output", Value: v, Unit: u, Up: 5 * time.Second}
	}
	for _, c := range []struct {
		state             string
		samples           []buffer.Sample
		wasOn, wasOff     time.Duration // since when, afterwards
		heardOn, heardOff bool
	}{
		{"enabled", []buffer.Sample{enabled(1)}, time.Second, 5 * time.Second, true, true},
		{"enabled and dark", []buffer.Sample{enabled(1), output(0, buffer.Percent)}, time.Second, 5 * time.Second, true, true},
		{"disabled", []buffer.Sample{enabled(0)}, 0, 0, true, true},
		{"not known", []buffer.Sample{gone}, time.Second, 5 * time.Second, false, false},
		{"disabled and dark", []buffer.Sample{enabled(0), output(0.9, buffer.Percent)}, 0, 0, true, true},
		{"disabled and bright", []buffer.Sample{enabled(0), output(1, buffer.Percent)}, time.Second, 5 * time.Second, true, true},
		{"bright and disabled", []buffer.Sample{output(1, buffer.Percent), enabled(0)}, time.Second, 5 * time.Second, true, true},
		{"disabled and a tenth of a watt", []buffer.Sample{enabled(0), output(0.1, buffer.Watts)}, time.Second, 5 * time.Second, true, true},
		{"disabled and less", []buffer.Sample{enabled(0), output(0.09, buffer.Watts)}, 0, 0, true, true},
		{"disabled and an output in no unit", []buffer.Sample{enabled(0), output(500, buffer.Volts)}, 0, 0, true, true},
		{"bright alone", []buffer.Sample{output(30, buffer.Percent)}, time.Second, 5 * time.Second, true, true},
		{"not known and bright", []buffer.Sample{gone, output(30, buffer.Percent)}, time.Second, 5 * time.Second, true, true},
		{"a level alone", []buffer.Sample{{Name: "power", Value: 50, Up: 5 * time.Second}}, time.Second, 0, false, false},
		{"at the start of the program", []buffer.Sample{{Name: "enabled", Value: 1}}, time.Second, 1, true, true},
	} {
		on, off := laserState{onSince: time.Second}, laserState{}
		on.note(c.samples)
		off.note(c.samples)
		if on != (laserState{c.wasOn, c.heardOn}) || off != (laserState{c.wasOff, c.heardOff}) {
			t.Errorf("%s: from on %+v, from off %+v; want %+v, %+v", c.state, on, off, laserState{c.wasOn, c.heardOn}, laserState{c.wasOff, c.heardOff})
		}
	}
	heard := laserState{heard: true}
	if heard.note([]buffer.Sample{gone}); !heard.heard {
		t.Error("a laser that was heard counts as not heard since it is silent")
	}
}

// From when a laser counts as on that is told to be: from before that, and no later where it was on already.
func TestLaserThatIsToldToBeOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := onBench(t, nil)
		if b.LaserOnSince() != 1 {
			t.Errorf("at the start of the program it may be on since %v, want 1ns, which is not off", b.LaserOnSince())
		}
		b.laser = laserState{}
		if b.laserMayBeOn(); b.LaserOnSince() != 1 || !b.LaserHeard() {
			t.Errorf("on since %v, heard %t; want since 1ns, which is not off, and heard", b.LaserOnSince(), b.LaserHeard())
		}
		b.laser = laserState{}
		time.Sleep(time.Minute)
		if b.laserMayBeOn(); b.LaserOnSince() != time.Minute {
			t.Errorf("on since %v, want since a minute after the start", b.LaserOnSince())
		}
	})
	b := onBench(t, nil)
	b.laser.onSince = 1
	if b.laserMayBeOn(); b.LaserOnSince() != 1 {
		t.Errorf("told again it is on since %v, want since before", b.LaserOnSince())
	}
	b.noteLaser([]buffer.Sample{{Name: "enabled"}})
	if b.LaserOnSince() != 0 {
		t.Error("a laser that was read to be off counts as on")
	}
	b.Model.Laser = false
	if b.noteLaser([]buffer.Sample{{Name: "enabled", Value: 1}}); b.LaserOnSince() != 0 {
		t.Error("what is no laser counts as one that is on")
	}
	if b.noteCommanded("enabled", 1, true); b.commanded != nil {
		t.Error("what is no laser keeps what it was told")
	}
	b.Model.Laser = true
	if b.noteCommanded("enabled", 1, true); b.commanded["enabled"] != 1 {
		t.Errorf("it was told %v, want enabled 1", b.commanded)
	}
	if b.noteCommanded("enabled", 0, false); len(b.commanded) != 0 {
		t.Errorf("it was told %v though that is not known, want nothing", b.commanded)
	}
}
