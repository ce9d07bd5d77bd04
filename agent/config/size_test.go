package config

import (
	"strings"
	"testing"
)

func TestSize(t *testing.T) {
	for text, want := range map[string]Size{"4MiB": 4 << 20, "64KiB": 64 << 10, "1GiB": 1 << 30, "65536": 65536, "0": 0} {
		var s Size
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%s = %d, %v, want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "4MB", "4 MiB", "-1", "1.5MiB", "2GiB", "MiB", "99999999999999999999KiB"} {
		var s Size
		if err := s.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "must be a whole number with its unit") {
			t.Errorf("%s = %d, %v, want an error that says what it must be", text, s, err)
		}
	}
	for s, want := range map[Size]string{0: "0", 4 << 20: "4MiB", 65 << 10: "65KiB", 1 << 30: "1GiB", 1000: "1000"} {
		if got := s.String(); got != want {
			t.Errorf("%d is %s, want %s", int(s), got, want)
		}
	}
}

func TestSizeOfTheLongRing(t *testing.T) {
	for text, want := range map[string]string{"8MiB": "", "1KiB": "ring long is 1KiB; must be 64KiB to 1GiB", "4MB": `"4MB" is no size; must be a whole number`} {
		plan, _, err := PlanOf("agent.yaml", []byte("agent: {name: line1, ring: {long: "+text+"}}\ndevices: [{name: ion1, model: pfeiffer-tpg, port: \"tcp://127.0.0.1:1\", options: {channels: {1: ig}}}]\n"))
		switch {
		case want == "" && (err != nil || plan.Config.Agent.Ring.Long != 8<<20):
			t.Errorf("%s: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
