package device

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
	"pychron-edge/agent/task"
)

// Connect makes lines and devices for what pick picks of a plan, and starts the lines. Those that are there already are left
// as they are. Devices that are switched off are not made. pick is called with the fleet's lock held.
func (f *Fleet) Connect(lines *task.Group, p *config.Plan, t *Transport, pick func(*config.DevicePlan) bool) []*Device {
	f.mu.Lock()
	defer f.mu.Unlock()
	var fresh []*Device
	for _, d := range p.Devices {
		if !d.Off && pick(d) {
			fresh = append(fresh, New(f.Env, d, f.line(d, t), t))
		}
	}
	all := append(f.devices, fresh...)
	slices.SortStableFunc(all, func(a, b *Device) int { return place(p, a.Name) - place(p, b.Name) })
	f.hold(all)
	f.listenTo(fresh)
	for _, i := range f.devices {
		i.alone.Store(f.sharers(i) == 1)
	}
	for _, run := range f.lines {
		if run.stop == nil {
			run.stop = lines.Begin("line", run.owner.Start)
		}
	}
	return fresh
}

// Start connects what pick picks of a plan, and starts polling it.
func (f *Fleet) Start(loops, lines *task.Group, p *config.Plan, t *Transport, pick func(*config.DevicePlan) bool) {
	for _, i := range f.Connect(lines, p, t, pick) {
		i.stop = loops.Begin(i.Name, i.Start)
	}
}

// line is the line of a device, made where it is the first on it; nil for pins. The caller holds mu.
func (f *Fleet) line(d *config.DevicePlan, t *Transport) Line {
	if d.Port == "" {
		return nil
	}
	key := d.Line.Key()
	if f.lines[key] == nil {
		f.lines[key] = &lineRun{owner: line.NewOwner(d.Line, t.Lines), label: portLabel(d.Port)}
	}
	return f.lines[key].owner
}

// listenTo gives the lines that come unasked on a new line to the devices on it that take them. The caller
// holds mu.
func (f *Fleet) listenTo(fresh []*Device) {
	by := map[string][]*Device{}
	for _, i := range fresh {
		if i.Line != nil {
			key := i.Plan().Line.Key()
			by[key] = append(by[key], i)
		}
	}
	for key, listeners := range by {
		if run := f.lines[key]; run.stop == nil {
			run.owner.Unasked(func(text []byte) {
				for _, i := range listeners {
					i.Heard(text)
				}
			})
		}
	}
}

// sharers is how many devices hang on a device's line, itself included. The caller holds mu.
func (f *Fleet) sharers(i *Device) int {
	n := 0
	for _, other := range f.devices {
		if other == i || i.Line != nil && other.Line == i.Line {
			n++
		}
	}
	return n
}

func place(p *config.Plan, name string) int {
	return slices.IndexFunc(p.Devices, func(d *config.DevicePlan) bool { return d.Name == name })
}

// Quiesce lets nothing more be told to the devices, and halts those that ends picks, which are not coming back, and whatever
// may be on or has a halt pending. If something that may be on cannot be halted, it stays in operation, to be tried again, as do all
// the others.
func (f *Fleet) Quiesce(out []*Device, ends func(*Device) bool, halt func(*Device) error) error {
	var errs []error
	for _, i := range out {
		i.session.quiesce(quiesceTimeout)
		mayBeOn := i.LaserOnSince() > 0 || i.PendingHalt()
		if !i.IsActuator() || !ends(i) && !mayBeOn {
			continue
		}
		if err := halt(i); err != nil && mayBeOn {
			errs = append(errs, fmt.Errorf("%s may be on and cannot be halted: %w", i.Name, err))
		}
	}
	if len(errs) > 0 {
		f.Resume(out)
	}
	return errors.Join(errs...)
}

// quiesceTimeout is how long a command under way may take when its device is to be restarted.
const quiesceTimeout = 3 * time.Second

// Resume takes withdraw back.
func (f *Fleet) Resume(out []*Device) {
	for _, i := range out {
		i.session.resume()
	}
}

// Remove stops devices that were withdrawn, and the lines nobody is left on.
func (f *Fleet) Remove(out []*Device) {
	for _, i := range out {
		i.stop()
		f.Env.Present.Set(i.Name, nil)
	}
	for _, run := range f.drop(out) {
		run.stop()
	}
}

// drop takes devices out, and gives the lines nobody is left on.
func (f *Fleet) drop(out []*Device) (idle []*lineRun) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hold(slices.DeleteFunc(f.devices, func(i *Device) bool { return slices.Contains(out, i) }))
	for key, run := range f.lines {
		if !slices.ContainsFunc(f.devices, func(i *Device) bool { return i.Line == Line(run.owner) }) {
			idle = append(idle, run)
			delete(f.lines, key)
		}
	}
	return idle
}
