package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// waiting is a laser under a rule that waits, looked at ten times a second as the supervisor does.
type waiting struct {
	plan     *Plan
	view     rules.View
	latches  rules.Latches
	on       bool
	bypassed time.Duration // until then
}

const tick = 100 * time.Millisecond

func (w *waiting) look() {
	list := w.plan.Rules
	rules.EndBypasses(list, w.view.Now, w.latches)
	for range rules.Trips(list, w.view, w.latches) {
		w.on = false
	}
	rules.ClearThemselves(list, w.view.Now, w.latches)
}

// gauge says whether the gauge may be over the limit (bad), and whether nothing is known of it (lost).
func (w *waiting) gauge() (bad, lost bool) {
	s := w.view.Sample(rules.Ref{Device: "ion1", Point: "ig"})
	lost = s == nil || s.Missing != "" || s.Stale(w.view.Now)
	return !lost && (s.Value > 0.1 || s.Bound == buffer.AtLeast), lost
}

// For no order of readings, losses, commands, clears and bypasses, and however long its rule waits, is a laser on that was
// about to trip for longer than that, enabled meanwhile, or on under a trip, unless the rule is bypassed.
func TestNoHistoryOutlastsADelay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := &waiting{plan: threeValves(t), view: now(0), latches: rules.Latches{}}
		r := hot(t)
		r.MissingAfter = time.Duration(rapid.IntRange(1, 20).Draw(rt, "missing_after")) * sec
		r.Delay = rules.Delay{Max: 5 * sec, For: time.Duration(rapid.IntRange(0, 5).Draw(rt, "for")) * sec}
		bound := r.Delay.For
		if rapid.Bool().Draw(rt, "samples") {
			r.Delay.For, r.Delay.Samples, bound = 0, rapid.IntRange(2, 5).Draw(rt, "of"), 5*sec
		}
		w.plan.Rules = []*rules.Rule{r}
		limit := rapid.SampledFrom([]int{15, 100}).Draw(rt, "most ticks")
		var good, held time.Duration // the last certainly good look; the first bad one after it, 0 if none
		w.look()
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			for range rapid.IntRange(1, limit).Draw(rt, "ticks") {
				w.view.Now += tick
				w.look()
				bad, lost := w.gauge()
				switch {
				case bad && held == 0:
					held = w.view.Now
				case !bad && !lost:
					good, held = w.view.Now, 0
				}
				inForce := w.view.Now >= w.bypassed
				if w.on && inForce && (held != 0 && w.view.Now-held > bound || w.view.Now-good > max(r.MissingAfter, bound)+5*sec+tick || w.latches["hot"].Tripped) {
					rt.Fatalf("on at %v: bad since %v, last good at %v, %+v, latch %+v", w.view.Now, held, good, r.Delay, w.latches["hot"])
				}
			}
			w.do(rt, r)
		}
	})
}

// do does one thing at random.
func (w *waiting) do(rt *rapid.T, r *rules.Rule) {
	read := func(s buffer.Sample) {
		s.StaleAfter, s.Up = 5*sec, w.view.Now
		w.view.Present.Set("ion1", []buffer.Sample{s})
	}
	switch rapid.SampledFrom([]string{"good", "good", "bad", "over", "lost", "gone", "on", "on", "zero", "clear", "bypass"}).Draw(rt, "what") {
	case "good":
		read(pressure("ig", 0.05, 0))
	case "bad":
		read(pressure("ig", 0.2, 0))
	case "over":
		read(pressure("ig", 0.05, buffer.AtLeast))
	case "lost":
		read(missing(pressure("ig", 0, 0), "no answer"))
	case "gone":
		w.view.Present.Set("ion1", nil)
	case "on":
		w.look()
		if w.plan.Allows(rules.Situation{Latches: w.latches}, "laser", "enabled", 1) == nil {
			if bad, lost := w.gauge(); (bad || lost) && w.view.Now >= w.bypassed {
				rt.Fatalf("enabled at %v though not good", w.view.Now)
			}
			w.on = true
		}
	case "zero":
		if err := w.plan.Allows(rules.Situation{Latches: w.latches}, "laser", "enabled", 0); err != nil {
			rt.Fatalf("switching off refused: %v", err)
		}
		w.on = false
	case "clear":
		w.look()
		rules.ClearTrip(r, w.latches)
	case "bypass":
		d := time.Duration(rapid.IntRange(1, 20).Draw(rt, "for")) * sec
		if rules.BypassRule(r, w.latches, w.view.Now, d, "jr", "x") == nil {
			w.bypassed = w.view.Now + d
		}
	}
}
