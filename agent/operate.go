package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pychron-edge/drivers/line"
)

// equip makes lines and instruments for the devices of a plan that keep picks, and starts them. The others are left
// as they are. Devices that are switched off are not made. keep is called with the house's lock held.
func (h *house) equip(loops, lines *group, p *Plan, f *fittings, keep func(*DevicePlan) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var fresh []*instrument
	for _, d := range p.Devices {
		if d.Off || !keep(d) {
			continue
		}
		if d.Port != "" {
			h.line(d, f)
		}
		fresh = append(fresh, h.newInstrument(d, f))
	}
	h.instruments = append(h.instruments, fresh...)
	slices.SortStableFunc(h.instruments, func(a, b *instrument) int { return place(p, a.name) - place(p, b.name) })
	h.listenTo(fresh)
	for _, i := range h.instruments {
		i.alone.Store(h.sharers(i) == 1)
	}
	for _, run := range h.lines {
		if run.stop == nil {
			run.stop = lines.startOne("line", run.owner.Run)
		}
	}
	for _, i := range fresh {
		i.stop = loops.startOne(i.name, i.run)
	}
}

// line makes the line of a device, where it is the first on it.
func (h *house) line(d *DevicePlan, f *fittings) {
	key := d.Line.Key()
	if _, ok := h.lines[key]; !ok {
		h.lines[key] = &lineRun{owner: line.NewOwner(d.Line, f.lines), label: portLabel(d.Port)}
	}
}

// portLabel is a port's URL without its settings, where that still names it.
func portLabel(port string) string {
	port = withoutPassword(port)
	if bare, _, _ := strings.Cut(port, "?"); bare != "serial://" {
		return bare
	}
	return port
}

// listenTo gives the lines that come unasked on a new line to the devices on it that take them.
func (h *house) listenTo(fresh []*instrument) {
	by := map[string][]*instrument{}
	for _, i := range fresh {
		if i.line != nil {
			key := i.plan().Line.Key()
			by[key] = append(by[key], i)
		}
	}
	for key, listeners := range by {
		if run := h.lines[key]; run.stop == nil {
			run.owner.Unasked(func(text []byte) {
				for _, i := range listeners {
					i.heard(text)
				}
			})
		}
	}
}

// sharers is how many instruments hang on an instrument's line, itself included.
func (h *house) sharers(i *instrument) int {
	n := 0
	for _, other := range h.instruments {
		if other == i || i.line != nil && other.line == i.line {
			n++
		}
	}
	return n
}

func place(p *Plan, name string) int {
	return slices.IndexFunc(p.Devices, func(d *DevicePlan) bool { return d.Name == name })
}

// withdraw lets nothing more be told to the instruments, and halts those that ends picks, which are not coming back, and
// whatever may be on or owes a halt. If something that may be on cannot be halted, it stays in operation, to be tried again,
// as do all the others.
func (h *house) withdraw(ctx context.Context, out []*instrument, ends func(*instrument) bool) error {
	var errs []error
	for _, i := range out {
		i.turn.retire(retirePatience)
		owes := i.burning() > 0 || i.pendingHalt()
		if !i.acts() || !ends(i) && !owes {
			continue
		}
		err := h.haltOne(context.WithoutCancel(ctx), i, agentItself("reload"), "its configuration changed")
		if err != nil && owes {
			errs = append(errs, fmt.Errorf("%s may be on and cannot be halted: %w", i.name, err))
		}
	}
	if len(errs) > 0 {
		comeBack(out)
	}
	return errors.Join(errs...)
}

// retirePatience is how long a command under way may take when its device is to be restarted.
const retirePatience = 3 * time.Second

// comeBack takes withdraw back.
func comeBack(out []*instrument) {
	for _, i := range out {
		i.turn.revive()
	}
}

// retire stops instruments that were withdrawn, and the lines nobody is left on. The series of those that ends picks end.
func (h *house) retire(out []*instrument, ends func(*instrument) bool) {
	for _, i := range out {
		i.stop()
		h.present.Set(i.name, nil)
		if ends(i) {
			h.metrics.Forget(i.name)
		}
	}
	h.mu.Lock()
	h.instruments = slices.DeleteFunc(h.instruments, func(i *instrument) bool { return slices.Contains(out, i) })
	var idle []*lineRun
	for key, run := range h.lines {
		if !slices.ContainsFunc(h.instruments, func(i *instrument) bool { return i.line == deviceLine(run.owner) }) {
			idle = append(idle, run)
			delete(h.lines, key)
		}
	}
	h.mu.Unlock()
	for _, run := range idle {
		run.stop()
	}
}
