package pychron

import (
	"context"
	"encoding/json"

	"pychron-edge/buffer"
)

// furnaceHandler answers the dialect of Pychron's furnace firmware, section 10: valves by address, temperature and set-point.
type furnaceHandler struct {
	*handler
	device string
}

// furnaceAnswers are the commands of a furnace; all others are unknown.
var furnaceAnswers = map[string]func(*furnaceHandler, context.Context, call) string{
	"Open":              func(h *furnaceHandler, ctx context.Context, c call) string { return h.actuate(ctx, c, true) },
	"Close":             func(h *furnaceHandler, ctx context.Context, c call) string { return h.actuate(ctx, c, false) },
	"GetChannelState":   func(h *furnaceHandler, ctx context.Context, c call) string { return h.valveState(ctx, c) },
	"GetIndicatorState": (*furnaceHandler).indicator,
	"GetTemperature":    func(h *furnaceHandler, _ context.Context, _ call) string { return numberOf(h.temperature()) },
	"GetProcessValue":   func(h *furnaceHandler, _ context.Context, _ call) string { return numberOf(h.temperature()) },
	"GetSetpoint":       func(h *furnaceHandler, _ context.Context, _ call) string { return numberOf(h.reading("setpoint")) },
	"GetPercentOutput":  func(h *furnaceHandler, _ context.Context, _ call) string { return numberOf(h.output()) },
	"SetSetpoint":       (*furnaceHandler).setpoint,
	"GetFurnaceSummary": (*furnaceHandler).summary,
}

// answer is the reply to one line of a client, without its end.
func (h *furnaceHandler) answer(ctx context.Context, by Client, text string) string {
	c := call{parse(text), by}
	if answer, known := furnaceAnswers[c.name]; known {
		return answer(h, ctx, c)
	}
	return failure(errCommand, "invalid command: %s", shown(strip(text)))
}

// indicator answers by a word, once the valve has settled. The client takes only the two words: of a valve whose state is not known
// neither is said.
func (h *furnaceHandler) indicator(ctx context.Context, c call) string {
	name, ok := c.one()
	if !ok {
		return badArguments(c.request)
	}
	v := h.find(name)
	if v == nil {
		return notRegistered(name)
	}
	switch v = h.settled(ctx, c.by, v); {
	case v.Moving || v.Position == Unknown:
		return failure(errSilent, "no response from device")
	case v.Position == Open:
		return "open"
	}
	return "closed"
}

// readings are those of the furnace.
func (h *furnaceHandler) readings() []Point {
	for _, d := range h.agent.Devices() {
		if named(d.Names, h.device) {
			return d.Points
		}
	}
	return nil
}

// reading is the one of a name, nil if there is none.
func (h *furnaceHandler) reading(name string) *Point {
	return (&Device{Points: h.readings()}).point(name)
}

// temperature is the first that is no set-point.
func (h *furnaceHandler) temperature() *Point {
	return h.first(buffer.Celsius, "setpoint")
}

// output is the power that the controller asks for.
func (h *furnaceHandler) output() *Point { return h.first(buffer.Percent, "") }

// first is the first reading in a unit that has not a name.
func (h *furnaceHandler) first(unit buffer.Unit, but string) *Point {
	points := h.readings()
	for n := range points {
		if points[n].Unit == unit && !named(points[n].Names, but) {
			return &points[n]
		}
	}
	return nil
}

// setpoint sets the temperature, through the commander: its range, rules and rights hold.
func (h *furnaceHandler) setpoint(_ context.Context, c call) string {
	text, given := c.one()
	value, ok := decimal(text)
	if !given || !ok {
		return badArguments(c.request)
	}
	r, err := h.agent.Command(h.running, buffer.CommandRequest{By: c.by.principal(), Device: h.device, Control: "setpoint", Value: value})
	switch {
	case r.Result == "success":
		return moved
	case !c.by.Commands:
		return failure(errAccess, "Access restricted. You are %s", c.by.Address)
	case err != nil:
		return failure(errSetpoint, "%s", shown(err.Error()))
	}
	return failure(errSetpoint, "%s", r.Result)
}

// summary is all of it as JSON; what is not known is null.
func (h *furnaceHandler) summary(context.Context, call) string {
	value := func(p *Point) *float64 {
		if p == nil || !p.Known {
			return nil
		}
		return &p.Value
	}
	data, err := json.Marshal(map[string]*float64{"setpoint": value(h.reading("setpoint")), "response": value(h.temperature()), "output": value(h.output())})
	if err != nil { // a number that JSON cannot say
		return noResponse
	}
	return string(data)
}
