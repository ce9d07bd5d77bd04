package pychron

import (
	"context"
	"strings"
)

// handler answers requests, whatever they came by.
type handler struct {
	agent   Agent
	options *Options
	moves   moves
	flags   *flags
	running context.Context // ends when the server stops; moves outlive the connection they were asked for on
}

// call is one request of one client.
type call struct {
	request
	by Client
}

// run ends with ctx, after the moves under way.
func (h *handler) run(ctx context.Context) {
	h.flags.run(ctx)
	h.moves.stop()
}

// left does nothing: no valve moves because a client leaves.
func (h *handler) left(Client, int) {}

// answers are the commands of the valve port, sections 5 and 6.
var answers = map[string]func(*handler, context.Context, call) string{
	"Open":                     func(h *handler, ctx context.Context, c call) string { return h.actuate(ctx, c, true) },
	"Close":                    func(h *handler, ctx context.Context, c call) string { return h.actuate(ctx, c, false) },
	"GetValveState":            (*handler).valveState,
	"GetIndicatorState":        (*handler).indicatorState,
	"GetValveLockState":        (*handler).lockState,
	"GetValveStates":           onValves(func(_ *handler, v []Valve) string { return statesOf(v, (*Valve).open) }),
	"GetValveLockStates":       onValves(func(_ *handler, v []Valve) string { return statesOf(v, locked) }),
	"GetStateWord":             onValves(func(_ *handler, v []Valve) string { return compactStates(v, (*Valve).open) }),
	"GetLockWord":              onValves(func(_ *handler, v []Valve) string { return compactStates(v, locked) }),
	"GetValveOwners":           onValves(func(h *handler, v []Valve) string { return ownersText(v, h.options.Owner) }),
	"GetStateChecksum":         (*handler).checksum,
	"GetPipetteCount":          (*handler).pipetteCount,
	"GetPipetteCounts":         (*handler).pipetteCounts,
	"GetPressure":              (*handler).pressure,
	"Read":                     (*handler).read,
	"Set":                      (*handler).set,
	"Ping":                     (*handler).ping,
	"GetError":                 func(*handler, context.Context, call) string { return "" }, // any text is a fatal error to a run
	"GetData":                  (*handler).data,
	"GetCoolantOutTemperature": (*handler).coolant,
	"GetFaults":                (*handler).faults,
	"GetPneumaticsPressure":    (*handler).pneumatics,
}

// answer is the reply to one line of a client, without its end. It may be held.
func (h *handler) answer(ctx context.Context, by Client, text string) string {
	c := call{parse(text), by}
	answer, known := answers[c.name]
	if !known {
		return failure(errCommand, "invalid command: %s", shown(strip(text)))
	}
	return answer(h, ctx, c)
}

func locked(v *Valve) bool { return v.Locked }

// onValves is the answer to a command about all valves.
func onValves(answer func(*handler, []Valve) string) func(*handler, context.Context, call) string {
	return func(h *handler, _ context.Context, _ call) string { return answer(h, h.valves()) }
}

// valves are those of the line, with the owners that flags make.
func (h *handler) valves() []Valve {
	valves := h.agent.Valves()
	for n := range valves {
		if owner := h.flags.ownerOf(valves[n].Name); owner != "" {
			valves[n].Owner = owner
		}
	}
	return valves
}

// find is the valve of a name, else of an address; nil if there is none.
func (h *handler) find(name string) *Valve {
	valves := h.valves()
	return among(valves, name)
}

func among(valves []Valve, name string) *Valve {
	for n := range valves {
		if valves[n].Name == name {
			return &valves[n]
		}
	}
	for n := range valves {
		for _, other := range valves[n].Others {
			if other == name {
				return &valves[n]
			}
		}
	}
	return nil
}

// one is the only argument of a call; not ok where there is none or more than one.
func (c call) one() (string, bool) {
	if len(c.args) != 1 || strings.TrimSpace(c.args[0]) == "" {
		return "", false
	}
	return c.args[0], true
}
