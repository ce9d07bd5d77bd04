package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/ask"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/simulate"
	"pychron-edge/agent/table"
	"pychron-edge/agent/task"
)

// onceBound is how long a device may take to answer for the table.
const onceBound = 5 * time.Second

// onceVerb reads every device once and prints a table: the multimeter of the line.
func onceVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("once", args, out, problems)
	if given == nil {
		return code
	}
	if err := once(ctx, given.Config(), given.On("sim"), out, problems); err != nil {
		fmt.Fprintln(problems, err)
		return exitMistake
	}
	return exitFine
}

func once(ctx context.Context, path string, sim bool, out, problems io.Writer) error {
	if !sim {
		if answer, err := ask.Table(ctx, path, askBound); err == nil {
			return answer.Print(out)
		}
	}
	plan, _, _, err := config.ReadPlan(path)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(problems, &slog.HandlerOptions{Level: slog.LevelError}))
	fit := device.RealTransport()
	if sim {
		s, err := simulate.Start(ctx, plan, log)
		if err != nil {
			return err
		}
		defer s.Stop()
		fit = s.Transport
	}
	h := newAgent(plan, newBoot(), version, sim, log)
	h.readOnce(ctx, fit)
	if err := h.table(out); err != nil {
		return err
	}
	return h.silent()
}

// silent says which devices gave nothing, and why; nil if each gave something.
func (a *agent) silent() error {
	var why []string
	for _, d := range a.plan().Devices {
		i := a.fleet.Find(d.Name)
		if d.Off || i == nil || len(a.present.Device(d.Name)) > 0 {
			continue
		}
		c, _ := i.Status()
		why = append(why, fmt.Sprintf("%s (%s)", d.Name, buffer.OneLine(string(c.Health)+": "+c.Why)))
	}
	if len(why) == 0 {
		return nil
	}
	return fmt.Errorf("agent once: %d of %d devices gave nothing: %s", len(why), len(a.plan().Devices), strings.Join(why, "; "))
}

// readOnce opens everything, reads each device until it answers or its time is over, and closes everything. It is a look: no rule
// is judged, and nothing is halted or moved.
func (a *agent) readOnce(parent context.Context, f *device.Transport) {
	ctx, cancel := context.WithTimeout(parent, onceBound)
	defer cancel()
	a.work = task.NewGroup(ctx, func(err error) { a.log.Error("reading once", "err", err) })
	lines := task.NewGroup(ctx, a.work.Fail)
	defer lines.Stop()
	a.fleet.Env.ReadOnly = true
	for _, i := range a.fleet.Connect(lines, a.plan(), f, func(*config.DevicePlan) bool { return true }) {
		a.work.Start(i.Name, func(ctx context.Context) error {
			i.ReadUntil(ctx)
			return nil
		})
	}
	a.work.Wg.Wait()
}

// table prints every channel of every device, then what is derived from them.
func (a *agent) table(out io.Writer) error {
	return table.Write(out, a.plan(), a.fleet, &a.present, a.clock.Up())
}
