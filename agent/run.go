package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
)

// run is the agent from start to stop. It returns when ctx is done or something panicked, after everything that every
// exit halts was halted.
func run(ctx context.Context, o runOptions) error {
	plan, data, warnings, err := readPlan(o.config)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		o.log.Warn(w.String())
	}
	f := realFittings()
	var bench *simulation
	if o.sim {
		if bench, err = simulate(ctx, plan, o.log); err != nil {
			return err
		}
		defer bench.stop()
		f = bench.fittings
		data = nil // a simulation's lines end with it; agent halt must not open the real ones
	}
	dir := findRuntimeDir(o.runtime)
	if o.sim {
		dir = runtimeDir(filepath.Join(string(dir), plan.Config.Agent.Name))
	}
	held, err := occupy(ctx, dir, o, data)
	if err != nil {
		return err
	}
	defer held.release()
	h := newHouse(plan, newBoot(), version, o.sim, o.log)
	h.services.runtime = dir
	h.trend = telemetry.NewTrend()
	h.door.latch(readLatch(dir))
	if h.owed, err = readDebts(dir.owed()); err != nil {
		return err
	}
	return h.live(ctx, o, f, bench)
}

// live runs a house that was made, until ctx is done or one of its goroutines panics.
func (h *house) live(parent context.Context, o runOptions, f *fittings, bench *simulation) error {
	ctx, fail := context.WithCancelCause(parent)
	defer fail(nil)
	background := context.WithoutCancel(ctx)
	h.work = newGroup(background, fail)
	loops, lines, services := newGroup(background, fail), newGroup(background, fail), newGroup(background, fail)
	h.openJournal(services)
	h.begin()
	h.work.start("supervisor", h.door.supervise)
	h.fleet.start(loops, lines, h.plan(), f, func(*DevicePlan) bool { return true })
	h.tellOdometers()
	h.startServices(services, o)
	h.work.start("watchdog", h.watchdog)
	if o.script {
		h.work.start("script", func(ctx context.Context) error { return h.playScript(ctx, bench) })
	}
	h.tellSystemd("READY=1")
	h.serveReloads(ctx, o, loops, lines, f)

	why := "asked to stop"
	cause := context.Cause(ctx)
	if parent.Err() != nil {
		cause = nil
	} else if cause != nil {
		why, _, _ = strings.Cut(cause.Error(), "\n")
		h.log.Error("stopping", "err", cause)
	}
	h.tellSystemd("STOPPING=1")
	failed := h.shutdown(loops, lines, why)
	h.farewell()
	h.end("services", services, servicesEnd)
	if len(failed) > 0 {
		return errors.Join(cause, fmt.Errorf("%w: %s", errHaltFailed, strings.Join(failed, "; ")))
	}
	return cause
}

// occupy takes the runtime directory, waits for a halt that is under way, and keeps the configuration that will run.
func occupy(ctx context.Context, dir runtimeDir, o runOptions, data []byte) (*heldFile, error) {
	if err := dir.make(); err != nil {
		return nil, fmt.Errorf("runtime directory: %w", err)
	}
	held, err := hold(dir.pidFile(), strconv.Itoa(os.Getpid())+"\n")
	if err != nil {
		return nil, err
	}
	err = awaitHalt(ctx, dir, o.log)
	if err == nil {
		err = dir.saveConfig(o.config, data)
	}
	if err != nil {
		held.release()
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

// begin tells that the house has started, and shows every rule and alarm from the start.
func (h *house) begin() {
	p := h.plan()
	h.metrics.Families(familiesOf(p))
	for _, r := range p.Rules {
		h.metrics.Set("interlock_tripped", buffer.MakeLabels("rule", r.Name), zeroOne(h.door.tripped(r.Name)))
	}
	for _, a := range p.Alarms {
		h.metrics.Set("alarm_active", buffer.MakeLabels("alarm", a.Name), 0)
	}
	if why := h.door.whyLatched(); why != "" {
		h.log.Error("everything stays at idle until the latch is cleared", "why", why)
		h.door.tellTrip(&Rule{Name: haltRule}, 1, buffer.Critical, "tripped", "why="+quoted(why))
	}
	n := &note{}
	n.add("version", h.version)
	n.number("devices", float64(len(p.Devices)))
	if h.simulated {
		n.add("simulated", "yes")
	}
	h.log.Info("agent started", "name", h.name, "boot", h.boot, "version", h.version, "devices", len(p.Devices), "simulated", h.simulated)
	h.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Info, Type: buffer.Counter, Metric: "agent_starts_total", Value: 1, Status: "success", Note: n.String(),
	})
}

// serveReloads reads the configuration again at every SIGHUP, until ctx is done.
func (h *house) serveReloads(ctx context.Context, o runOptions, loops, lines *group, f *fittings) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			h.tellSystemd("RELOADING=1")
			h.reload(ctx, o, loops, lines, f)
			h.tellSystemd("READY=1")
		}
	}
}
