package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/agentlog"
	"pychron-edge/agent/command"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/lastgood"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/simulate"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// run is the agent from start to stop. It returns when ctx is done or something panicked, after everything that every
// exit halts was halted.
func run(ctx context.Context, o runOptions) error {
	store := state.NewStore(state.NewDisk(state.FindStateDir(o.state)))
	if o.sim {
		o.strict = true // its state directory has its name, which is in the file
	} else if err := store.Open(); err != nil {
		o.log.Error("nothing survives a restart", "err", err)
	}
	defer func() { store.Close() }()
	c, err := lastgood.Read(o.config, o.strict, store, o.log)
	if err != nil {
		return lastgood.Hold(ctx, err)
	}
	plan, data := c.Plan, c.Data
	if err := refuseAssumedPins(o, data); err != nil {
		return lastgood.Hold(ctx, err)
	}
	if err := otherAgent(plan); err != nil && !o.sim {
		return lastgood.Hold(ctx, err)
	}
	f := device.RealTransport()
	var bench *simulate.Simulation
	if o.sim {
		if bench, err = simulate.Start(ctx, plan, o.log); err != nil {
			return err
		}
		defer bench.Stop()
		f = bench.Transport
		data = nil // a simulation's lines end with it; agent halt must not open the real ones
	}
	dir := state.FindRuntimeDir(o.runtime)
	if o.sim {
		dir = state.RuntimeDir(filepath.Join(string(dir), plan.Config.Agent.Name))
		store = state.NewStore(state.NewDisk(simulate.StateDir(o.state, plan.Config.Agent.Name)))
		if err := store.Open(); err != nil {
			o.log.Error("nothing survives a restart", "err", err)
		}
	}
	held, err := lockRuntimeDir(ctx, dir, o, data)
	if err != nil {
		return err
	}
	defer held.Release()
	h := newAgent(plan, newBoot(), version, o.sim, o.log)
	if o.thrifty {
		h.board = useBoard(plan)
		store.OnWrite(h.board.Touch)
		defer h.board.Stop()
	}
	h.services.runtime, h.store = dir, store
	h.services.messages = messageStore{store}
	h.saveConfiguration(c)
	h.trend = telemetry.NewTrend()
	h.commander.Latch(state.ReadLatch(dir))
	if h.pendingHalts, err = state.ReadPendingHalts(dir.PendingHalts()); err != nil {
		return err
	}
	return h.live(ctx, o, f, bench)
}

// live runs an agent that was made, until ctx is done or one of its goroutines panics.
func (a *agent) live(parent context.Context, o runOptions, f *device.Transport, bench *simulate.Simulation) error {
	ctx, fail := context.WithCancelCause(parent)
	defer fail(nil)
	background := context.WithoutCancel(ctx)
	a.work = task.NewGroup(background, fail)
	loops, lines, services := task.NewGroup(background, fail), task.NewGroup(background, fail), task.NewGroup(background, fail)
	saving := task.NewGroup(background, fail)
	a.openJournal(services)
	logFrom := a.lanes.Audit.Stats().Position
	services.Start("log", func(ctx context.Context) error { return agentlog.Follow(ctx, a.log, a.lanes.Audit, logFrom) })
	a.restoreSaved()
	a.begin()
	a.recordRefused()
	a.saveState(saving)
	a.work.Start("supervisor", a.commander.Supervise)
	a.fleet.Start(loops, lines, a.plan(), f, func(*config.DevicePlan) bool { return true })
	a.recordOdometers()
	a.startServices(services, o)
	a.work.Start("watchdog", a.watchdog)
	if o.script {
		a.work.Start("script", func(ctx context.Context) error {
			return bench.Play(ctx, simulate.Demonstrated{Command: a.commander.Command, Fleet: a.fleet, Up: a.clock.Up, Log: a.log})
		})
	}
	a.notifySystemd("READY=1")
	a.serveReloads(ctx, o, loops, lines, f)

	why := "asked to stop"
	cause := context.Cause(ctx)
	if parent.Err() != nil {
		cause = nil
	} else if cause != nil {
		why, _, _ = strings.Cut(cause.Error(), "\n")
		a.log.Error("stopping", "err", cause)
	}
	a.notifySystemd("STOPPING=1")
	failed := a.shutdown(loops, lines, why)
	a.box.Close()
	a.drainUplink()
	a.end("services", services, servicesEnd)
	a.closeState(saving, cause == nil && len(failed) == 0)
	if len(failed) > 0 {
		return errors.Join(cause, fmt.Errorf("%w: %s", errHaltFailed, strings.Join(failed, "; ")))
	}
	return cause
}

// lockRuntimeDir takes the runtime directory, waits for a halt that is under way, and keeps the configuration that will run.
func lockRuntimeDir(ctx context.Context, dir state.RuntimeDir, o runOptions, data []byte) (*state.HeldFile, error) {
	if err := dir.Make(); err != nil {
		return nil, fmt.Errorf("runtime directory: %w", err)
	}
	held, err := state.Hold(dir.PidFile(), strconv.Itoa(os.Getpid())+"\n")
	if err != nil {
		return nil, err
	}
	err = state.AwaitHalt(ctx, dir, o.log)
	if err == nil {
		err = dir.SaveConfig(o.config, data)
	}
	if err != nil {
		held.Release()
		return nil, err
	}
	return held, nil
}

// newBoot is the random id of a start.
func newBoot() string {
	var b [4]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// begin tells that the agent has started, and shows every rule and alarm from the start.
func (a *agent) begin() {
	p := a.plan()
	a.metrics.Families(p.Families())
	for _, r := range p.Rules {
		a.metrics.Set("interlock_tripped", buffer.MakeLabels("rule", r.Name), buffer.ZeroOne(a.commander.Tripped(r.Name)))
		a.metrics.Set("interlock_bypassed", buffer.MakeLabels("rule", r.Name), 0)
	}
	a.beginAlarms()
	if why := a.commander.WhyLatched(); why != "" {
		a.log.Error("everything stays at idle until the latch is cleared", "why", why)
		a.commander.RecordTrip(&rules.Rule{Name: command.HaltRule}, 1, buffer.Critical, "tripped", "why="+buffer.Quoted(why))
	}
	n := &buffer.Note{}
	n.Add("version", a.version)
	n.Number("devices", float64(len(p.Devices)))
	if a.simulated {
		n.Add("simulated", "yes")
	}
	a.log.Info("agent started", "name", a.name, "boot", a.boot, "version", a.version, "devices", len(p.Devices), "simulated", a.simulated)
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_starts_total", Value: 1, Status: "success", Note: n.String(),
	})
}

// serveReloads reads the configuration again at every hangup, until ctx is done.
func (a *agent) serveReloads(ctx context.Context, o runOptions, loops, lines *task.Group, f *device.Transport) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.hangups:
			a.notifySystemd("RELOADING=1")
			a.reload(ctx, o, loops, lines, f)
			a.notifySystemd("READY=1")
		}
	}
}
