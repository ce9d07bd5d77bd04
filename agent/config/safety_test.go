package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// For no order of readings, failures, commands, clears and restarts is the laser on while its rule may be violated, while
// the rule has had no value for too long, or after a trip that nobody cleared.
func TestNoHistoryLeavesAForbiddenControlOn(t *testing.T) {
	const limit, timeout = 0.1, 5 * sec
	rapid.Check(t, func(rt *rapid.T) {
		p := threeValves(t)
		p.Rules = []*rules.Rule{hot(t)}
		latches, on, uncleared := rules.Latches{}, false, false
		var at, last time.Duration
		present := now(0)
		look := func() {
			present.Now = at
			for range rules.Trips(p.Rules, present, latches) {
				on, uncleared = false, true
			}
		}
		read := func(s buffer.Sample) {
			s.StaleAfter, s.Up = 5*sec, max(at, 1)
			present.Present.Set("ion1", []buffer.Sample{s})
		}
		look()
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			at += time.Duration(rapid.IntRange(1, 2500).Draw(rt, "ms")) * time.Millisecond
			look() // at the stale deadline, the supervisor's tick
			switch rapid.SampledFrom([]string{"good", "bad", "over", "under", "off", "lose", "on", "on", "zero", "clear", "restart"}).Draw(rt, "what") {
			case "good":
				read(pressure("ig", limit/2, 0))
				last = at
			case "bad":
				read(pressure("ig", limit*2, 0))
			case "over":
				read(pressure("ig", limit/2, buffer.AtLeast))
			case "under":
				read(pressure("ig", limit/2, buffer.AtMost))
				last = at
			case "off":
				read(missing(pressure("ig", 0, 0), "sensor off"))
			case "lose":
				present.Present.Set("ion1", nil)
			case "on":
				look()
				if p.Allows(rules.Situation{Latches: latches}, "laser", "enabled", 1) == nil {
					on = true
				}
			case "zero":
				if err := p.Allows(rules.Situation{Latches: latches}, "laser", "enabled", 0); err != nil {
					rt.Fatalf("switching off refused: %v", err)
				}
				on = false
			case "clear":
				if rules.ClearTrip(p.Rules[0], latches) == nil {
					uncleared = false
				}
			case "restart": // every exit halts the laser, and what was latched in memory is gone
				latches, on, uncleared, present = rules.Latches{}, false, false, now(at)
			}
			look()
			s := present.Sample(rules.Ref{Device: "ion1", Point: "ig"})
			may := s != nil && s.Missing == "" && (s.Bound == buffer.AtLeast || s.Value > limit)
			if on && (may || uncleared || at-last > timeout) {
				rt.Fatalf("on at %v: sample %+v, last good at %v, uncleared %v", at, s, last, uncleared)
			}
		}
	})
}

// For no order of commands, moves and lost switches do two valves that exclude each other leave their closed end together.
func TestNoHistoryOpensTwoValvesThatExcludeEachOther(t *testing.T) {
	names := []string{"V1", "V2", "V4"} // V1 wants V2 closed; V2 and V4 are a pipette
	pairs := [][2]string{{"V2", "V4"}}
	rapid.Check(t, func(rt *rapid.T) {
		p := threeValves(t)
		p.Rules = nil
		p.Devices[0].Moves[0].Open = nil
		p.Devices[1].Moves[0].Closed = []rules.Ref{{Device: "V1", Point: "open"}}
		pairs := append(pairs, [2]string{"V1", "V2"})
		position, target, blind := map[string]float64{}, map[string]float64{}, map[string]bool{}
		state := func(r rules.Ref) rules.ValveState {
			at := position[r.Device]
			switch {
			case blind[r.Device]:
				return rules.Unknown
			case at != target[r.Device]:
				return rules.Moving
			case at == 1:
				return rules.Open
			}
			return rules.Closed
		}
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			name := rapid.SampledFrom(names).Draw(rt, "valve")
			switch rapid.SampledFrom([]string{"open", "open", "close", "travel", "travel", "blind", "see"}).Draw(rt, "what") {
			case "open":
				if p.Allows(rules.Situation{Valve: state}, name, "open", 1) == nil {
					target[name] = 1
				}
			case "close":
				if err := p.Allows(rules.Situation{Valve: state}, name, "open", 0); err != nil {
					rt.Fatalf("closing %s refused: %v", name, err)
				}
				target[name] = 0
			case "travel":
				for _, v := range names {
					position[v] += max(-0.5, min(0.5, target[v]-position[v]))
				}
			case "blind", "see":
				blind[name] = !blind[name]
			}
			for _, pair := range pairs {
				if (position[pair[0]] > 0 || target[pair[0]] > 0) && (position[pair[1]] > 0 || target[pair[1]] > 0) {
					rt.Fatalf("%v both away from closed: at %v, told %v", pair, position, target)
				}
			}
		}
	})
}
