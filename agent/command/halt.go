package command

import (
	"context"
	"slices"
	"sync"

	"pychron-edge/buffer"

	"pychron-edge/agent/device"
	"pychron-edge/agent/task"
)

// Halter halts devices: without being waited for, again where it could not be sent, and side by side.
type Halter struct {
	fleet *device.Fleet
	work  func() *task.Group // where halts that nobody waits for run
}

// later halts a device without being waited for. It outlives whoever asked for it.
func (h *Halter) later(i *device.Device, by buffer.Principal, why string) {
	if i == nil || !i.IsActuator() || i.Plan().Holds() {
		return
	}
	i.BeginHalt()
	h.work().Start("halt "+i.Name, func(ctx context.Context) error {
		h.One(context.WithoutCancel(ctx), i, by, why)
		return nil
	})
}

// once is later for what is looked at again and again: it does nothing while such a halt is under way, or waits to be sent
// again.
func (h *Halter) once(i *device.Device, via, why string) {
	if i.BeginHaltOnce() {
		h.later(i, buffer.AgentItself(via), why)
	}
}

// again tries once more what could not be sent.
func (h *Halter) again(i *device.Device) {
	if by, why, due := i.BeginHaltAgain(); due {
		h.later(i, by, why)
	}
}

// One halts a device and records what became of it.
func (h *Halter) One(ctx context.Context, i *device.Device, by buffer.Principal, why string) error {
	return i.HaltAndReport(ctx, by, why)
}

// All halts, side by side, the devices that which picks, reads back what became of them, and says which hold as they were. No device
// waits for another.
func (h *Halter) All(ctx context.Context, by buffer.Principal, why string, which func(*device.Device) bool) buffer.HaltResult {
	return h.Each(ctx, which, func(ctx context.Context, i *device.Device) error { return h.One(ctx, i, by, why) })
}

// Each is All by a function of its own.
func (h *Halter) Each(ctx context.Context, which func(*device.Device) bool, halt func(context.Context, *device.Device) error) buffer.HaltResult {
	r := buffer.HaltResult{Halted: []string{}, Unconfirmed: map[string]string{}, Failed: map[string]string{}, Holding: []string{}}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, i := range h.fleet.All() {
		switch {
		case !i.IsActuator():
		case !which(i) || i.Plan().Holds():
			r.Holding = append(r.Holding, i.Name)
		default:
			wg.Go(func() {
				unsure, err := "", task.Recovered(ctx, "halt "+i.Name, func(ctx context.Context) error { return halt(ctx, i) })
				if err == nil {
					unsure = i.ConfirmIdle(ctx)
				}
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil:
					r.Failed[i.Name] = err.Error()
				case unsure != "":
					r.Unconfirmed[i.Name] = unsure
				default:
					r.Halted = append(r.Halted, i.Name)
				}
			})
		}
	}
	wg.Wait()
	slices.Sort(r.Halted)
	return r
}

// IdleOnHalt is what HALT makes idle.
func IdleOnHalt(i *device.Device) bool { return i.Plan().IdleOnHalt() }

// ExitHalts is what is halted whenever the program ends: every laser, and what says so.
func ExitHalts(i *device.Device) bool { return i.Plan().HaltsOnExit() }
