package runs

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

// reading is a value of a point, s seconds after zero.
func reading(s float64, device, point, metric string, v float64) buffer.Event {
	return buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Readings, Time: at(s), Device: device, Point: point, Kind: buffer.Reading, Type: buffer.Gauge,
		Metric: metric, Unit: buffer.UnitNamed(metric), Value: v, Status: "success"}
}

func state(seq uint64, s float64, device, point, metric string, v float64) buffer.Event {
	e := reading(s, device, point, metric, v)
	e.Kind, e.Lane, e.Seq = buffer.State, buffer.Audit, seq
	return e
}

func commanded(seq uint64, s float64, device, note string) buffer.Event {
	return buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: seq, Time: at(s), Device: device, Kind: buffer.Command, Severity: buffer.Info,
		Type: buffer.Counter, Metric: "commands_total", Value: 1, Status: "success", Note: note, Labels: buffer.MakeLabels("device", device, "control", "open")}
}

// oneRun is a run of 100 s from zero.
func oneRun() Run {
	return Of([]buffer.Event{post(1, 0, "run_started", "run_id", "1", "run_type", "air"), post(2, 100, "run_completed", "run_id", "1")}, at(500))[0]
}

func passportOf(events ...buffer.Event) *Passport {
	b := NewBuilder(oneRun(), at(500), 30*time.Second)
	for i := range events {
		b.Add(&events[i])
	}
	return b.Passport()
}

func near(a *float64, b float64) bool {
	return a != nil && math.Abs(*a-b) <= 1e-9*math.Max(1, math.Abs(b))
}

func TestLaserEnergy(t *testing.T) {
	const on, power, watts = "laser_is_enabled", "laser_power_percent", "laser_output_watts"
	for _, c := range []struct {
		state            string
		events           []buffer.Event
		on, energy, dark float64
		unit             buffer.Unit
	}{
		{"never on", []buffer.Event{state(1, 1, "laser", "enabled", on, 0), reading(1, "laser", "power", power, 0)}, 0, 0, 0, "percent_seconds"},
		{"ten seconds at 12.5 %", []buffer.Event{state(1, 10, "laser", "enabled", on, 1), reading(10, "laser", "power", power, 12.5), state(2, 20, "laser", "enabled", on, 0)}, 10, 125, 0, "percent_seconds"},
		{"power that changes, in watts", []buffer.Event{state(1, 10, "laser", "enabled", on, 1), reading(9, "laser", "output", watts, 2), reading(15, "laser", "output", watts, 4),
			reading(10, "laser", "power", power, 99), state(2, 20, "laser", "enabled", on, 0)}, 10, 30, 0, "joules"},
		{"off in between", []buffer.Event{reading(0, "laser", "output", watts, 1), state(1, 1, "laser", "enabled", on, 1), state(2, 3, "laser", "enabled", on, 0),
			state(3, 5, "laser", "enabled", on, 1), state(4, 6, "laser", "enabled", on, 0)}, 3, 3, 0, "joules"},
		{"on before and after the run", []buffer.Event{state(1, -5, "laser", "enabled", on, 1), reading(-5, "laser", "output", watts, 1), reading(20, "laser", "output", watts, 1),
			reading(45, "laser", "output", watts, 1), reading(70, "laser", "output", watts, 1), reading(95, "laser", "output", watts, 1)}, 100, 100, 0, "joules"},
		{"a reading too old to count", []buffer.Event{reading(10, "laser", "output", watts, 1), state(1, 10, "laser", "enabled", on, 1), state(2, 60, "laser", "enabled", on, 0)}, 50, 30, 20, "joules"},
	} {
		t.Run(c.state, func(t *testing.T) {
			p := passportOf(c.events...)
			if len(p.Lasers) != 1 {
				t.Fatalf("lasers %+v, want one", p.Lasers)
			}
			l := p.Lasers[0]
			if !near(l.On, c.on) || !near(l.Energy, c.energy) || l.Unit != c.unit || !near(&l.Unknown, c.dark) {
				t.Errorf("on %v, energy %v %s, unknown %v; want %g, %g %s, %g", *l.On, *l.Energy, l.Unit, l.Unknown, c.on, c.energy, c.unit, c.dark)
			}
		})
	}
	missing := reading(15, "laser", "output", watts, 0)
	missing.Missing = "no answer"
	l := passportOf(state(1, 10, "laser", "enabled", on, 1), reading(10, "laser", "output", watts, 2), missing, state(2, 20, "laser", "enabled", on, 0)).Lasers[0]
	if !near(l.Energy, 10) || !near(&l.Unknown, 5) {
		t.Errorf("energy %v with %v s unknown, want 10 J and 5 s: what is missing is not counted", *l.Energy, l.Unknown)
	}
	if l := passportOf(state(1, 10, "laser", "enabled", on, 1)).Lasers[0]; l.Energy != nil {
		t.Errorf("energy without a power: %v, want none", *l.Energy)
	}
}

// TestEnergyIsTheIntegral compares with a sum over milliseconds.
func TestEnergyIsTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []buffer.Event
		power, on := make([]float64, 101), make([]bool, 101)
		for s := range 101 {
			p, enabled := float64(rapid.IntRange(0, 40).Draw(t, "watts")), rapid.Bool().Draw(t, "on")
			power[s], on[s] = p, enabled
			events = append(events, reading(float64(s), "laser", "output", "laser_output_watts", p),
				state(uint64(s+1), float64(s), "laser", "enabled", "laser_is_enabled", buffer.ZeroOne(enabled)))
		}
		want, seconds := 0.0, 0.0
		for s := range 100 {
			if on[s] {
				want, seconds = want+power[s], seconds+1
			}
		}
		l := passportOf(rapid.Permutation(events).Draw(t, "order")...).Lasers[0]
		if !near(l.On, seconds) || seconds > 0 && !near(l.Energy, want) {
			t.Fatalf("%v s on, want %v; energy %v, want %v", *l.On, seconds, l.Energy, want)
		}
	})
}

func TestValvesAndInlets(t *testing.T) {
	p := passportOf(
		reading(-3, "ion1", "ig", "pressure_pascals", 1e-7), reading(20, "ion1", "ig", "pressure_pascals", 4e-6), reading(60, "ion1", "ig", "pressure_pascals", 2e-6),
		state(3, 22, "V6", "open", "valve_is_open", 1), commanded(4, 22.01, "V6", `who=jr via=page old=0 new=1 took=239.5ms`),
		state(5, 80, "V6", "open", "valve_is_open", 0), commanded(6, 90, "V6", `who=jr took=5ms`),
		state(2, -1, "V1", "open", "valve_is_open", 1), commanded(7, 95, "ion1", "who=jr"))
	if len(p.Valves) != 2 {
		t.Fatalf("movements %+v, want two of V6: what was before the run is not in it", p.Valves)
	}
	open, shut := p.Valves[0], p.Valves[1]
	if !*open.Open || !near(open.Took, 239.5) || open.By != "jr" || open.Event != "b1/audit/3" {
		t.Errorf("opening %+v, want 239.5 ms by jr", open)
	}
	if *shut.Open || shut.Took != nil || shut.By != "" {
		t.Errorf("closing %+v, want nobody's: the command came ten seconds later", shut)
	}
	if len(p.Inlets) != 1 || p.Inlets[0].Value != 4e-6 || p.Inlets[0].Point != "ion1.ig" {
		t.Errorf("inlets %+v, want 4e-6 before V6 opened", p.Inlets)
	}
	r := p.Pressures[0]
	if !near(r.Before, 1e-7) || !near(r.Min, 2e-6) || !near(r.Max, 4e-6) || !near(r.Last, 2e-6) || r.Count != 2 {
		t.Errorf("pressure %+v, want 1e-7 before, 2e-6 to 4e-6 during, two readings", r)
	}
	old := passportOf(reading(10, "ion1", "ig", "pressure_pascals", 4e-6), state(3, 45, "V6", "open", "valve_is_open", 1))
	if len(old.Inlets) != 0 {
		t.Errorf("inlet from a reading 35 s old: %+v, want none", old.Inlets)
	}
}

func TestStaticStretchesAndRises(t *testing.T) {
	events := []buffer.Event{state(1, 5, "V1", "open", "valve_is_open", 0), state(2, 65, "V1", "open", "valve_is_open", 1)}
	for s := 5.0; s <= 65; s++ {
		events = append(events, reading(s, "ion1", "ig", "pressure_pascals", 1e-6+3e-9*s))
	}
	p := passportOf(events...)
	if len(p.Static) != 2 || p.Static[0].Seconds != 60 || p.Static[1].Seconds != 35 {
		t.Fatalf("static %+v, want 60 s between the movements and 35 s to the end", p.Static)
	}
	if r := p.Static[0].Rises; len(r) != 1 || math.Abs(r[0].Rate/3e-9-1) > 1e-6 || r[0].Count != 61 {
		t.Errorf("rise %+v, want 3e-9 Pa/s of 61 values", r)
	}
	if len(p.Static[1].Rises) != 0 {
		t.Errorf("a rise of one value: %+v, want none", p.Static[1].Rises)
	}
	if p := passportOf(reading(5, "ion1", "ig", "pressure_pascals", 1)); len(p.Static) != 0 {
		t.Errorf("static without a movement: %+v, want none, for nothing is known of the valves", p.Static)
	}
}

func TestFaultsOfAPassport(t *testing.T) {
	trip := buffer.Event{Source: "line1", Boot: "b1", Lane: buffer.Audit, Seq: 9, Time: at(50), Kind: buffer.Trip, Severity: buffer.Error, Metric: "interlock_tripped", Value: 1,
		Labels: buffer.MakeLabels("rule", "overpressure"), Status: "tripped", Note: "why"}
	failed := post(8, 40, "extraction_completed", "run_id", "1", "status", "failed")
	other := post(7, 41, "extraction_completed", "run_id", "2", "status", "failed")
	p := passportOf(trip, failed, other)
	if len(p.Faulty) != 2 || p.Faulty[0].About != "extraction_completed" || p.Faulty[1].About != "overpressure" || p.Faulty[1].Event != "b1/audit/9" {
		t.Errorf("faults %+v, want the extraction of this run and then the trip", p.Faulty)
	}
	if len(p.Posted) != 1 {
		t.Errorf("posted %+v, want the one of this run", p.Posted)
	}
}

func TestTooMuchIsCutAndSaid(t *testing.T) {
	var events []buffer.Event
	for i := range maxListed + 1 {
		events = append(events, state(uint64(i+1), float64(i)/10, "V1", "open", "valve_is_open", float64(i%2)))
	}
	if p := passportOf(events...); len(p.Valves) != maxListed || !p.Truncated {
		t.Errorf("%d movements, truncated %v; want %d, true", len(p.Valves), p.Truncated, maxListed)
	}
	if p := passportOf(events[1:]...); p.Truncated {
		t.Error("what fits is said to be cut")
	}
}

func TestCompare(t *testing.T) {
	own := []Measure{{"whole run", "seconds", 14}, {"energy of laser", "joules", 290}}
	var others [][]Measure
	for i := range 5 {
		m := []Measure{{"whole run", "seconds", float64(10 + i)}}
		if i > 0 {
			m = append(m, Measure{"energy of laser", "joules", 300})
		}
		others = append(others, m)
	}
	got := fmt.Sprint(Compare(own, others))
	if want := "[{whole run seconds 14 10 14 true [10 11 12 13 14]}]"; got != want {
		t.Errorf("Compare = %s, want %s: four others are too few", got, want)
	}
	if c := Compare([]Measure{{"whole run", "seconds", 15}}, others); len(c) != 1 || c[0].Usual {
		t.Errorf("Compare(15) = %+v, want unusual", c)
	}
}
