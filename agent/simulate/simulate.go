// Package simulate puts simulated instruments in the place of those of a plan.
//
// It changes the plan so that no real port, pin or distant broker is touched.
package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"pychron-edge/drivers"
	"pychron-edge/drivers/sim"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// Simulation is the other end of the wires, and what an agent needs to talk to it.
type Simulation struct {
	Bench     *sim.Bench
	Transport *device.Transport
	group     *task.Group
}

// Stop ends the instruments and waits for them.
func (s *Simulation) Stop() { s.group.Stop() }

// Start changes a plan so that it talks to simulated instruments, and starts them. Name and MQTT prefix say that it is
// a Simulation, and nothing but a broker on this machine gets to hear of it.
func Start(ctx context.Context, p *config.Plan, log *slog.Logger) (*Simulation, error) {
	if err := simulated(p.Config); err != nil {
		return nil, err
	}
	bench := sim.New(sim.Options{})
	var errs []error
	for _, d := range p.Devices {
		if !d.Off && !d.Model.Manual {
			errs = append(errs, bench.Attach(sim.Device{Name: d.Name, Model: cmp.Or(d.Model.Described, d.Model.Name), URL: d.Port, Options: d.Decoded, Pins: pinLines(d)}))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	urls, err := bench.Start(ctx)
	if err != nil {
		return nil, err
	}
	s := &Simulation{Bench: bench, group: task.NewGroup(context.WithoutCancel(ctx), func(err error) { log.Error("simulation", "err", err) })}
	s.Transport = &device.Transport{Chips: func() (drivers.Chips, error) { return bench.Chips(), nil }}
	s.group.Start("bench", func(ctx context.Context) error { bench.Run(ctx); return nil })
	for _, d := range p.Devices {
		if at, ok := urls[d.Name]; ok {
			if err := d.MoveTo(at); err != nil {
				s.Stop()
				return nil, err
			}
		}
	}
	log.Warn("SIMULATION: no real instrument is touched, no number is real", "name", p.Config.Agent.Name)
	return s, nil
}

// simulated marks a configuration as one of a simulation.
func simulated(c *config.Config) error {
	for _, broker := range strings.Fields(string(c.MQTT.Broker)) {
		u, err := url.Parse(broker)
		if err != nil {
			return fmt.Errorf("mqtt broker: %w", err)
		}
		if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("-sim refuses the broker %s; must be one on this machine, such as tcp://127.0.0.1:1883", u.Host)
		}
	}
	if !strings.HasSuffix(c.Agent.Name, "_sim") {
		c.Agent.Name += "_sim"
	}
	if !strings.HasSuffix(c.MQTT.Prefix, "_sim") {
		c.MQTT.Prefix += "_sim"
	}
	if c.Agent.Journal.Path != "" {
		c.Agent.Journal.Path += "_sim"
	}
	return nil
}

// StateDir is the state directory of a Simulation, "" where there is none.
func StateDir(asked, name string) string {
	if dir := state.FindStateDir(asked); dir != "" {
		return filepath.Join(dir, name)
	}
	return ""
}

// pinLines is the name of the line of each pin of a device.
func pinLines(d *config.DevicePlan) map[string]string {
	out := make(map[string]string, len(d.Wiring))
	for name, pin := range d.Wiring {
		out[name] = pin.Line
	}
	return out
}
