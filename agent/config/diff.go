package config

import (
	"reflect"
	"strings"
)

// Change is what a reload touches.
type Change struct {
	Restart      map[string]bool // devices to stop and start: new, changed, or on a line with such a one
	Remove       map[string]bool // devices that are gone, or switched off
	NeedsRestart []string        // settings that differ and take effect at the next start only
}

// Diff compares the plan that runs with the next one. Rules, alarms, interlocks, pipettes, names for people and what may
// be controlled are not in it: they take effect at once and move nothing. It is a function of its arguments alone.
func Diff(old, next *Plan) Change {
	c := Change{Restart: map[string]bool{}, Remove: map[string]bool{}}
	touched := map[string]bool{} // lines
	touch := func(d *DevicePlan) {
		if d.Port != "" {
			touched[d.Line.Key()] = true
		}
	}
	for _, o := range old.Devices {
		n := next.Device(o.Name)
		if !o.Off && (n == nil || n.Off) {
			c.Remove[o.Name] = true
			touch(o)
		}
	}
	for _, n := range next.Devices {
		o := old.Device(n.Name)
		if n.Off || o != nil && !o.Off && o.sameRun(n) {
			continue
		}
		c.Restart[n.Name] = true
		touch(n)
		if o != nil && !o.Off {
			touch(o)
		}
	}
	c.NeedsRestart = append(differences("agent", old.Config.Agent, next.Config.Agent), differences("mqtt", old.Config.MQTT, next.Config.MQTT)...)
	c.NeedsRestart = append(c.NeedsRestart, differences("pychron", old.Config.Pychron, next.Config.Pychron)...)
	for _, n := range next.Devices {
		if o := old.Device(n.Name); o == nil && n.Serve.Listen != "" || o != nil && !reflect.DeepEqual(o.Serve, n.Serve) {
			c.NeedsRestart = append(c.NeedsRestart, n.Name+".serve")
		}
		if !n.Off && n.Port != "" && touched[n.Line.Key()] {
			c.Restart[n.Name] = true
		}
	}
	return c
}

// sameRun says whether a device may go on as it is: what it is, how it is connected and how it is polled are the same.
func (d *DevicePlan) sameRun(n *DevicePlan) bool {
	return d.Model.Name == n.Model.Name && d.Model.Family == n.Model.Family && d.Model.Laser == n.Model.Laser && d.Port == n.Port && reflect.DeepEqual(d.Decoded, n.Decoded) &&
		reflect.DeepEqual(d.Wiring, n.Wiring) && d.Every == n.Every && d.Heartbeat == n.Heartbeat &&
		d.StaleAfter == n.StaleAfter && d.Capture == n.Capture && reflect.DeepEqual(deadbands(d), deadbands(n))
}

func deadbands(d *DevicePlan) []*float64 {
	var all []*float64
	for _, p := range d.Points {
		all = append(all, p.Deadband)
	}
	return all
}

// live are the settings of agent that take effect at a reload.
var live = map[string]bool{"links": true}

// differences are the keys of a section that differ, as "section.key".
func differences(section string, old, next any) []string {
	var keys []string
	o, n := reflect.ValueOf(old), reflect.ValueOf(next)
	for i := range o.NumField() {
		key, _, _ := strings.Cut(o.Type().Field(i).Tag.Get("yaml"), ",")
		if !live[key] && !reflect.DeepEqual(o.Field(i).Interface(), n.Field(i).Interface()) {
			keys = append(keys, section+"."+key)
		}
	}
	return keys
}
