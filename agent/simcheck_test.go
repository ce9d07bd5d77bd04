package main

import (
	"errors"
	"strings"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// simTrip is a latch that was seen.
type simTrip struct {
	since time.Time
	sure  bool // it is on disk, and must outlive every death of the agent
}

// simLock is a lock under which nobody may move a device.
type simLock struct {
	from, until time.Time
}

// simAnswer is what somebody was told of a command.
type simAnswer struct {
	order    buffer.CommandRequest
	from, to time.Time // when the id was first used, and when it was answered
	result   buffer.CommandResult
	err      error
}

const (
	// simGrace is by when a laser that must be off is: a round of the supervisor, a poll that backed off, a halt that is tried
	// again, the steps of a Fusions board's halt.
	simGrace = 2500 * time.Millisecond
	// simPoll is by when the gauge is read again.
	simPoll = 2200 * time.Millisecond
	// simStale is by when a gauge that is not read has tripped its rule.
	simStale = 7 * time.Second
	// simSent is how long the steps of a command take once it was judged for the last time.
	simSent = 1500 * time.Millisecond
	// simDisk time is by when what must survive is on disk.
	simOnDisk = 500 * time.Millisecond
)

// look compares what is with what must be.
func (w *simWorld) look() {
	if v1, _ := w.now("V1.open"); v1 != 0 {
		if v2, _ := w.now("V2.open"); v2 != 0 {
			w.fail("V1 and V2 are both away from closed")
		}
	}
	w.takeNotes()
	w.lookAtAnswers()
	w.lookAtMoves()
	if w.agent.dead.Load() {
		return
	}
	w.lookAtGauge()
	w.lookAtHalt()
	for _, rule := range []string{"pressure", config.MaxOnPrefix + "co2", config.MaxOnPrefix + "synrad"} {
		w.lookAtRule(rule)
	}
	for _, laser := range simLasers {
		w.lookAtLaser(laser)
		w.lookAtBursts(laser)
	}
}

// takeNotes takes what was done while the world went on.
func (w *simWorld) takeNotes() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, rule := range w.cleared {
		delete(w.rules, rule)
	}
	w.restricted = w.restricted && !w.accepted
	w.cleared, w.accepted = nil, false
}

// lookAtHalt sees that a HALT stands until somebody clears it.
func (w *simWorld) lookAtHalt() {
	if !w.haltFrom.IsZero() && w.agent.agent.commander.Standing().Halted == nil {
		w.fail("a HALT does not stand any more though nobody cleared it")
	}
}

func (w *simWorld) lookAtGauge() {
	w.mu.Lock()
	defer w.mu.Unlock()
	gauge := w.lines["ion1"]
	if w.pressure == simGood && gauge.weather != silent && gauge.weather != unplugged {
		w.goodAt = time.Now()
	}
}

// lookAtRule follows a latch. One that is on disk is never gone by itself.
func (w *simWorld) lookAtRule(name string) {
	t := w.rules[name]
	switch tripped := w.agent.agent.commander.Tripped(name); {
	case tripped && t == nil:
		w.rules[name] = &simTrip{since: time.Now()}
		w.notef("%s is tripped", name)
	case tripped:
		t.sure = t.sure || time.Since(t.since) > simOnDisk && time.Since(w.agent.begun) > simOnDisk
	case t != nil && t.sure:
		w.fail("the latch %q is gone though nobody cleared it", name)
	case t != nil:
		delete(w.rules, name)
	}
}

// lookAtLaser says how long a laser may still be on.
func (w *simWorld) lookAtLaser(laser string) {
	on, since := w.now(laser + ".enabled")
	w.mu.Lock()
	line := w.lines[laser]
	weather, fairAt := line.weather, line.fairAt
	w.mu.Unlock()
	why := ""
	if on == 1 && weather == fair {
		why = w.mustBeOff(laser, since)
	}
	if why == "" {
		delete(w.overdue, laser)
		return
	}
	if w.overdue[laser].IsZero() {
		w.overdue[laser] = time.Now()
	}
	if over := time.Since(latest(w.overdue[laser], fairAt, w.agent.begun)); over > simGrace {
		w.fail("%s is on for %v though %s", laser, over, why)
	}
}

// mustBeOff is why a laser that is on must be off, "" if it may be on.
func (w *simWorld) mustBeOff(laser string, since time.Time) string {
	h, now := w.agent.agent, time.Now()
	maxOn := config.MaxOnOf(h.plan().Device(laser).Decoded)
	bypassed := now.Before(w.bypass.Add(simGrace))
	w.mu.Lock()
	defer w.mu.Unlock()
	begun := since
	if laser == "synrad" && since == w.hand {
		begun = latest(since, w.lines[laser].fairAt) // nobody could see it before
	}
	gauge := w.lines["ion1"]
	seen := latest(w.badSince, gauge.fairAt, w.agent.begun)
	if gauge.weather != fair {
		seen = latest(w.badSince, w.agent.begun).Add(simStale) // an agent that never could read it waits as long
	}
	switch {
	case since.Before(w.agent.begun):
		return "it was on before the agent started"
	case now.Sub(begun) > maxOn:
		return "max_on is over"
	case w.rules[config.MaxOnPrefix+laser] != nil:
		return "max_on is latched"
	case bypassed:
		return ""
	case (w.pressure == simBad || w.pressure == simOver) && now.Sub(seen) > simPoll:
		return "the pressure is too high"
	case now.Sub(latest(w.goodAt, w.agent.begun)) > simStale:
		return "nothing is known of the pressure"
	case w.rules["pressure"] != nil:
		return "its rule is tripped"
	}
	return ""
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// lookAtMoves judges what was opened or switched on since the last look.
func (w *simWorld) lookAtMoves() {
	w.mu.Lock()
	moves := w.moves
	w.moves = nil
	w.mu.Unlock()
	for _, m := range moves {
		late, names := 100*time.Millisecond, []string{"pressure"}
		switch m.device {
		case "V1", "V2":
			names = nil
		case "co2", "synrad":
			late, names = simSent, append(names, config.MaxOnPrefix+m.device)
		}
		for _, name := range names {
			if t := w.rules[name]; t != nil && m.at.Sub(t.since) > late && (name != "pressure" || m.at.After(w.bypass.Add(late))) {
				w.fail("%s was switched on or opened though %q is tripped for %v", m.device, name, m.at.Sub(t.since))
			}
		}
		if l, ok := w.locks[m.device]; ok && m.at.After(l.from.Add(late)) && m.at.Before(l.until) {
			w.fail("%s was moved though it is locked for %v", m.device, m.at.Sub(l.from))
		}
		if at := w.asked[m.device]; !at.IsZero() && at.Before(w.haltFrom) && m.at.After(w.haltTo) {
			w.fail("%s was switched on after a HALT, though nobody asked for it since", m.device)
		}
		if w.restricted && m.at.After(w.agent.begun) {
			w.fail("%s was switched on or opened though nobody accepted the configuration", m.device)
		}
	}
}

// lookAtBursts compares how often a laser was told to switch on with how many commands asked for it. The last one may still be done where it was not and
// nobody was told: it may come again.
func (w *simWorld) lookAtBursts(laser string) {
	w.mu.Lock()
	l, asked := w.lines[laser], w.letIn[laser]
	bursts, open := l.bursts, w.open
	if open == 0 {
		l.bursts, w.letIn[laser] = 0, 0
		if last := w.last.command; asked > bursts && w.untold[last.ID] && last.Device == laser && last.Control == "enabled" && last.Value == 1 {
			w.letIn[laser] = 1
		}
	}
	w.mu.Unlock()
	if bursts > asked {
		w.fail("%s was told to switch on %d times for %d commands", laser, bursts, asked)
	}
}

// lookAtAnswers judges what people were told.
func (w *simWorld) lookAtAnswers() {
	w.mu.Lock()
	var ripe, rest []simAnswer
	for _, a := range w.answers {
		if time.Since(a.to) > 2*simTick {
			ripe = append(ripe, a)
		} else {
			rest = append(rest, a)
		}
	}
	w.answers = rest
	w.mu.Unlock()
	for _, a := range ripe {
		w.judgeAnswer(a)
	}
}

func (w *simWorld) judgeAnswer(a simAnswer) {
	c := a.order
	control, to, about := c.Device+"."+c.Control, a.to.Add(simTick), 0.0
	if c.Control == "power" {
		about = 1
	}
	switch {
	case a.result.Result == "success" && !w.wasWithin(control, c.Value, about, a.from, to):
		w.fail("%s = %v was answered with success, and never was", control, c.Value)
	case a.result.Value != nil && !w.wasWithin(control, *a.result.Value, about, a.from, to):
		w.fail("%s = %v was answered with %s, %v, which never was", control, c.Value, a.result.Result, *a.result.Value)
	case c.Value == 0 && a.result.Result == "" && errors.Is(a.err, buffer.ErrConflict) && !strings.Contains(a.err.Error(), "halt") && !strings.Contains(a.err.Error(), "not in operation") &&
		!strings.Contains(a.err.Error(), "configuration is being changed") && !strings.Contains(a.err.Error(), "stopping"):
		w.fail("the idle value of %s was refused: %v", control, a.err)
	}
}
