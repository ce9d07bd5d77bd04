package pychron

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// actuate opens or closes a valve, and answers once it is there, or after commandHold.
func (h *handler) actuate(ctx context.Context, c call, open bool) string {
	name, ok := c.one()
	if !ok || strings.HasSuffix(name, "Flag") {
		return badArguments(c.request)
	}
	v := h.find(name)
	if v == nil {
		return badArguments(c.request)
	}
	if why := h.heldByFlag(v, c.by, open); why != "" {
		h.recordRefusal(c.by, v, open, why)
		return failedToActuate(v, open)
	}
	request := buffer.CommandRequest{By: c.by.principal(), Device: v.Device, Control: v.Control, Value: buffer.ZeroOne(open)}
	if !c.by.Commands {
		h.agent.Command(ctx, request) // which refuses and records it
		return restricted(c.by)
	}
	before := v.Position
	if v.Moving {
		before = Unknown
	}
	m := h.moves.join(v.Name, c.by.name(), request.Value, before, func() (buffer.CommandResult, error) { return h.agent.Command(h.running, request) })
	if m == nil {
		return failedToActuate(v, open)
	}
	if !m.await(ctx, commandHold) {
		return moved
	}
	return actuated(v, m, open)
}

// actuated is the answer to a command that is done.
func actuated(v *Valve, m *move, open bool) string {
	switch {
	case m.result.Result == "success" && m.before == positionOf(open):
		return unchanged
	case m.result.Result == "success":
		return moved
	case m.result.Result == "" && v.Locked && open:
		return failure(errLocked, "Valve %s is software locked", v.Name)
	}
	return failedToActuate(v, open)
}

// restricted is the answer to a command by UDP where only queries are answered.
func restricted(by Client) string {
	return failure(errAccess, "Access restricted to tcp (udp_commands: false). You are %s", by.Address)
}

func failedToActuate(v *Valve, open bool) string {
	verb := "close"
	if open {
		verb = "open"
	}
	return failure(errActuate, "Valve %s failed to actuate %s", v.Name, verb)
}

func positionOf(open bool) Position {
	if open {
		return Open
	}
	return Closed
}

// heldByFlag is why a client may not open a valve whose flag another one holds. Closing is never refused.
func (h *handler) heldByFlag(v *Valve, by Client, open bool) string {
	holder := h.flags.ownerOf(v.Name)
	if holder == "" || holder == by.name() || !open {
		return ""
	}
	return fmt.Sprintf("%s belongs to %s, who holds its flag", v.Name, holder)
}

// recordRefusal records a command that was refused here.
func (h *handler) recordRefusal(by Client, v *Valve, open bool, why string) {
	n := buffer.NoteOf(by.principal())
	n.Add("device", v.Device)
	n.Add("control", v.Control)
	n.Number("new", buffer.ZeroOne(open))
	h.agent.Record(&buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_total", Value: 1, Device: v.Device,
		Labels: buffer.MakeLabels("device", v.Device, "reason", "flag"), Status: why, Note: n.String(),
	})
}

// valveState answers a plain query: a valve that is not known to be closed is open.
func (h *handler) valveState(_ context.Context, c call) string {
	name, ok := c.one()
	if !ok {
		return badArguments(c.request)
	}
	v := h.find(name)
	if v == nil {
		return notRegistered(name)
	}
	return h.state(v.open())
}

// state is a state as the client takes it. Pychron's own server says OK for true.
func (h *handler) state(on bool) string {
	if on && h.options.CloseAfterReply {
		return moved
	}
	return truth(on)
}

func notRegistered(name string) string {
	return failure(errValve, "%s is not a registered valve name", shown(name))
}

// indicatorState answers the query that follows every command, held while the valve moves. The client compares it with what it
// wished, and takes any other text for closed: of a valve that is not known it is the opposite of the wish.
func (h *handler) indicatorState(ctx context.Context, c call) string {
	name, ok := c.one()
	if !ok {
		return badArguments(c.request)
	}
	v := h.find(name)
	if v == nil {
		return notRegistered(name)
	}
	if v = h.settled(ctx, c.by, v); v.Position != Unknown && !v.Moving {
		return h.state(v.Position == Open)
	}
	wish := h.moves.of(c.by.name(), v.Name)
	return h.state(wish == nil || wish.value == 0)
}

// settled is the valve once nothing moves it, or after indicatorHold: from the beginning of the client's own move, else from now.
func (h *handler) settled(ctx context.Context, by Client, v *Valve) *Valve {
	until := time.Now().Add(indicatorHold)
	m := h.moves.of(by.name(), v.Name)
	if m != nil && !m.over() {
		until = m.begun.Add(indicatorHold)
		m.await(ctx, indicatorHold)
	}
	for {
		now := h.find(v.Name)
		if now == nil || !now.Moving || !time.Now().Before(until) || !sleep(ctx, lookEvery) {
			return orUnknown(now, v)
		}
	}
}

// orUnknown is the valve as it is now; one that is not in the configuration any more is not known.
func orUnknown(now, was *Valve) *Valve {
	if now == nil {
		return &Valve{Name: was.Name}
	}
	return now
}

// sleep waits; false if ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (h *handler) lockState(_ context.Context, c call) string {
	name, ok := c.one()
	if !ok {
		return badArguments(c.request)
	}
	v := h.find(name)
	if v == nil {
		return noResponse
	}
	return h.state(v.Locked)
}

// checksum is that of the valves asked for. The answer "0" fails the client's test, so a name nobody knows is an error.
func (h *handler) checksum(_ context.Context, c call) string {
	if len(c.args) == 0 {
		return badArguments(c.request)
	}
	valves := h.valves()
	asked := make([]*Valve, 0, len(c.args))
	for _, name := range c.args {
		v := among(valves, name)
		if v == nil {
			return notRegistered(name)
		}
		asked = append(asked, v)
	}
	return stateChecksum(asked)
}

func (h *handler) pipetteCount(_ context.Context, c call) string {
	name, ok := c.one()
	if !ok {
		return badArguments(c.request)
	}
	for _, p := range h.agent.Pipettes() {
		if p.Name == name {
			return strconv.FormatUint(p.Shots, 10)
		}
	}
	return "0"
}

// pipetteCounts is a list as Python writes it. When the last shot was taken is in the events.
func (h *handler) pipetteCounts(context.Context, call) string {
	var parts []string
	for _, p := range h.agent.Pipettes() {
		parts = append(parts, fmt.Sprintf("{'counts': %d, 'last_shot_time': None}", p.Shots))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
