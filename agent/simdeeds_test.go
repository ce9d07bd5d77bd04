package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/buffer"
)

// What the gauge sends, in mbar.
const (
	simGood = "0,+1.0000E-06"
	simBad  = "0,+1.0000E+00"
	simOver = "2,+1.0000E-02"
	simOff  = "4,+0.0000E+00"
)

var (
	simBoss     = buffer.Principal{Name: "boss", Via: "http", Rights: []string{buffer.RightCommand, buffer.RightAdmin}}
	simStranger = buffer.Principal{Name: "kl", Via: "http", Rights: []string{buffer.RightCommand}}
)

// simOrder is a command that was given, and when it may be given again under its id.
type simOrder struct {
	command buffer.CommandRequest
	agent   *simAgent
}

// simDeeds are what may happen, each as often as it stands here.
var simDeeds = []struct {
	often int
	what  string
	do    func(w *simWorld)
}{
	{6, "good", func(w *simWorld) { w.setPressure(simGood) }},
	{3, "bad", func(w *simWorld) { w.setPressure(simBad) }},
	{1, "over", func(w *simWorld) { w.setPressure(simOver) }},
	{1, "off", func(w *simWorld) { w.setPressure(simOff) }},
	{10, "enable", func(w *simWorld) { w.command(w.laser(), "enabled", 1) }},
	{4, "disable", func(w *simWorld) { w.command(w.laser(), "enabled", 0) }},
	{4, "power", func(w *simWorld) { w.command(w.laser(), "power", float64(w.chance.IntN(80))) }},
	{5, "open", func(w *simWorld) { w.command(w.valve(), "open", 1) }},
	{4, "close", func(w *simWorld) { w.command(w.valve(), "open", 0) }},
	{3, "crowd", (*simWorld).crowd},
	{4, "again", (*simWorld).again},
	{2, "mixed-up id", (*simWorld).mixUp},
	{2, "halt", (*simWorld).halt},
	{2, "halt in a crowd", (*simWorld).haltInACrowd},
	{2, "kill, and the same command again", (*simWorld).killAndAgain},
	{6, "clear", (*simWorld).clear},
	{2, "bypass", (*simWorld).bypassRule},
	{3, "lock", func(w *simWorld) { w.lock(append(simValves, simLasers...)[w.chance.IntN(5)]) }},
	{2, "lock in a crowd", (*simWorld).lockInACrowd},
	{2, "unlock", (*simWorld).unlock},
	{5, "weather", (*simWorld).changeWeather},
	{5, "fair", (*simWorld).clearUp},
	{2, "by hand", (*simWorld).byHand},
	{2, "clock", (*simWorld).stepClock},
	{2, "reload", (*simWorld).reload},
	{1, "accept", (*simWorld).accept},
	{2, "restart", (*simWorld).restart},
	{3, "kill", func(w *simWorld) { w.agent.die() }},
	{2, "power cut", (*simWorld).powerCut},
	{3, "kill at a frame", (*simWorld).killAtFrame},
	{2, "kill at a write", (*simWorld).killAtWrite},
	{4, "wait", func(w *simWorld) { w.pass(w.upTo(9 * time.Second)) }},
}

// step does one thing to the world, and starts another agent where none is left.
func (w *simWorld) step() {
	n, all := 0, 0
	for _, d := range simDeeds {
		all += d.often
	}
	for n = w.chance.IntN(all); ; n = w.chance.IntN(all) {
		for _, d := range simDeeds {
			if n -= d.often; n < 0 {
				w.steps++
				w.notef("%s", d.what)
				d.do(w)
				w.pass(w.upTo(1200 * time.Millisecond))
				w.startAgent()
				return
			}
		}
	}
}

// startAgent starts an agent where the last one is dead.
func (w *simWorld) startAgent() {
	if !w.agent.dead.Load() || !w.fine() {
		return
	}
	w.pass(w.upTo(3 * time.Second))
	w.mu.Lock()
	clear(w.dieAtFrame)
	w.mu.Unlock()
	w.disk.mu.Lock()
	w.disk.dieAt = 0
	w.disk.mu.Unlock()
	if w.boots > 0 && w.chance.IntN(6) == 0 {
		w.write("devices: [{name: 7}]\n")
	}
	for device, l := range w.locks {
		if time.Until(l.until) < time.Hour { // what is left of a short one is not known to the second
			delete(w.locks, device)
		}
	}
	w.bypass = time.Time{}
	w.notef("an agent starts")
	w.start()
	w.write(simVariants[0])
	w.pass(time.Microsecond + w.upTo(100*time.Millisecond))
}

// upTo is a time of whole microseconds.
func (w *simWorld) upTo(limit time.Duration) time.Duration {
	return time.Duration(w.chance.Int64N(int64(limit/time.Microsecond))) * time.Microsecond
}

func (w *simWorld) laser() string { return simLasers[w.chance.IntN(len(simLasers))] }
func (w *simWorld) valve() string { return simValves[w.chance.IntN(len(simValves))] }

func (w *simWorld) setPressure(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if text != simGood && w.pressure == simGood {
		w.badSince = time.Now()
	}
	w.pressure = text
}

// command gives a command that nobody waits for.
func (w *simWorld) command(device, control string, value float64) {
	w.ids++
	c := order(device, control, value)
	c.ID = fmt.Sprint("id", w.ids)
	if w.chance.IntN(2) == 0 { // it comes from a broker, which may bring it again to the next agent
		c.By.Via, c.Expires = "mqtt", w.agent.agent.clock.Now().Add(w.upTo(20*time.Second))
	}
	w.firstFrom[c.ID] = time.Now()
	if control == "enabled" && value == 1 {
		w.asked[device] = time.Now()
	}
	w.last = simOrder{c, w.agent}
	w.give(c, true)
}

// give gives a command to the agent that runs. fresh says that its id was not used before.
func (w *simWorld) give(c buffer.CommandRequest, fresh bool) {
	a, from := w.agent, w.firstFrom[c.ID]
	enables := fresh && c.Control == "enabled" && c.Value == 1
	w.mu.Lock()
	w.open++
	if enables {
		w.letIn[c.Device]++
	}
	w.note(fmt.Sprintf("%s.%s = %v, id %s", c.Device, c.Control, c.Value, c.ID))
	w.mu.Unlock()
	w.clients.Go(func() {
		r, err := a.agent.commander.Command(a.ctx, c)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.open--
		w.untold[c.ID] = a.dead.Load()
		if w.untold[c.ID] {
			return
		}
		w.note(fmt.Sprintf("id %s: %q %v", c.ID, r.Result, err))
		if enables && r.Result == "" {
			w.letIn[c.Device]--
		}
		w.answers = append(w.answers, simAnswer{c, from, time.Now(), r, err})
	})
	synctest.Wait() // each is let in, or waits, before the next one comes
}

// crowd gives several commands at once.
func (w *simWorld) crowd() {
	for range 2 + w.chance.IntN(4) {
		switch w.chance.IntN(3) {
		case 0:
			w.command(w.laser(), "enabled", float64(w.chance.IntN(2)))
		case 1:
			w.command(w.laser(), "power", float64(w.chance.IntN(80)))
		case 2:
			w.command(w.valve(), "open", float64(w.chance.IntN(2)))
		}
	}
}

// again gives the last command once more under its id, where that id is remembered.
func (w *simWorld) again() {
	c := w.last.command
	if c.ID != "" && (w.last.agent == w.agent || !c.Expires.IsZero()) {
		w.give(c, false)
	}
}

// mixUp uses the id of the last command for another one.
func (w *simWorld) mixUp() {
	c := w.last.command
	if c.ID == "" || w.last.agent != w.agent {
		return
	}
	w.pass(simTick) // the last one came first
	c.Value = 1 - min(c.Value, 1)
	if c.Value == w.last.command.Value {
		return
	}
	w.during(func(a *simAgent) {
		if r, err := a.agent.commander.Command(a.ctx, c); !a.dead.Load() && (r.Result != "" || !errors.Is(err, buffer.ErrConflict)) {
			w.fail("the id of %v used for %v was answered with %q, %v", w.last.command.Value, c.Value, r.Result, err)
		}
	})
}

// haltInACrowd halts while commands that switch a laser on wait.
func (w *simWorld) haltInACrowd() {
	laser := w.laser()
	for range 3 {
		w.command(laser, "power", float64(w.chance.IntN(80)))
		w.command(laser, "enabled", 1)
	}
	w.halt()
}

// killAndAgain gives a command whose agent dies, and gives it to the next agent under its id.
func (w *simWorld) killAndAgain() {
	w.command(w.laser(), "enabled", 1)
	w.pass(w.upTo(150 * time.Millisecond))
	w.agent.die()
	w.startAgent()
	w.again()
}

func (w *simWorld) halt() {
	from := time.Now()
	var halted []string
	alive := w.during(func(a *simAgent) {
		r, _ := a.agent.commander.Halt(a.ctx, anybody)
		halted = r.Halted
	})
	if alive {
		w.haltFrom, w.haltTo = from, time.Now()
	}
	for _, device := range halted {
		if alive && !w.wasWithin(device+".enabled", 0, 0, from, time.Now()) {
			w.fail("HALT says that %s is confirmed idle, and it never was off", device)
		}
	}
}

// clear clears a latch, or a HALT: then what was asked for before it may come.
func (w *simWorld) clear() {
	rule := []string{"pressure", "pressure", config.MaxOnPrefix + "co2", config.MaxOnPrefix + "synrad", config.HaltRule}[w.chance.IntN(5)]
	if rule == config.HaltRule {
		w.haltFrom = time.Time{}
	}
	w.during(func(a *simAgent) {
		if a.agent.commander.ClearRule(a.ctx, anybody, rule) == nil && rule != config.HaltRule {
			w.mu.Lock()
			w.cleared = append(w.cleared, rule)
			w.mu.Unlock()
		}
	})
}

func (w *simWorld) bypassRule() {
	length := time.Duration(1+w.chance.IntN(6)) * time.Second
	err := w.agent.agent.commander.BypassRule(w.agent.ctx, simBoss, "pressure", length, "a test")
	if err == nil {
		w.bypass = time.Now().Add(length)
	}
}

// lockInACrowd locks a valve while commands for it wait.
func (w *simWorld) lockInACrowd() {
	valve := w.valve()
	for _, value := range []float64{0, 1, 0, 1} {
		w.command(valve, "open", value)
	}
	w.lock(valve)
}

func (w *simWorld) lock(device string) {
	r := buffer.LockRequest{By: simBoss, Device: device, Reason: "hands in"}
	until := time.Now().Add(12 * time.Hour)
	if w.chance.IntN(2) == 0 {
		r.For = time.Duration(3+w.chance.IntN(5)) * time.Second
		until = time.Now().Add(r.For)
	}
	var err error
	switch alive := w.during(func(a *simAgent) { err = a.agent.commander.Lock(a.ctx, r) }); {
	case !alive: // nobody was told: the lock of before holds, or this one
		delete(w.locks, device)
	case err == nil:
		w.locks[device] = simLock{time.Now(), until}
	}
}

// unlock gives the first lock up, once a stranger tried.
func (w *simWorld) unlock() {
	locked := slices.Sorted(maps.Keys(w.locks))
	if len(locked) == 0 {
		return
	}
	device := locked[0]
	r := buffer.LockRequest{By: simStranger, Device: device, Unlock: true, Reason: "let me"}
	if time.Until(w.locks[device].until) > time.Hour {
		if err := w.agent.agent.commander.Lock(w.agent.ctx, r); err == nil {
			w.fail("a stranger broke the lock of %s", device)
		}
	}
	delete(w.locks, device)
	r.By = simBoss
	w.during(func(a *simAgent) { a.agent.commander.Lock(a.ctx, r) })
}

func (w *simWorld) changeWeather() {
	line := w.lines[append(simLasers, "ion1")[w.chance.IntN(3)]]
	w.mu.Lock()
	is := line.weather
	w.mu.Unlock()
	if is != fair {
		return // two faults in a row look like one that is none of these
	}
	to := simWeather(1 + w.chance.IntN(5))
	w.notef("weather %d on %s", to, line.device)
	line.setWeather(to)
}

func (w *simWorld) clearUp() {
	for _, name := range []string{"co2", "ion1", "synrad"} {
		w.lines[name].setWeather(fair)
	}
	w.pass(time.Second) // what comes late has come
}

// byHand switches the laser on that can be asked, at its panel, whatever the agent thinks of it.
func (w *simWorld) byHand() {
	if w.bench.Answer("synrad", []byte{0x5b, 0x75, 0x8a})[0] == 0xaa {
		if on, _ := w.now("synrad.enabled"); on != 1 {
			w.hand = time.Now()
		}
		w.become("synrad.enabled", 1)
	}
}

func (w *simWorld) stepClock() {
	to := w.shift.Load() + []int64{-1, 1}[w.chance.IntN(2)]*int64(time.Hour)
	if to > -int64(4*time.Hour) && to < int64(4*time.Hour) {
		w.shift.Store(to)
	}
	w.synced.Store(w.chance.IntN(4) > 0)
}

func (w *simWorld) reload() {
	w.write(simVariants[w.chance.IntN(len(simVariants))])
	w.during(func(a *simAgent) {
		a.agent.reload(a.ctx, a.options, a.loops, a.lines, a.fabric)
		if !a.dead.Load() && !a.agent.reloadFailed.Load() {
			w.mu.Lock()
			w.accepted = true
			w.mu.Unlock()
		}
	})
	w.write(simVariants[0])
}

func (w *simWorld) accept() {
	if w.agent.agent.commander.AcceptConfiguration(w.agent.ctx, simBoss) == nil {
		w.restricted = false
	}
}

// restart ends the agent in order.
func (w *simWorld) restart() {
	inOrder := false
	w.during(func(a *simAgent) { inOrder = a.stop() })
	for _, laser := range simLasers {
		w.mu.Lock()
		weather := w.lines[laser].weather
		w.mu.Unlock()
		if on, _ := w.now(laser + ".enabled"); on == 1 && inOrder && weather == fair && w.lines[laser].calm() {
			w.fail("%s is on after the end of the agent", laser)
		}
	}
}

// calm says whether the line has been fair for long enough for the agent to have opened it.
func (l *simLine) calm() bool {
	l.world.mu.Lock()
	defer l.world.mu.Unlock()
	return time.Since(l.fairAt) > 2*time.Second && time.Since(l.world.agent.begun) > 2*time.Second
}

// powerCut ends the agent and the board: coils fall, and what was not synced may be gone.
func (w *simWorld) powerCut() {
	w.agent.die()
	w.disk = w.disk.cut(w.chance)
	for _, valve := range simValves {
		if out, err := w.bench.Chips().Out(drivers.Pin{Line: valve + "_coil"}); err == nil {
			out.Out(false)
		}
	}
}

func (w *simWorld) killAtFrame() {
	w.mu.Lock()
	defer w.mu.Unlock()
	line := w.lines[w.laser()]
	w.dieAtFrame[line.device] = line.frames + 1 + w.chance.IntN(12)
}

func (w *simWorld) killAtWrite() {
	w.disk.mu.Lock()
	defer w.disk.mu.Unlock()
	w.disk.dieAt = w.disk.steps + 1 + w.chance.IntN(16)
}
