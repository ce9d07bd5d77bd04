package main

import (
	"context"
	"time"

	"pychron-edge/buffer"
)

// silence raises an alarm when an agent sends nothing any more, and ends it when the agent sends again.
type silence struct {
	fleet  *fleet
	after  time.Duration // 0 = the agent's own 2.5 heartbeats
	record func(*buffer.Event)
	expect func() // makes the connection anew if nothing at all comes by it

	silent map[string]bool
}

// check compares every agent with its state at the last check.
func (s *silence) check(now time.Time) {
	if s.silent == nil {
		s.silent = map[string]bool{}
	}
	for _, agent := range s.fleet.sources(now) {
		isSilent := agent.State != "online"
		if agent.State == "stale" && s.after > 0 && agent.LastWord != nil {
			isSilent = now.Sub(*agent.LastWord) > s.after
		}
		if isSilent == s.silent[agent.Source] {
			continue
		}
		s.silent[agent.Source] = isSilent
		if isSilent && agent.State == "stale" { // it, or the broker
			s.expect()
		}
		e := buffer.Event{Time: now.UTC(), Kind: buffer.Alarm, Severity: buffer.Error, Type: buffer.Gauge, Metric: "alarm_active", Value: 1,
			Labels: buffer.MakeLabels("alarm", "agent silent", "agent", agent.Source), Status: agent.State}
		e.Note = "last message " + timeOrNever(agent.LastWord)
		if !isSilent {
			e.Severity, e.Value, e.Status, e.Note = buffer.Info, 0, "success", "sends again"
		}
		s.record(&e)
	}
}

func timeOrNever(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.Format(time.RFC3339)
}

// every runs f at each tick until ctx is done.
func every(ctx context.Context, d time.Duration, f func(now time.Time)) {
	ticker := time.NewTicker(d)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			f(now)
		}
	}
}
