package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

// configurationFile keeps the configuration that came into force last.
const configurationFile = "configuration"

// savedConfiguration is a configuration that was in force, as it is written.
type savedConfiguration struct {
	Since  time.Time `json:"since"` // when it came into force
	SHA256 string    `json:"sha256"`
	File   string    `json:"file"`
	Text   string    `json:"text"`
}

// configuration is what an agent runs from.
type configuration struct {
	plan  *config.Plan
	data  []byte
	saved savedConfiguration // as it is, or will be, in the state directory
	why   error              // why the file was refused and the last good one runs; nil = the file runs
}

// readConfiguration reads the file, and where it is refused the last configuration that was in force. The error is why the
// file was refused.
func readConfiguration(o runOptions, s *state.Store) (configuration, error) {
	var last savedConfiguration
	if err := s.Load(configurationFile, &last); err != nil {
		o.log.Error("the last good configuration is lost", "err", err)
	}
	plan, data, warnings, err := config.ReadPlan(o.config)
	if err == nil {
		for _, w := range warnings {
			o.log.Warn(w.String())
		}
		return configuration{plan: plan, data: data, saved: inForce(last, o.config, data)}, nil
	}
	if o.strict || last.Text == "" {
		return configuration{}, err
	}
	if plan, _, bad := config.PlanOf(last.File, []byte(last.Text)); bad == nil {
		return configuration{plan: plan, data: []byte(last.Text), saved: last, why: err}, nil
	}
	return configuration{}, err
}

// inForce is a configuration as it is written. One that is the same keeps its time.
func inForce(last savedConfiguration, file string, data []byte) savedConfiguration {
	sum := sha256.Sum256(data)
	now := savedConfiguration{Since: time.Now().UTC().Truncate(time.Second), SHA256: hex.EncodeToString(sum[:]), File: file, Text: string(data)}
	if now.SHA256 == last.SHA256 {
		now.Since = last.Since
	}
	return now
}

// refusedFile is what is known of a file that was refused at the start. Immutable.
type refusedFile struct {
	saved    savedConfiguration
	mistakes []string
	accepted string // by whom the configuration that runs instead was accepted; "" = by nobody
}

// adoptSaved notes what the agent runs from: the file, or because of why the last good one. That one lets only idle values in
// until somebody accepts it: the pins may have been wired anew for the file that was refused.
func (a *agent) adoptSaved(c configuration) {
	if a.simulated {
		return
	}
	a.inForce.Store(&c.saved)
	a.store.Save(configurationFile, c.saved)
	if c.why == nil {
		return
	}
	a.refused.Store(&refusedFile{saved: c.saved, mistakes: strings.Split(c.why.Error(), "\n")})
	a.commander.Restrict("the configuration file was refused at the start, and the last good one runs: only idle values are let in until an administrator accepts it")
	a.services.add("configuration", a.configurationState)
	a.log.Error("the configuration file was refused; the last good one runs, and only idle values are let in until an administrator accepts it",
		"file", c.saved.File, "since", c.saved.Since, "sha256", c.saved.SHA256, "why", c.why)
}

// recordRefused records that the last good configuration runs.
func (a *agent) recordRefused() {
	r := a.refused.Load()
	if r == nil {
		return
	}
	n := &buffer.Note{}
	n.Add("sha256", r.saved.SHA256)
	n.Add("since", r.saved.Since.Format(time.RFC3339))
	n.Add("why", strings.Join(r.mistakes, "; "))
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Critical, Type: buffer.Counter, Metric: "agent_configurations_refused_total", Value: 1,
		Status: "the file was refused, and the last good configuration runs", Note: n.String(),
	})
}

// configurationState is the health of the configuration.
func (a *agent) configurationState() (int, string) {
	r := a.refused.Load()
	if r == nil {
		return serviceHealthy, ""
	}
	text := "the last good configuration runs, for the file was refused: " + strings.Join(r.mistakes, "; ")
	if r.accepted != "" {
		return serviceDegraded, text + "; accepted by " + r.accepted
	}
	return serviceUnavailable, text
}

// configurationStatus is what people see of it, nil while the file runs.
func (a *agent) configurationStatus() *telemetry.ConfigurationStatus {
	r := a.refused.Load()
	if r == nil {
		return nil
	}
	return &telemetry.ConfigurationStatus{Kept: true, Since: r.saved.Since, SHA256: r.saved.SHA256, Mistakes: r.mistakes, Accepted: r.accepted}
}

// acceptSaved notes by whom the last good configuration was accepted.
func (a *agent) acceptSaved(_ context.Context, by buffer.Principal) error {
	r := a.refused.Load()
	if r == nil {
		return fmt.Errorf("the file runs, and there is nothing to accept: %w", buffer.ErrConflict)
	}
	a.refused.CompareAndSwap(r, &refusedFile{r.saved, r.mistakes, by.Name})
	return nil
}

// adoptFile notes that the file runs after a reload.
func (a *agent) adoptFile(file string, data []byte) {
	saved := inForce(*a.inForce.Load(), file, data)
	a.inForce.Store(&saved)
	a.refused.Store(nil)
	a.commander.Restrict("")
	a.store.Save(configurationFile, saved)
	if err := a.store.Sync(configurationFile); err != nil {
		a.log.Warn("the configuration would not be kept for a start with a file that is refused", "err", errors.Unwrap(err))
	}
}
