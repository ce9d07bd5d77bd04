package pychron

import (
	"context"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// laserHandler answers the port of one laser: docs/protocols/pychron-remote-laser.md. There is no dead-man for these clients, which
// fire once and are silent for minutes: max_on and the rules hold.
type laserHandler struct {
	agent   Agent
	device  string
	moves   moves
	running context.Context // ends when the server stops
}

// enableHold is how long Enable, Disable and a power are held until they are confirmed: repeats join, and are over after 2.07 s.
const enableHold = indicatorHold

// run ends with ctx, after the commands under way.
func (h *laserHandler) run(ctx context.Context) {
	<-ctx.Done()
	h.moves.stop()
}

// left warns of a kept connection that ends while the laser may be on. A client of one command for each connection is not kept.
func (h *laserHandler) left(by Client, answered int) {
	if answered < 2 || h.running.Err() != nil || h.agent.Laser(h.device).Off {
		return
	}
	h.agent.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_pychron_lasers_left_on_total", Value: 1, Device: h.device,
		Labels: buffer.MakeLabels("device", h.device), Status: "its client's connection ended while the laser may be on", Note: buffer.NoteOf(by.principal()).String(),
	})
}

// answer is the reply to one command.
func (h *laserHandler) answer(ctx context.Context, by Client, text string) string {
	c := call{parse(text), by}
	if answer, known := laserAnswers[c.name]; known {
		return answer(h, ctx, c)
	}
	if answer, known := stageAnswers[c.name]; known {
		return answer(h, ctx, c)
	}
	if reply, known := laserParts[c.name]; known {
		return reply(c)
	}
	return failure(errCommand, "invalid command: %s", shown(strip(text)))
}

// laserAnswers are the commands that concern the laser itself.
var laserAnswers = map[string]func(*laserHandler, context.Context, call) string{
	"Enable":         (*laserHandler).enable,
	"Disable":        (*laserHandler).disable,
	"SetLaserPower":  func(h *laserHandler, ctx context.Context, c call) string { return h.power(ctx, c, "percent") },
	"SetLaserOutput": (*laserHandler).output,
	"GetError":       (*laserHandler).fault,
	"ReadLaserPower": func(h *laserHandler, _ context.Context, _ call) string {
		return numberOf(h.agent.Laser(h.device).Watts)
	},
	"GetAchievedOutput": func(h *laserHandler, _ context.Context, _ call) string {
		return numberOf(h.agent.Laser(h.device).Watts)
	},
	"GetPyrometerTemperature": func(h *laserHandler, _ context.Context, _ call) string {
		return numberOf(h.agent.Laser(h.device).Temperature)
	},
	"IsReady":    func(h *laserHandler, _ context.Context, _ call) string { return truth(h.agent.Tripped() == "") },
	"LaserReady": func(h *laserHandler, _ context.Context, _ call) string { return truth(h.agent.Tripped() == "") },
}

// numberOf is a reading as text; without one that can be believed there is no number.
func numberOf(p *Point) string {
	if p == nil || !p.Known {
		return noResponse
	}
	return float(p.Value)
}

// fault is OK, or what stands in the way of the next run: the client stops its queue at anything else than OK.
func (h *laserHandler) fault(context.Context, call) string {
	if why := h.agent.Tripped(); why != "" {
		return shown(why)
	}
	return moved
}

// enable is refused while anything stands that halts or forbids, whatever it concerns: no queue heats the next grain.
func (h *laserHandler) enable(ctx context.Context, c call) string {
	why := h.agent.Tripped()
	if why == "" {
		why = h.move(ctx, c.by, "enabled", 1, enableHold)
	} else {
		h.recordRefusal(c.by, why)
	}
	if why != "" {
		return failure(errEnable, "Laser failed to enable %s", shown(why))
	}
	return moved
}

// recordRefusal records that the laser was not enabled.
func (h *laserHandler) recordRefusal(by Client, why string) {
	n := buffer.NoteOf(by.principal())
	n.Add("device", h.device)
	n.Add("control", "enabled")
	n.Number("new", 1)
	h.agent.Record(&buffer.Event{
		Kind: buffer.Command, Severity: buffer.Warning, Type: buffer.Counter, Metric: "commands_refused_total", Value: 1, Device: h.device,
		Labels: buffer.MakeLabels("device", h.device, "reason", "interlock"), Status: why, Note: n.String(),
	})
}

func (h *laserHandler) disable(ctx context.Context, c call) string {
	if why := h.move(ctx, c.by, "enabled", 0, enableHold); why != "" {
		return failure(errDisable, "Laser failed to disable %s", shown(why))
	}
	return moved
}

// output sets the power in the unit the client names; none is percent. Older clients have a blank before the unit.
func (h *laserHandler) output(ctx context.Context, c call) string {
	if len(c.args) == 1 {
		c.args = strings.Fields(c.args[0])
	}
	unit := "percent"
	if len(c.args) == 2 && c.args[1] != "" {
		unit = c.args[1]
	}
	return h.power(ctx, c, unit)
}

// power sets the power. A rise that takes its time is under way when it is answered; any other, and nothing above all, is done.
func (h *laserHandler) power(ctx context.Context, c call, unit string) string {
	if len(c.args) == 0 || len(c.args) > 2 || len(c.args) == 2 && c.name == "SetLaserPower" {
		return badArguments(c.request)
	}
	value, ok := decimal(c.args[0])
	l := h.agent.Laser(h.device)
	switch {
	case !ok:
		return badArguments(c.request)
	case value == 0 && (l.Power == "" || l.Min > 0): // nothing comes out of it only when it is off
		return h.disable(ctx, c)
	case value != 0 && (l.Power == "" || string(l.Unit) != unit): // 0 is 0 in any unit
		return failure(errSetpoint, "Laser failed to set its output in %s", shown(unit))
	case value < l.Min || value > l.Max:
		return badArguments(c.request)
	}
	hold := enableHold
	if l.Gradual && value != 0 {
		hold = commandHold
	}
	if why := h.move(ctx, c.by, l.Power, value, hold); why != "" {
		return failure(errSetpoint, "Laser failed to set its output: %s", shown(why))
	}
	return moved
}

// move commands the laser, and gives why that failed. A repeat joins the command under way.
func (h *laserHandler) move(ctx context.Context, by Client, control string, value float64, hold time.Duration) (why string) {
	if !by.Commands {
		return h.notTaken(ctx, by, h.device, control, value)
	}
	m := h.begin(by, h.device, control, value)
	switch {
	case m == nil:
		return "the agent is stopping"
	case !m.await(ctx, hold) && hold == enableHold:
		return "it did not answer yet"
	case !m.over() || m.result.Result == "success":
		return ""
	case m.err != nil:
		return m.err.Error()
	}
	return m.result.Result
}

// notTaken has the agent refuse and record a command that is not taken on this port.
func (h *laserHandler) notTaken(ctx context.Context, by Client, device, control string, value float64) (why string) {
	h.agent.Command(ctx, buffer.CommandRequest{By: by.principal(), Device: device, Control: control, Value: value})
	return "commands are not taken here"
}

// begin commands a control of a device, or joins that command under way; nil while the server is stopping.
func (h *laserHandler) begin(by Client, device, control string, value float64) *move {
	request := buffer.CommandRequest{By: by.principal(), Device: device, Control: control, Value: value}
	return h.moves.join(device+"."+control, by.name(), value, Unknown, func() (buffer.CommandResult, error) { return h.agent.Command(h.running, request) })
}
