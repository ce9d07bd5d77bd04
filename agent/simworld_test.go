package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"pychron-edge/drivers"
	"pychron-edge/drivers/sim"

	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

// simText is the line of a simulated world: two lasers and three valves, with real drivers on simulated instruments.
const simText = `agent: {name: sim, clock: trusted, listen: 127.0.0.1:0}
devices:
  - {name: ion1, model: pfeiffer-tpg, port: "serial:///dev/ion1?baud=9600", every: %v, options: {channels: {1: ig}}}
  - {name: co2, model: fusions-co2, port: "serial:///dev/co2?baud=9600", every: 970ms, control: true, options: {max_on: %v}}
  - {name: synrad, model: uc2000, port: "serial:///dev/synrad?baud=9600", every: 1010ms, control: true, options: {max_on: 11s}}
  - {name: V1, model: valve, every: 1003ms, pins: {solenoid: V1_coil, opened: V1_opened, closed: V1_closed}, control: true, interlock: {closed: [V2]}}
  - {name: V2, model: valve, every: 1007ms, pins: {solenoid: V2_coil, opened: V2_opened, closed: V2_closed}, control: true, interlock: {closed: [V1]}}
  - {name: V3, model: valve, every: 1009ms, pins: {solenoid: V3_coil, opened: V3_opened, closed: V3_closed}, control: true}
rules:
  - {name: pressure, when: "ion1.ig > torr(1e-3)", halt: [co2, synrad], forbid: [V3.open]}
`

// simVariants are the configurations that are reloaded, by number. A laser whose max_on differs is made anew.
var simVariants = []string{
	fmt.Sprintf(simText, 1030*time.Millisecond, 8*time.Second),
	fmt.Sprintf(simText, 700*time.Millisecond, 8*time.Second),
	fmt.Sprintf(simText, 1030*time.Millisecond, 6*time.Second),
}

var (
	simLasers = []string{"co2", "synrad"}
	simValves = []string{"V1", "V2", "V3"}
)

// simWorld is a line with its instruments, which outlive the agents that run on it, and what must be true of them. Its history is
// decided by its seed alone.
type simWorld struct {
	t      *testing.T
	seed   uint64
	chance *rand.Rand
	bench  *sim.Bench
	lines  map[string]*simLine
	disk   *simDisk
	file   string // the configuration
	boots  int
	steps  int
	ticked time.Time // when it last moved on

	runtime state.RuntimeDir
	shift   atomic.Int64 // by how much the wall is wrong
	synced  atomic.Bool  // the wall can be believed
	pins    map[string]gpio.PinIn

	mu         sync.Mutex
	agent      *simAgent
	all        []*simAgent
	clients    sync.WaitGroup
	pressure   string // as the gauge sends it
	badSince   time.Time
	goodAt     time.Time      // when the gauge could last be read and was good
	dieAtFrame map[string]int // by line
	truth      map[string][]simChange
	letIn      map[string]int  // enable commands that were not refused, by laser
	open       int             // commands that are not answered
	untold     map[string]bool // ids whose caller was not told what became of it, for the agent died
	answers    []simAnswer     // not looked at
	moves      []simMove       // not looked at
	broken     string          // what is not as it must be

	notes    []string // what happened, for people
	cleared  []string // rules that were cleared and are not noted yet
	accepted bool     // a reload put the file in force, and that is not noted yet

	// Of the goroutine that decides what happens.
	rules      map[string]*simTrip // by name
	locks      map[string]simLock
	hand       time.Time            // when synrad was switched on at its panel
	haltFrom   time.Time            // when the last HALT was asked for
	haltTo     time.Time            // and answered
	asked      map[string]time.Time // when somebody last asked for a laser to be on
	bypass     time.Time            // until when the rule is bypassed
	overdue    map[string]time.Time // since when a laser must be off, by laser
	restricted bool                 // the last good configuration runs, and nobody accepted it
	last       simOrder             // the last command
	firstFrom  map[string]time.Time // when an id was first used
	ids        int
}

// simChange is a value an instrument has from a time on.
type simChange struct {
	at    time.Time
	value float64
}

// simMove is a valve that was told to open, or a laser to switch on.
type simMove struct {
	device string
	at     time.Time
}

func newSimWorld(t *testing.T, seed uint64) *simWorld {
	w := &simWorld{
		t: t, seed: seed, chance: rand.New(rand.NewPCG(seed, 1)), lines: map[string]*simLine{}, disk: newSimDisk(), pins: map[string]gpio.PinIn{},
		pressure: simGood, goodAt: time.Now(), ticked: time.Now().Add(137500 * time.Nanosecond), dieAtFrame: map[string]int{}, truth: map[string][]simChange{}, letIn: map[string]int{}, untold: map[string]bool{},
		rules: map[string]*simTrip{}, locks: map[string]simLock{}, overdue: map[string]time.Time{}, firstFrom: map[string]time.Time{}, asked: map[string]time.Time{},
	}
	w.synced.Store(true)
	dir := t.TempDir()
	w.file, w.runtime = filepath.Join(dir, "agent.yaml"), state.RuntimeDir(filepath.Join(dir, "run"))
	if err := w.runtime.Make(); err != nil {
		t.Fatal(err)
	}
	w.write(simVariants[0])
	plan, _, err := config.PlanOf(w.file, []byte(simVariants[0]))
	if err != nil {
		t.Fatal(err)
	}
	w.bench = newSimBench(t, plan, seed)
	for n, d := range plan.Devices {
		if d.Port != "" {
			w.lines[d.Name] = &simLine{world: w, device: d.Name, chance: rand.New(rand.NewPCG(seed, uint64(n)+10))}
		}
	}
	for _, valve := range simValves {
		for _, end := range []string{"_opened", "_closed"} {
			w.pins[valve+end], _ = w.bench.Chips().In(drivers.Pin{Line: valve + end})
		}
	}
	for _, laser := range simLasers {
		w.become(laser+".enabled", 0)
		w.become(laser+".power", 0)
	}
	return w
}

func (w *simWorld) write(text string) {
	if err := os.WriteFile(w.file, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// become notes that an instrument has another value.
func (w *simWorld) become(control string, value float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.truth[control]
	if len(was) == 0 || was[len(was)-1].value != value {
		w.truth[control] = append(was, simChange{time.Now(), value})
	}
}

// now is the value a control has, and since when.
func (w *simWorld) now(control string) (float64, time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.truth[control]
	if len(was) == 0 {
		return 0, time.Time{}
	}
	return was[len(was)-1].value, was[len(was)-1].at
}

// wasWithin says whether a control had about a value at any time from from to to.
func (w *simWorld) wasWithin(control string, value, about float64, from, to time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	was := w.truth[control]
	for n, c := range was {
		over := n+1 < len(was) && was[n+1].at.Before(from)
		if !over && !c.at.After(to) && c.value >= value-about && c.value <= value+about {
			return true
		}
	}
	return false
}

// moved notes that a valve was told to open, or a laser to switch on.
func (w *simWorld) moved(device string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moves = append(w.moves, simMove{device, time.Now()})
}

// fail notes the first thing that is not as it must be.
func (w *simWorld) fail(format string, a ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken == "" {
		w.broken = fmt.Sprintf(format, a...)
		w.note("FAILED: " + w.broken)
	}
}

// fine says whether all is as it must be so far.
func (w *simWorld) fine() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broken == ""
}

// note keeps what happened. The caller holds mu.
func (w *simWorld) note(text string) {
	w.notes = append(w.notes, fmt.Sprintf("%9.3f  %s", time.Since(w.all[0].begun).Seconds(), text))
}

func (w *simWorld) notef(format string, a ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.note(fmt.Sprintf(format, a...))
}

// simTick is how often the world moves on and is looked at, half a microsecond beside all else: what happens at one instant is in
// no order, and a history must be the same whenever it is replayed.
const simTick = 20 * time.Millisecond

// pass lets time go by.
func (w *simWorld) pass(d time.Duration) {
	for end := time.Now().Add(d); w.fine() && time.Now().Before(end); {
		next := w.ticked.Add(simTick)
		if next.After(end) {
			time.Sleep(time.Until(end))
			return
		}
		time.Sleep(time.Until(next))
		w.ticked = next
		w.bench.Step(simTick)
		w.sample()
		w.look()
	}
}

// during does f while the world goes on, and gives whether the agent is still there after it.
func (w *simWorld) during(f func(a *simAgent)) bool {
	a, done := w.agent, make(chan struct{})
	go func() {
		defer close(done)
		f(a)
	}()
	for w.fine() {
		w.pass(simTick)
		synctest.Wait()
		select {
		case <-done:
			return !a.dead.Load()
		default:
		}
	}
	<-done
	return false
}

// sample notes where the valves are by their switches.
func (w *simWorld) sample() {
	for _, valve := range simValves {
		at := 0.5
		switch {
		case w.pins[valve+"_closed"].Read() == gpio.High:
			at = 0
		case w.pins[valve+"_opened"].Read() == gpio.High:
			at = 1
		}
		w.become(valve+".open", at)
	}
}

// history is what happened, the newest last.
func (w *simWorld) history() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.notes[max(0, len(w.notes)-60):], "\n")
}
