package pychron

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// moveHold is how long an answer to a motion waits for a refusal: the client takes it to be under way at once, and asks 0.5 s later
// whether it still moves.
const moveHold = 100 * time.Millisecond

// stageAnswers are the commands of a stage. Without one the position is 0 and nothing ever moves.
var stageAnswers = map[string]func(*laserHandler, context.Context, call) string{
	"GetPosition":    (*laserHandler).position,
	"GetDriveMoving": func(h *laserHandler, _ context.Context, _ call) string { return h.moving(0, 1, 2) },
	"GetXMoving":     func(h *laserHandler, _ context.Context, _ call) string { return h.moving(0) },
	"GetYMoving":     func(h *laserHandler, _ context.Context, _ call) string { return h.moving(1) },
	"GetZMoving":     func(h *laserHandler, _ context.Context, _ call) string { return h.moving(2) },
	"SetX":           func(h *laserHandler, ctx context.Context, c call) string { return h.goTo(ctx, c, 0) },
	"SetY":           func(h *laserHandler, ctx context.Context, c call) string { return h.goTo(ctx, c, 1) },
	"SetZ":           func(h *laserHandler, ctx context.Context, c call) string { return h.goTo(ctx, c, 2) },
	"SetXY":          func(h *laserHandler, ctx context.Context, c call) string { return h.goTo(ctx, c, 0, 1) },
	"StopDrive":      (*laserHandler).stopDrive,
}

// position is where the stage is, in millimeters; 0 of an axis it has not. Where an axis is not known there is no answer but the end of
// it: any text that is not three numbers the client takes for 0,0,0.
func (h *laserHandler) position(context.Context, call) string {
	var texts []string
	for _, a := range h.agent.Laser(h.device).Stage {
		at := 0.0
		switch {
		case a == nil:
		case !a.Position.Known:
			return ""
		default:
			at = a.Position.Value * 1000
		}
		text := strconv.FormatFloat(at, 'f', 5, 64)
		if strings.Trim(text, "-0.") == "" {
			text = "0.00000" // not -0.00000
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ",")
}

// moving says whether one of some axes moves, as the client takes it: OK, or False.
func (h *laserHandler) moving(axes ...int) string {
	stage := h.agent.Laser(h.device).Stage
	for _, n := range axes {
		if a := stage[n]; a != nil && a.Moving {
			return moved
		}
	}
	return truth(false)
}

// goTo sends axes to positions in millimeters, and is answered while they move. None is sent where one cannot go.
func (h *laserHandler) goTo(ctx context.Context, c call, axes ...int) string {
	stage := h.agent.Laser(h.device).Stage
	for _, n := range axes {
		if stage[n] == nil {
			return noStage(c)
		}
	}
	if len(c.args) != len(axes) {
		return badArguments(c.request)
	}
	to := make([]float64, len(axes))
	for n, text := range c.args {
		v, ok := decimal(text)
		if !ok {
			return badArguments(c.request)
		}
		to[n] = v / 1000 // not times 0.001, which is not exact
		if a := stage[axes[n]]; to[n] < a.Min || to[n] > a.Max {
			return failure(errPosition, "Laser failed to position: %s is beyond %g to %g mm", shown(text), a.Min*1000, a.Max*1000)
		}
	}
	if why := h.send(ctx, c.by, stage, axes, to); why != "" {
		return failure(errPosition, "Laser failed to position: %s", shown(why))
	}
	return moved
}

// send sends axes to positions in meters, side by side, and gives why one of them is not sent.
func (h *laserHandler) send(ctx context.Context, by Client, stage [3]*Axis, axes []int, to []float64) (why string) {
	var under []*move
	for n, axis := range axes {
		a := stage[axis]
		if !by.Commands {
			return h.notTaken(ctx, by, a.Device, a.Control, to[n])
		}
		m := h.begin(by, a.Device, a.Control, to[n])
		if m == nil {
			return "the agent is stopping"
		}
		under = append(under, m)
	}
	for _, m := range under {
		switch {
		case !m.await(ctx, moveHold) || m.result.Result == "success":
		case m.err != nil:
			return m.err.Error()
		default:
			return m.result.Result
		}
	}
	return ""
}

// stopDrive stops every axis, also where one of them cannot be stopped. It is answered once they were told.
func (h *laserHandler) stopDrive(_ context.Context, c call) string {
	if !c.by.Commands {
		return failure(errPosition, "Laser failed to position: commands are not taken here")
	}
	var failed error
	done := map[string]bool{}
	for _, a := range h.agent.Laser(h.device).Stage {
		if a == nil || done[a.Device] {
			continue
		}
		done[a.Device] = true
		if err := h.agent.Stop(h.running, c.by.principal(), a.Device); failed == nil {
			failed = err
		}
	}
	if failed != nil {
		return failure(errPosition, "Laser failed to position: %s", shown(failed.Error()))
	}
	return moved
}
