package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/lazyregexp"
	"pychron-edge/near"
	"pychron-edge/yamlfile"
)

// Defaults and limits of a device.
const (
	defaultEvery     = time.Second
	defaultHeartbeat = time.Minute
	MinStaleAfter    = 5 * time.Second
	minEvery         = 10 * time.Millisecond
	maxEvery         = 24 * time.Hour
	minHold          = 500 * time.Millisecond // of a lease: less, and a busy page would lose it
)

// devices checks each device by itself and makes its plan.
func (k *checking) devices() {
	unique := k.uniqueNames("device")
	if len(k.config.Devices) == 0 {
		k.At("devices", "there are no devices; must be one or more")
	}
	for i := range k.config.Devices {
		d := &DevicePlan{DeviceConfig: k.config.Devices[i]}
		path := devicePath(i)
		if why := badDeviceName(d.Name); why != "" && !yamlfile.Null(k.Node(path+".name")) {
			k.At(path+".name", "name of a device %s", why)
		}
		unique.add(d.Name, path+".name")
		d.defaults()
		k.times(d, path)
		k.policies(d, path)
		found, clear := k.model(d, path)
		if found {
			k.rideThrough(d, path)
			k.onHalt(d, path)
			k.connection(d, path)
		} else if _, err := line.ParseAddress(d.Port, drivers.LineSettings{}); d.Port != "" && err != nil {
			k.At(path+".port", "%v", err) // wrong whatever the model
		}
		k.readingNames(d, path)
		if clear {
			k.points(d, path)
			k.controls(d, path)
		} else {
			k.unclear[d.Name] = true
		}
		k.config.Devices[i] = d.DeviceConfig
		k.plan.Devices = append(k.plan.Devices, d)
	}
	k.aliases()
}

// isZero says whether a text is a time, and none: 0, 0s.
func isZero(text string) bool {
	t, err := time.ParseDuration(text)
	return err == nil && t == 0
}

// defaults fills in what the file leaves out.
func (d *DevicePlan) defaults() {
	d.Every = cmp.Or(d.Every, defaultEvery)
	d.Heartbeat = cmp.Or(d.Heartbeat, defaultHeartbeat)
	d.StaleAfter = cmp.Or(d.StaleAfter, max(3*d.Every, MinStaleAfter))
	d.OnStart = cmp.Or(d.OnStart, "read")
	d.OnExit = cmp.Or(d.OnExit, "hold")
	d.OnReturn = cmp.Or(d.OnReturn, "leave")
	d.Off = d.Enabled != nil && !*d.Enabled
}

func (k *checking) times(d *DevicePlan, path string) {
	for _, key := range []string{"every", "heartbeat", "stale_after"} { // 0 would be taken for the default
		if n := k.Nodes[path+"."+key]; n != nil && isZero(n.Value) {
			k.At(path+"."+key, "%s is %s; must be more", key, yamlfile.Short(n.Value))
		}
	}
	if d.Every < minEvery || d.Every > maxEvery {
		k.At(path+".every", "every is %v; must be %v to %v", d.Every, minEvery, maxEvery)
	}
	if d.StaleAfter < d.Every {
		k.At(path+".stale_after", "stale_after is %v and every is %v, so nothing would ever be fresh; must be %v or more", d.StaleAfter, d.Every, d.Every)
	}
	if d.Deadband != nil && *d.Deadband < 0 {
		k.At(path+".deadband", "deadband is %v; must be 0 or more", *d.Deadband)
	}
	if d.HoldOff != 0 && d.HoldOff < minHold {
		k.At(path+".hold_off", "hold_off is %v; must be %v or more", d.HoldOff, minHold)
	}
}

func (k *checking) policies(d *DevicePlan, path string) {
	k.OneOf(path+".capture", d.Capture, "", "io")
	k.OneOf(path+".on_start", d.OnStart, "read", "idle")
	k.OneOf(path+".on_exit", d.OnExit, "hold", "halt")
	k.OneOf(path+".on_halt", d.OnHalt, "", "idle", "hold")
	k.OneOf(path+".on_return", d.OnReturn, "leave", "idle")
	k.OneOf(path+".unpowered", d.Unpowered, "", "closed")
}

// maxRideThrough is the longest a laser's line may have been away for the laser to go on.
const maxRideThrough = 5 * time.Second

// rideThrough works out how long the line of a laser may have been away for the laser to go on.
func (k *checking) rideThrough(d *DevicePlan, path string) {
	set := d.DeviceConfig.RideThrough
	switch {
	case set != nil && !d.Model.Laser:
		k.At(path+".ride_through", "ride_through has a meaning for lasers only; %s is none", d.Name)
	case set != nil && (*set < 0 || *set > maxRideThrough):
		k.At(path+".ride_through", "ride_through is %v; must be 0s to %v", *set, maxRideThrough)
	case set != nil:
		d.RideThrough = *set
	case d.Model.Laser && d.Model.Asked:
		d.RideThrough = maxRideThrough
	}
}

// onHalt refuses a laser that HALT would leave on.
func (k *checking) onHalt(d *DevicePlan, path string) {
	if d.Model.Laser && d.OnHalt == "hold" {
		k.At(path+".on_halt", "on_halt is hold and %s is a laser, which HALT always makes idle; must be idle, or left out", d.Name)
	}
}

// model finds the model and decodes its options; it says whether the model is found, so that its line can be judged, and
// whether the options are clear, so that what it reads can.
func (k *checking) model(d *DevicePlan, path string) (found, clear bool) {
	if d.DeviceConfig.Model == "" {
		k.At(path+".model", "model is missing; must be one of %s", modelNames())
		return false, false
	}
	m, options, family, err := findModel(d.DeviceConfig.Model)
	if err != nil {
		if model := MakersModel(d.DeviceConfig.Model); model != "" {
			err = fmt.Errorf("model %q is unknown; must be the name of a driver; did you mean %s?", d.DeviceConfig.Model, model)
		}
		k.At(path+".model", "%v", err)
		return false, false
	}
	d.Model, d.Decoded = m, options
	before := len(k.List)
	if d.Options.Kind != 0 {
		(&yamlfile.Decoder{Problems: k.Problems}).Decode(&d.Options, d.Decoded, path+".options")
	}
	proven(d, &d.Options)
	if len(k.List) > before {
		return true, false
	}
	if err := m.Check(d.Decoded); err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			k.At(path+".options"+optionPath(line), "%s: %s", d.Name, line)
		}
		return true, false
	}
	if o, ok := d.Decoded.(interface {
		LineSettings(drivers.LineSettings) drivers.LineSettings
	}); ok {
		d.Model.Line = o.LineSettings(d.Model.Line)
	}
	k.family(d, family, path)
	return true, len(k.List) == before
}

var optionKey = lazyregexp.New(`^([a-z_]+(?:\[\d+\])?): `)

// optionPath is where in the options a message such as "reads[0]: unit: ..." is about: ".reads[0].unit".
func optionPath(message string) string {
	path := ""
	for {
		m := optionKey.FindStringSubmatch(message)
		if m == nil {
			return path
		}
		path += "." + m[1]
		message = message[len(m[0]):]
	}
}

func modelNames() string {
	var all []string
	for _, m := range drivers.Models() {
		all = append(all, m.Name)
	}
	return strings.Join(all, ", ")
}

// connection checks the port or the pins.
func (k *checking) connection(d *DevicePlan, path string) {
	wired := len(d.Model.Pins.Out)+len(d.Model.Pins.In) > 0
	switch {
	case d.Port != "" && (wired || d.Model.Manual):
		k.At(path+".port", "model %s takes no port", d.Model.Name)
	case d.Port != "":
		address, err := line.ParseAddress(d.Port, d.Model.Line)
		if err != nil {
			k.At(path+".port", "%v", err)
		}
		d.Line = address
	case !wired && !d.Model.Manual && k.Nodes[path+".port"] == nil:
		k.At(path, "device %s has no port; must be one of serial:///dev/serial/by-id/..., serial://?vid=...&pid=..., tcp://host:port, udp://host:port", d.Name)
	}
	d.Wiring = map[string]drivers.Pin{}
	for _, name := range SortedKeys(d.Pins) {
		k.pin(d, name, path+".pins."+name)
	}
	for _, name := range d.Model.Pins.Required {
		if _, ok := d.Pins[name]; !ok {
			k.At(path+".pins", "pin %s of %s is missing; model %s needs %s", name, d.Name, d.Model.Name, strings.Join(d.Model.Pins.Required, ", "))
		}
	}
}

func (k *checking) pin(d *DevicePlan, name, path string) {
	out, in := d.Model.Pins.Out, d.Model.Pins.In
	if !slices.Contains(out, name) && !slices.Contains(in, name) {
		k.At(path, "model %s has no pin %s; %s", d.Model.Name, name, near.OneOf(slices.Concat(out, in), "it has no pins"))
		return
	}
	c := d.Pins[name]
	pin := drivers.Pin{Line: c.Line, ActiveLow: c.ActiveLow, Fail: c.Fail}
	if err := drivers.ParsePin(pin); err != nil {
		k.At(path, "pin %s of %s: %v", name, d.Name, err)
	} else if c.Fail != "" && !slices.Contains(out, name) {
		k.At(path, "pin %s of %s is an input and has no level to fail to; must be none", name, d.Name)
	}
	d.Wiring[name] = pin
}

// CapacitanceDeadband is the default deadband of capacitance heads, which are read to more places than other gauges.
const CapacitanceDeadband = 0.002
