// Package table prints what was read and what was halted as tables for a terminal.
package table

import (
	"cmp"
	"fmt"
	"io"
	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/buffer"
	"strconv"
	"text/tabwriter"
	"time"
)

// Write prints every channel of every device, then what is derived from them: value, unit, bound or reason, and age.
func Write(out io.Writer, p *config.Plan, fleet *device.Fleet, present *buffer.Present, now time.Duration) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "DEVICE\tPOINT\tVALUE\tUNIT\tBOUND\tAGE\tSTATE")
	display := buffer.Display{Unit: p.Config.Agent.Units}
	for _, d := range p.Devices {
		samples := present.Device(d.Name)
		if i := fleet.Find(d.Name); len(samples) == 0 {
			why := "disabled"
			if i != nil {
				c, _ := i.Status()
				why = string(c.Health) + " " + c.Why
			}
			fmt.Fprintf(w, "%s\t-\t-\t-\t-\t-\t%s\n", d.Name, buffer.OneLine(why))
		}
		rows(w, d, samples, display, now)
	}
	for _, name := range p.DerivedNames() {
		rows(w, &config.DevicePlan{}, present.Device(name), display, now)
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
		fmt.Fprintf(w, "%s\t%s\t-\t-\t-\t%s\t%s\n", s.Device, s.Point(), age, buffer.OneLine(s.Missing))
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
