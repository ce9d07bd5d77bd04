package device

import (
	"testing"
	"time"

	"pychron-edge/drivers"
)

func TestDeadDeviceBacksOff(t *testing.T) {
	var c condition
	up := time.Duration(0)
	c.succeed(up)
	var pauses []time.Duration
	for range 8 {
		c.fail(drivers.ErrTimeout, up)
		pauses = append(pauses, c.pause(time.Second, false))
	}
	if pauses[0] != 2*time.Second || pauses[7] != sharingLimit {
		t.Errorf("pauses on a shared line = %v, want 2s growing to %v", pauses, sharingLimit)
	}
	if p := c.pause(time.Second, true); p != aloneLimit {
		t.Errorf("pause of a device alone on its line = %v, want %v", p, aloneLimit)
	}
	if p := c.pause(time.Minute, true); p != time.Minute {
		t.Errorf("pause of a slow device = %v, want its period", p)
	}
}

func TestLineOfADeadDeviceBelongsToTheOthers(t *testing.T) {
	var c condition
	c.succeed(0)
	busy, up := time.Duration(0), time.Duration(0)
	for up < time.Hour {
		c.fail(drivers.ErrTimeout, up)
		busy += 500 * time.Millisecond
		up += c.pause(time.Second, false)
	}
	if share := float64(busy) / float64(up); share > 0.05 {
		t.Errorf("a dead device takes %.1f %% of its line, want at most 5 %%", 100*share)
	}
}
