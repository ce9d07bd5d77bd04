// Package lastgood keeps the configuration that came into force last, and runs it where the file is refused at a start.
//
// It judges nothing: that is package config's.
package lastgood

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

// Document is the one of the state directory that keeps the configuration that came into force last.
const Document = "configuration"

// Saved is a configuration that was in force, as it is written.
type Saved struct {
	Since  time.Time `json:"since"` // when it came into force
	SHA256 string    `json:"sha256"`
	File   string    `json:"file"`
	Text   string    `json:"text"`
}

// Choice is what an agent runs from.
type Choice struct {
	Plan  *config.Plan
	Data  []byte
	Saved Saved // as it is, or will be, in the state directory
	Why   error // why the file was refused and the last good one runs; nil = the file runs
}

// Read reads the file, and where it is refused the last configuration that was in force. The error is why the
// file was refused. strict reads the file alone.
func Read(file string, strict bool, s *state.Store, log *slog.Logger) (Choice, error) {
	var last Saved
	if err := s.Load(Document, &last); err != nil {
		log.Error("the last good configuration is lost", "err", err)
	}
	plan, data, warnings, err := config.ReadPlan(file)
	if err == nil {
		for _, w := range warnings {
			log.Warn(w.String())
		}
		return Choice{Plan: plan, Data: data, Saved: inForce(last, file, data)}, nil
	}
	if strict || last.Text == "" {
		return Choice{}, err
	}
	if plan, _, bad := config.PlanOf(last.File, []byte(last.Text)); bad == nil {
		return Choice{Plan: plan, Data: []byte(last.Text), Saved: last, Why: err}, nil
	}
	return Choice{}, err
}

// inForce is a configuration as it is written. One that is the same keeps its time.
func inForce(last Saved, file string, data []byte) Saved {
	sum := sha256.Sum256(data)
	now := Saved{Since: time.Now().UTC().Truncate(time.Second), SHA256: hex.EncodeToString(sum[:]), File: file, Text: string(data)}
	if now.SHA256 == last.SHA256 {
		now.Since = last.Since
	}
	return now
}

// Configuration is what an agent knows of the configuration it runs from.
type Configuration struct {
	current atomic.Pointer[Saved]   // as it is in the state directory; nil: nothing is
	refused atomic.Pointer[Refused] // nil: the file runs
}

// Refused is what is known of a file that was refused at the start, so that the last good configuration runs. Immutable.
type Refused struct {
	Saved    Saved
	Mistakes []string
	Accepted string // by whom the configuration that runs instead was accepted; "" = by nobody
}

// Begin notes what the agent runs from. Of the choice it keeps nothing else: its bytes are the text again.
func (l *Configuration) Begin(c Choice) {
	l.current.Store(new(c.Saved))
	if c.Why != nil {
		l.refused.Store(&Refused{Saved: c.Saved, Mistakes: strings.Split(c.Why.Error(), "\n")})
	}
}

// Accept notes by whom the last good configuration was accepted.
func (l *Configuration) Accept(by string) error {
	r := l.refused.Load()
	if r == nil {
		return fmt.Errorf("the file runs, and there is nothing to accept: %w", buffer.ErrConflict)
	}
	l.refused.CompareAndSwap(r, &Refused{r.Saved, r.Mistakes, by})
	return nil
}

// Adopt notes that a file runs, after a reload.
func (l *Configuration) Adopt(file string, data []byte) {
	var before Saved
	if last := l.current.Load(); last != nil {
		before = *last
	}
	saved := inForce(before, file, data)
	l.current.Store(&saved)
	l.refused.Store(nil)
}

// Runs says whether the last good configuration runs in place of the file.
func (l *Configuration) Runs() bool { return l.refused.Load() != nil }

// Refusal is what is known of the file that was refused, nil while the file runs.
func (l *Configuration) Refusal() *Refused { return l.refused.Load() }

// InForce is the configuration as it is in the state directory, nil where nothing is.
func (l *Configuration) InForce() *Saved { return l.current.Load() }
