package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
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
// file was refused. strict reads the file alone.
func readConfiguration(file string, strict bool, s *state.Store, log *slog.Logger) (configuration, error) {
	var last savedConfiguration
	if err := s.Load(configurationFile, &last); err != nil {
		log.Error("the last good configuration is lost", "err", err)
	}
	plan, data, warnings, err := config.ReadPlan(file)
	if err == nil {
		for _, w := range warnings {
			log.Warn(w.String())
		}
		return configuration{plan: plan, data: data, saved: inForce(last, file, data)}, nil
	}
	if strict || last.Text == "" {
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

// lastGood is what an agent knows of the configuration it runs from.
type lastGood struct {
	inForce atomic.Pointer[savedConfiguration] // as it is in the state directory; nil: nothing is
	refused atomic.Pointer[refusedFile]        // nil: the file runs
}

// refusedFile is what is known of a file that was refused at the start, so that the last good configuration runs. Immutable.
type refusedFile struct {
	saved    savedConfiguration
	mistakes []string
	accepted string // by whom the configuration that runs instead was accepted; "" = by nobody
}

// begin notes what the agent runs from.
func (l *lastGood) begin(c configuration) {
	l.inForce.Store(&c.saved)
	if c.why != nil {
		l.refused.Store(&refusedFile{saved: c.saved, mistakes: strings.Split(c.why.Error(), "\n")})
	}
}

// accept notes by whom the last good configuration was accepted.
func (l *lastGood) accept(by string) error {
	r := l.refused.Load()
	if r == nil {
		return fmt.Errorf("the file runs, and there is nothing to accept: %w", buffer.ErrConflict)
	}
	l.refused.CompareAndSwap(r, &refusedFile{r.saved, r.mistakes, by})
	return nil
}

// adopt notes that a file runs, after a reload.
func (l *lastGood) adopt(file string, data []byte) {
	var before savedConfiguration
	if last := l.inForce.Load(); last != nil {
		before = *last
	}
	saved := inForce(before, file, data)
	l.inForce.Store(&saved)
	l.refused.Store(nil)
}

// runs says whether the last good configuration runs in place of the file.
func (l *lastGood) runs() bool { return l.refused.Load() != nil }

// status is what people see of it, nil while the file runs.
func (l *lastGood) status() *telemetry.ConfigurationStatus {
	r := l.refused.Load()
	if r == nil {
		return nil
	}
	return &telemetry.ConfigurationStatus{Kept: true, Since: r.saved.Since, SHA256: r.saved.SHA256, Mistakes: r.mistakes, Accepted: r.accepted}
}
