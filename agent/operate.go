package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"pychron-edge/drivers/line"
)

// connect makes lines and devices for what pick picks of a plan, and starts the lines. Those that are there already are left
// as they are. Devices that are switched off are not made. pick is called with the fleet's lock held.
func (f *fleet) connect(lines *group, p *Plan, t *fittings, pick func(*DevicePlan) bool) []*instrument {
	f.mu.Lock()
	defer f.mu.Unlock()
	var fresh []*instrument
	for _, d := range p.Devices {
		if !d.Off && pick(d) {
			fresh = append(fresh, newInstrument(f.env, d, f.line(d, t), t))
		}
	}
	f.devices = append(f.devices, fresh...)
	slices.SortStableFunc(f.devices, func(a, b *instrument) int { return place(p, a.name) - place(p, b.name) })
	f.listenTo(fresh)
	for _, i := range f.devices {
		i.alone.Store(f.sharers(i) == 1)
	}
	for _, run := range f.lines {
		if run.stop == nil {
			run.stop = lines.startOne("line", run.owner.Run)
		}
	}
	return fresh
}

// start connects what pick picks of a plan, and starts polling it.
func (f *fleet) start(loops, lines *group, p *Plan, t *fittings, pick func(*DevicePlan) bool) {
	for _, i := range f.connect(lines, p, t, pick) {
		i.stop = loops.startOne(i.name, i.run)
	}
}

// line is the line of a device, made where it is the first on it; nil for pins. The caller holds mu.
func (f *fleet) line(d *DevicePlan, t *fittings) deviceLine {
	if d.Port == "" {
		return nil
	}
	key := d.Line.Key()
	if f.lines[key] == nil {
		f.lines[key] = &lineRun{owner: line.NewOwner(d.Line, t.lines), label: portLabel(d.Port)}
	}
	return f.lines[key].owner
}

// listenTo gives the lines that come unasked on a new line to the devices on it that take them. The caller
// holds mu.
func (f *fleet) listenTo(fresh []*instrument) {
	by := map[string][]*instrument{}
	for _, i := range fresh {
		if i.line != nil {
			key := i.plan().Line.Key()
			by[key] = append(by[key], i)
		}
	}
	for key, listeners := range by {
		if run := f.lines[key]; run.stop == nil {
			run.owner.Unasked(func(text []byte) {
				for _, i := range listeners {
					i.heard(text)
				}
			})
		}
	}
}

// sharers is how many devices hang on a device's line, itself included. The caller holds mu.
func (f *fleet) sharers(i *instrument) int {
	n := 0
	for _, other := range f.devices {
		if other == i || i.line != nil && other.line == i.line {
			n++
		}
	}
	return n
}

func place(p *Plan, name string) int {
	return slices.IndexFunc(p.Devices, func(d *DevicePlan) bool { return d.Name == name })
}

// withdraw lets nothing more be told to the devices, and halts those that ends picks, which are not coming back, and whatever
// may be on or owes a halt. If something that may be on cannot be halted, it stays in operation, to be tried again, as do all
// the others.
func (f *fleet) withdraw(out []*instrument, ends func(*instrument) bool, halt func(*instrument) error) error {
	var errs []error
	for _, i := range out {
		i.turn.retire(retirePatience)
		owes := i.burning() > 0 || i.pendingHalt()
		if !i.acts() || !ends(i) && !owes {
			continue
		}
		if err := halt(i); err != nil && owes {
			errs = append(errs, fmt.Errorf("%s may be on and cannot be halted: %w", i.name, err))
		}
	}
	if len(errs) > 0 {
		f.comeBack(out)
	}
	return errors.Join(errs...)
}

// retirePatience is how long a command under way may take when its device is to be restarted.
const retirePatience = 3 * time.Second

// comeBack takes withdraw back.
func (f *fleet) comeBack(out []*instrument) {
	for _, i := range out {
		i.turn.revive()
	}
}

// retire stops devices that were withdrawn, and the lines nobody is left on.
func (f *fleet) retire(out []*instrument) {
	for _, i := range out {
		i.stop()
		f.env.Present.Set(i.name, nil)
	}
	for _, run := range f.drop(out) {
		run.stop()
	}
}

// drop takes devices out, and gives the lines nobody is left on.
func (f *fleet) drop(out []*instrument) (idle []*lineRun) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.devices = slices.DeleteFunc(f.devices, func(i *instrument) bool { return slices.Contains(out, i) })
	for key, run := range f.lines {
		if !slices.ContainsFunc(f.devices, func(i *instrument) bool { return i.line == deviceLine(run.owner) }) {
			idle = append(idle, run)
			delete(f.lines, key)
		}
	}
	return idle
}
