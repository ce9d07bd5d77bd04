package main

import (
	"slices"
	"sync"

	"pychron-edge/drivers/line"
)

// fleet is every device in operation, with the lines they hang on.
type fleet struct {
	env  *Env
	plan func() *Plan // in force

	mu      sync.Mutex
	devices []*instrument       // in the order of the configuration
	lines   map[string]*lineRun // by the key of the address
}

// lineRun is a line in operation.
type lineRun struct {
	owner *line.Owner
	label string // in metrics
	stop  func()
}

// newFleet makes a fleet of no devices.
func newFleet(env *Env, plan func() *Plan) *fleet {
	return &fleet{env: env, plan: plan, lines: map[string]*lineRun{}}
}

// all is every device in operation.
func (f *fleet) all() []*instrument {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.devices)
}

// add puts a device that was made elsewhere in operation. It is not started.
func (f *fleet) add(i *instrument) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.devices = append(f.devices, i)
}

// find is the device called name, nil if it is not in operation.
func (f *fleet) find(name string) *instrument {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.devices {
		if i.name == name {
			return i
		}
	}
	return nil
}

// health is the word for a device's health.
func (f *fleet) health(device string) string {
	i := f.find(device)
	if i == nil {
		if d := f.plan().Device(device); d != nil && d.Off {
			return "disabled"
		}
		return string(unknown)
	}
	c, _ := i.status()
	if c.health == "" {
		return string(unknown)
	}
	return string(c.health)
}

// eachLine calls do with the label and the state of each line.
func (f *fleet) eachLine(do func(label string, s line.State)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, run := range f.lines {
		do(run.label, run.owner.State())
	}
}
