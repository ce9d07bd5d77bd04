package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/agent/config"
)

var beamSeconds = regexp.MustCompile(`beam_seconds=([0-9.]+)`)

func TestRunningHoursAreWrittenEveryHourAndAtAStopInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		h := quietAgent([]*config.DevicePlan{laserPlan("laser", &fake{}, 2*time.Hour)})
		end := onState(t, dir, h)
		onDisk := func() float64 {
			data, _ := os.ReadFile(filepath.Join(dir, "device.laser.json"))
			m := beamSeconds.FindSubmatch(data)
			if m == nil {
				return -1
			}
			seconds, _ := strconv.ParseFloat(string(m[1]), 64)
			return seconds
		}
		time.Sleep(2 * time.Second)
		if _, err := h.commander.Command(t.Context(), order("laser", "enabled", 1)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Minute)
		if s := onDisk(); s > 10 {
			t.Errorf("after 30 min %v s are on disk; hours are no news every second", s)
		}
		time.Sleep(31 * time.Minute)
		if s := onDisk(); s < 3590 || s > 3602 {
			t.Errorf("after 61 min %v s are on disk, want those of the first hour", s)
		}
		end(true)
		if s := onDisk(); s < 3655 {
			t.Errorf("after a stop in order %v s are on disk, want all", s)
		}
	})
}

// An alarm that is active costs the card nothing while nothing becomes of it, however the wall clock is slewed.
func TestAnActiveAlarmIsWrittenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		f := &fake{}
		h := alarmed(t, f)
		var shift atomic.Int64
		h.clock.Wall = func() time.Time { return time.Now().Add(time.Duration(shift.Add(int64(time.Microsecond)))) }
		end := onState(t, dir, h)
		defer end(true)
		f.reads(10)
		onDisk := func() string {
			data, err := os.ReadFile(filepath.Join(dir, "alarms.json"))
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		time.Sleep(time.Minute)
		before := onDisk()
		if !strings.Contains(before, `"active":true`) {
			t.Fatalf("on disk is %s, want the alarm", before)
		}
		time.Sleep(3 * time.Hour)
		if after := onDisk(); after != before {
			t.Errorf("after 3 h\n%s\nstands where\n%s\nstood, and nothing became of the alarm", after, before)
		}
	})
}
