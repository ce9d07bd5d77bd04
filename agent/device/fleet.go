package device

import (
	"cmp"
	"slices"
	"sync"

	"pychron-edge/drivers/line"

	"pychron-edge/agent/config"
)

// Fleet is every device in operation, with the lines they hang on.
type Fleet struct {
	Env  *Env
	plan func() *config.Plan // in force

	mu      sync.Mutex
	devices []*Device           // in the order of the configuration; see hold
	byName  map[string]*Device  // the same
	lines   map[string]*lineRun // by the key of the address
}

// lineRun is a line in operation.
type lineRun struct {
	owner *line.Owner
	label string // in metrics
	stop  func()
}

// NewFleet makes a fleet of no devices.
func NewFleet(env *Env, plan func() *config.Plan) *Fleet {
	return &Fleet{Env: env, plan: plan, lines: map[string]*lineRun{}}
}

// All is every device in operation.
func (f *Fleet) All() []*Device {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.devices)
}

// Add puts a device that was made elsewhere in operation. It is not started.
func (f *Fleet) Add(i *Device) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hold(append(f.devices, i))
}

// hold takes devices in place of those there were. The caller holds mu.
func (f *Fleet) hold(devices []*Device) {
	f.devices = devices
	f.byName = make(map[string]*Device, len(devices))
	for _, i := range devices {
		f.byName[i.Name] = i
	}
}

// Find is the device called name, nil if it is not in operation.
func (f *Fleet) Find(name string) *Device {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.byName[name]
}

// Health is the word for a device's health.
func (f *Fleet) Health(device string) string {
	i := f.Find(device)
	if i == nil {
		if d := f.plan().Device(device); d != nil && d.Off {
			return "disabled"
		}
		return string(unknown)
	}
	return string(cmp.Or(i.health(), unknown))
}

// EachLine calls do with the label and the state of each line.
func (f *Fleet) EachLine(do func(label string, s line.State)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, run := range f.lines {
		do(run.label, run.owner.State())
	}
}
