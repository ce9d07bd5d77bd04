package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/simulate"
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
		if answer, err := askTable(ctx, path); err == nil {
			return answer.print(out)
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
		why = append(why, fmt.Sprintf("%s (%s)", d.Name, buffer.OneLine(string(c.Health)+" "+c.Why)))
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

// table prints every channel of every device, then what is derived from them: value, unit, bound or reason, and age.
func (a *agent) table(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "DEVICE\tPOINT\tVALUE\tUNIT\tBOUND\tAGE\tSTATE")
	display := buffer.Display{Unit: a.plan().Config.Agent.Units}
	now := a.clock.Up()
	for _, d := range a.plan().Devices {
		samples := a.present.Device(d.Name)
		if i := a.fleet.Find(d.Name); len(samples) == 0 {
			why := "disabled"
			if i != nil {
				c, _ := i.Status()
				why = string(c.Health) + " " + c.Why
			}
			fmt.Fprintf(w, "%s\t-\t-\t-\t-\t-\t%s\n", d.Name, buffer.OneLine(why))
		}
		rows(w, d, samples, display, now)
	}
	for _, name := range a.plan().DerivedNames() {
		rows(w, &config.DevicePlan{}, a.present.Device(name), display, now)
	}
	return w.Flush()
}

func rows(w io.Writer, d *config.DevicePlan, samples []buffer.Sample, display buffer.Display, now time.Duration) {
	for n := range samples {
		row(w, d.Point(samples[n].Point()), &samples[n], display, now)
	}
}

// row prints one reading; its point says what its values are called, and may be nil.
func row(w io.Writer, p *config.PointPlan, s *buffer.Sample, display buffer.Display, now time.Duration) {
	age := s.Age(now).Round(time.Millisecond).String()
	if s.Missing != "" {
		fmt.Fprintf(w, "%s\t%s\t-\t-\t-\t%s\t%s\n", s.Device, s.Point(), age, s.Missing)
		return
	}
	value, unit := display.Of(s.Value, s.Unit)
	if unit == "" {
		unit = "-"
	}
	text := strconv.FormatFloat(value, 'g', 4, 64)
	if p != nil {
		text = cmp.Or(p.States.Name(s.Value), text)
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\tok\n", s.Device, s.Point(), text, unit, s.Bound, age)
}
