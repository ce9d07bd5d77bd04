package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func phasesOf(t *testing.T, devices []string, rest string) map[string]time.Duration {
	t.Helper()
	var b strings.Builder
	b.WriteString("agent: {name: line1}\ndevices:\n")
	for n, d := range devices {
		fmt.Fprintf(&b, "  - {name: %s, model: mks-937b, port: \"tcp://127.0.0.1:%d\", every: 100ms, options: {channels: {1: p}}}\n", d, 1000+n)
	}
	b.WriteString("  - {name: laser, model: fusions-co2, port: \"tcp://127.0.0.1:999\", control: true, options: {max_on: 1m}}\n")
	p, problems, err := PlanOf("agent.yaml", []byte(b.String()+rest))
	if err != nil {
		t.Fatal(err, problems)
	}
	all := map[string]time.Duration{}
	for _, d := range p.Devices {
		all[d.Name] = d.Phase
	}
	return all
}

func TestDevicesOfOnePeriodAreSpreadOverIt(t *testing.T) {
	var names []string
	for n := range 200 {
		names = append(names, fmt.Sprintf("gauge%d", n))
	}
	perMillisecond := map[time.Duration]int{}
	all := phasesOf(t, names, "")
	delete(all, "laser") // it has another period
	for name, phase := range all {
		if phase < 0 || phase >= 100*time.Millisecond || phase%time.Millisecond != 0 {
			t.Errorf("phase of %s = %v, want a whole number of milliseconds below 100", name, phase)
		}
		perMillisecond[phase]++
	}
	for phase, n := range perMillisecond {
		if n > 2*perWake {
			t.Errorf("%d of 200 devices come due at %v, want about %d", n, phase, perWake)
		}
	}
	again := phasesOf(t, names, "")
	slices.Reverse(names)
	for name, phase := range phasesOf(t, names, "") {
		if phase != again[name] {
			t.Errorf("phase of %s = %v and %v in another order, want the same", name, again[name], phase)
		}
	}
	for name, phase := range phasesOf(t, names[:perWake], "") {
		if phase != 0 {
			t.Errorf("phase of %s, one of few = %v, want 0: one wake is enough for all", name, phase)
		}
	}
}

func TestDevicesReadTogetherArePolledTogether(t *testing.T) {
	names := []string{"a", "b", "c", "dora", "e", "f"}
	for n := range 60 {
		names = append(names, fmt.Sprintf("other%d", n))
	}
	apart := phasesOf(t, names, "")
	together := phasesOf(t, names, `derived:
  - {name: diff, reading: pressure, unit: pascals, value: "b.p - c.p"}
rules:
  - {name: high, when: "diff.pressure > pa(1) and dora.p > pa(1)", halt: [laser]}
  - {name: other, when: "e.p > pa(1)", halt: [laser]}
`)
	for _, name := range []string{"c", "dora"} {
		if apart[name] == apart["b"] {
			t.Fatalf("%s and b have one phase by chance: choose other names", name)
		}
		if together[name] != apart["b"] {
			t.Errorf("phase of %s = %v, want that of b, %v", name, together[name], apart["b"])
		}
	}
	for _, name := range []string{"a", "b", "e", "f"} {
		if together[name] != apart[name] {
			t.Errorf("phase of %s, which nothing is compared with = %v, want %v", name, together[name], apart[name])
		}
	}
}
