package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"pychron-edge/buffer"
)

// refusalInterval is the time between two events about the refused messages of one agent.
const refusalInterval = time.Minute

// refusals counts the messages that are set aside because no agent sends such, and makes an event of them: at once for the first, and
// then one a minute for each agent.
type refusals struct {
	mu     sync.Mutex
	agents map[string]*refusal
}

type refusal struct {
	count    uint64 // since the last event
	why      string // of the last message
	reported time.Time
}

// add counts a message; agent is the level of its topic. It does not block. Beyond maxAgents, agents are counted together.
func (r *refusals) add(agent string, why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(agent) > buffer.MaxString || r.agents[agent] == nil && len(r.agents) >= maxAgents {
		agent = ""
	}
	if r.agents == nil {
		r.agents = map[string]*refusal{}
	}
	if r.agents[agent] == nil {
		r.agents[agent] = new(refusal)
	}
	r.agents[agent].count++
	r.agents[agent].why = why.Error()
}

// due returns the events that are to be recorded now, and forgets agents that have sent nothing wrong for a minute.
func (r *refusals) due(now time.Time) (events []buffer.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, agent := range slices.Sorted(maps.Keys(r.agents)) {
		f := r.agents[agent]
		switch {
		case !f.reported.IsZero() && now.Sub(f.reported) < refusalInterval:
		case f.count == 0:
			delete(r.agents, agent)
		default:
			events = append(events, f.event(agent, now))
			f.count, f.reported = 0, now
		}
	}
	return events
}

func (f *refusal) event(agent string, now time.Time) buffer.Event {
	return buffer.Event{Time: now.UTC(), Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "viewer_messages_refused_total",
		Value: float64(f.count), Labels: buffer.MakeLabels("agent", cmp.Or(agent, "unknown")), Status: "refused",
		Note: fmt.Sprintf("messages=%d last=%.400q", f.count, f.why)}
}
