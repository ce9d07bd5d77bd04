package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
)

// Limits of a status.
const (
	maxDevices   = 1000          // devices of one agent; so many rules, alarms, pipettes, points and controls of a device, too
	maxHeartbeat = 366 * 86400.0 // seconds
	maxBoots     = 64            // earlier starts
	maxURL       = 256           // bytes
)

// parseStatus reads a status and checks all that the viewer computes with, keeps as a name, or shows as a link.
func parseStatus(payload []byte) (telemetry.StatusPayload, error) {
	var s telemetry.StatusPayload
	if err := buffer.UniqueKeys(payload); err != nil {
		return s, fmt.Errorf("status: %w", err)
	}
	if err := json.Unmarshal(payload, &s); err != nil {
		return s, fmt.Errorf("status: %w", err)
	}
	for _, check := range []func(*telemetry.StatusPayload) error{checkIdentity, checkBoots, checkNumbers, checkCounts, checkDevices, checkDrawings} {
		if err := check(&s); err != nil {
			return s, fmt.Errorf("status: %w", err)
		}
	}
	if !isPage(s.HTTP) {
		s.HTTP = ""
	}
	return s, nil
}

func checkIdentity(s *telemetry.StatusPayload) error {
	if s.State != "online" && s.State != "offline" {
		return fmt.Errorf("state %.40q; it must be online or offline", s.State)
	}
	if s.State == "online" && s.Boot == "" {
		return fmt.Errorf("no boot; an agent that is online must have one")
	}
	if err := uplink.CheckName(s.Boot); err != nil {
		return fmt.Errorf("boot: %w", err)
	}
	return uplink.CheckName(s.Version)
}

// checkSeqs checks numbers of events by lane.
func checkSeqs(what string, seqs map[string]uint64) error {
	for lane, n := range seqs {
		if _, err := buffer.ParseLane(lane); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if n > uplink.MaxSeq {
			return fmt.Errorf("%s of %s %d; it must be at most %d", what, lane, n, uint64(uplink.MaxSeq))
		}
	}
	return nil
}

func checkBoots(s *telemetry.StatusPayload) error {
	if len(s.Boots) > maxBoots {
		return fmt.Errorf("%d boots; there must be at most %d", len(s.Boots), maxBoots)
	}
	known := map[string]bool{s.Boot: true}
	for _, b := range s.Boots {
		if err := uplink.CheckName(b.Boot); err != nil || b.Boot == "" || known[b.Boot] {
			return fmt.Errorf("boot %.40q; it must be another one, of 1 to %d printable bytes", b.Boot, buffer.MaxString)
		}
		known[b.Boot] = true
		if err := checkSeqs("boots", b.Last); err != nil {
			return err
		}
	}
	return nil
}

func checkNumbers(s *telemetry.StatusPayload) error {
	if err := checkSeqs("through", s.Through); err != nil {
		return err
	}
	for what, seconds := range map[string]float64{"heartbeat": s.Heartbeat, "stale_after": s.StaleAfter} {
		if seconds < 0 || seconds > maxHeartbeat {
			return fmt.Errorf("%s %g; it must be 0 to %g s", what, seconds, maxHeartbeat)
		}
	}
	if math.Abs(s.Clock.Offset) > uplink.MaxClockStep {
		return fmt.Errorf("clock offset %g s; it must be at most %g", s.Clock.Offset, float64(uplink.MaxClockStep))
	}
	return nil
}

// isPage reports whether an address, which the page shows as a link, leads to a web page and runs nothing.
func isPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && len(address) <= maxURL
}

func checkCounts(s *telemetry.StatusPayload) error {
	for what, n := range map[string]int{"devices": len(s.Devices), "rules": len(s.Rules), "alarms": len(s.Alarms), "pipettes": len(s.Pipettes), "key points": len(s.Key)} {
		if n > maxDevices {
			return fmt.Errorf("%d %s; there must be at most %d", n, what, maxDevices)
		}
	}
	return nil
}

func checkDevices(s *telemetry.StatusPayload) error {
	known := map[string]bool{}
	for i := range s.Devices {
		d := &s.Devices[i]
		if err := uplink.CheckName(d.Name); err != nil || d.Name == "" || known[d.Name] {
			return fmt.Errorf("device %.40q; it must have a name of its own, printable, of at most %d bytes", d.Name, buffer.MaxString)
		}
		known[d.Name] = true
		if len(d.Points) > maxDevices || len(d.Controls) > maxDevices {
			return fmt.Errorf("device %s has %d points and %d controls; it must have at most %d", d.Name, len(d.Points), len(d.Controls), maxDevices)
		}
	}
	return nil
}
