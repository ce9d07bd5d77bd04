package pychron

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// Flag is a name that clients set and clear to share a line.
type Flag struct {
	Name   string
	Timed  bool     // it is set for a number of seconds, and its value is what is left of them
	Valves []string // that belong to whoever holds it
}

// flagLease is how long a flag stays set without a Ping of its holder, and flagCheck how often that is looked at.
const (
	flagLease = 60 * time.Second
	flagCheck = 5 * time.Second
)

// maxTimed is the longest time of a timed flag: 30 days.
const maxTimed = 30 * 24 * time.Hour

// flagState is a flag with its holder.
type flagState struct {
	Flag
	holder Client
	isSet  bool
	ends   time.Time // when it clears itself
}

// flags are those of the configuration.
type flags struct {
	record func(*buffer.Event)

	mu  sync.Mutex
	all []*flagState
}

func newFlags(list []Flag, record func(*buffer.Event)) *flags {
	f := &flags{record: record}
	for _, one := range list {
		f.all = append(f.all, &flagState{Flag: one})
	}
	return f
}

// find is the flag of a name, nil if there is none; what has ended is cleared before. The caller holds mu.
func (f *flags) find(name string) *flagState {
	f.sweep()
	for _, s := range f.all {
		if s.Name == name {
			return s
		}
	}
	return nil
}

func (f *flags) has(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.find(name) != nil
}

// read is the value of a flag: 0 or 1, or the seconds that are left.
func (f *flags) read(name string) (text string, is bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.find(name)
	switch {
	case s == nil:
		return "", false
	case !s.isSet:
		return "0", true
	case s.Timed:
		return float(time.Until(s.ends).Seconds()), true
	}
	return "1", true
}

// set sets or clears a flag. Setting one that is set is not refused: a client looks first, and the last one holds it.
func (f *flags) set(name, value string, by Client) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.find(name)
	length := flagLease
	on := isOn(value)
	if s.Timed {
		seconds, ok := decimal(value)
		if !ok || seconds < 0 || seconds > maxTimed.Seconds() {
			return "Invalid flag value"
		}
		length, on = time.Duration(seconds*float64(time.Second)), seconds > 0
	}
	was := s.isSet
	s.isSet, s.holder, s.ends = on, by, time.Now().Add(length)
	switch {
	case on && was:
		f.note(s, by, "set again")
	case on:
		f.note(s, by, "set")
	case was:
		f.note(s, by, "cleared")
	}
	return moved
}

// isOn says whether a value sets a plain flag: a number other than 0, t, true or on.
func isOn(value string) bool {
	if v, ok := decimal(value); ok {
		return v != 0
	}
	return slices.Contains([]string{"t", "true", "on"}, strings.ToLower(value))
}

// ping keeps a plain flag set. A timed flag that has run out is Complete, which ends the client's pings.
func (f *flags) ping(name string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.find(name)
	switch {
	case s.Timed && !s.isSet:
		return "Complete"
	case s.isSet && !s.Timed:
		s.ends = time.Now().Add(flagLease)
	}
	return epoch()
}

// ownerOf is who holds the flag of a valve, "" if nobody does.
func (f *flags) ownerOf(valve string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sweep()
	for _, s := range f.all {
		if s.isSet && slices.Contains(s.Valves, valve) {
			return s.holder.name()
		}
	}
	return ""
}

// sweep clears the flags whose time is over. The caller holds mu.
func (f *flags) sweep() {
	now := time.Now()
	for _, s := range f.all {
		if !s.isSet || now.Before(s.ends) {
			continue
		}
		s.isSet = false
		status := "lapsed: no Ping for " + flagLease.String()
		if s.Timed {
			status = "run out"
		}
		f.note(s, s.holder, status)
	}
}

// note records what became of a flag. The caller holds mu.
func (f *flags) note(s *flagState, by Client, status string) {
	f.record(&buffer.Event{
		Kind: buffer.State, Severity: buffer.Info, Type: buffer.Gauge, Metric: "flag_is_set", Value: buffer.ZeroOne(s.isSet),
		Labels: buffer.MakeLabels("flag", s.Name), Status: status, Note: buffer.NoteOf(by.principal()).String(),
	})
}

// run clears flags whose time is over while nobody asks, until ctx is done.
func (f *flags) run(ctx context.Context) {
	for sleep(ctx, flagCheck) {
		f.mu.Lock()
		f.sweep()
		f.mu.Unlock()
	}
}
