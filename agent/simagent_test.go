package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/lastgood"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// simAgent is one agent of a simulated world, from its start to its end or its death.
type simAgent struct {
	world   *simWorld
	agent   *agent
	peers   map[string]*drivertest.Peer // the near ends of the lines
	opens   map[string]line.Options
	begun   time.Time
	dead    atomic.Bool
	ctx     context.Context
	cancel  context.CancelFunc
	loops   *task.Group
	lines   *task.Group
	saving  *task.Group
	fabric  *device.Transport
	options runOptions
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// start starts an agent as run and live do, without its services.
func (w *simWorld) start() {
	a := &simAgent{world: w, peers: map[string]*drivertest.Peer{}, opens: map[string]line.Options{}, begun: time.Now(), options: runOptions{config: w.file, log: quiet}}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	for name, l := range w.lines {
		options, peer := drivertest.InMemory(w.t)
		a.opens[name] = options
		peer.Answer = func(request []byte) { l.take(a, peer, request) }
		a.peers[name] = peer
		if l.weather == unplugged {
			peer.Unplug()
		}
	}
	a.fabric = &device.Transport{
		Lines: line.Options{Open: a.open},
		Chips: func() (drivers.Chips, error) { return simChips{a}, nil },
	}
	w.mu.Lock()
	w.agent, w.all = a, append(w.all, a)
	w.mu.Unlock()
	store := state.NewStore(&simMount{w.disk, a})
	store.Open()
	c, err := lastgood.Read(w.file, false, store, quiet)
	if err != nil {
		w.fail("no configuration: %v", err)
		return
	}
	w.restricted = c.Why != nil
	w.boots++
	h := newAgent(c.Plan, fmt.Sprintf("b%03d", w.boots), "test", false, quiet)
	h.clock.Wall = func() time.Time { return time.Now().Add(time.Duration(w.shift.Load())) }
	h.clock.Sync = w.synced.Load
	h.services.runtime, h.store, a.agent = w.runtime, store, h
	a.options.runtime = string(w.runtime)
	h.saveConfiguration(c)
	report := func(err error) {
		if !a.dead.Load() {
			w.fail("a goroutine failed: %v", err)
		}
	}
	h.work, a.saving = task.NewGroup(a.ctx, report), task.NewGroup(a.ctx, report)
	a.loops, a.lines = task.NewGroup(a.ctx, report), task.NewGroup(a.ctx, report)
	h.restoreSaved()
	h.begin()
	h.recordRefused()
	h.saveState(a.saving)
	h.work.Start("supervisor", h.commander.Supervise)
	h.fleet.Start(a.loops, a.lines, h.plan(), a.fabric, func(*config.DevicePlan) bool { return true })
}

func (a *simAgent) open(ctx context.Context, at line.Address) (line.Handle, error) {
	if a.dead.Load() {
		return nil, os.ErrNotExist
	}
	return a.opens[at.Node[len("/dev/"):]].Open(ctx, at)
}

// die ends the agent as kill -9 does: from now on nothing it does reaches an instrument, a pin or the disk, and nothing is halted.
func (a *simAgent) die() {
	if a.dead.Swap(true) {
		return
	}
	a.cancel()
	for _, p := range a.peers {
		p.Unplug()
	}
}

// stop ends the agent in order, and says whether it was not killed meanwhile.
func (a *simAgent) stop() bool {
	failed := a.agent.shutdown(a.loops, a.lines, "test")
	a.agent.closeState(a.saving, len(failed) == 0)
	defer a.die()
	return !a.dead.Load()
}

// ended waits for the last goroutine of an agent that is dead.
func (a *simAgent) ended() {
	if a.agent == nil {
		return
	}
	for _, g := range []*task.Group{a.loops, a.agent.work, a.lines, a.saving} {
		g.Stop()
	}
}
