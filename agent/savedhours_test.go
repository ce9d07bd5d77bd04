package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
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
