package config

import (
	"cmp"
	"slices"
	"strings"

	"pychron-edge/drivers"
)

// families are what a described instrument may be: it is then shown, counted, named and guarded as one that is written in Go.
var families = []string{"valve", "pump", "laser", "gauge"}

// family gives a described instrument its family, and looks whether it has what every other of the family has. A pump and a gauge have no
// family in the names of their metrics, as those of Go.
func (k *checking) family(d *DevicePlan, library, path string) {
	if !generic(d.Model) {
		if d.Family != "" {
			k.At(path+".family", "model %s is of its own family; must be left out, except of ascii, modbus and instrument/...", d.Model.Name)
		}
		return
	}
	at := path + ".family"
	family := cmp.Or(d.Family, library)
	switch family {
	case "":
	case "valve":
		k.needs(d, at, "open", drivers.Point{Name: "open"})
		d.Model.Family = "valve"
	case "laser":
		k.laser(d, at)
		d.Model.Family, d.Model.Laser = "laser", true
	case "pump":
		k.needs(d, at, "motor or enabled, without a channel", drivers.Point{Name: "motor"}, drivers.Point{Name: "enabled"})
	case "gauge":
		if !slices.ContainsFunc(d.Model.Points(d.Decoded), func(p drivers.Point) bool { return p.Unit == drivers.Pascals }) {
			k.At(at, "%s reads no pressure; a gauge must have one", d.Name)
		}
	default:
		k.At(at, "family is %q; must be %s", family, strings.Join(families, ", "))
	}
	if family != "laser" && MaxOnOf(d.Decoded) > 0 {
		k.At(path+".options.max_on", "max_on is of a laser; must be left out, or family: laser said")
	}
}

// needs notes that none of the 0/1 points that a family is known by is there. Of a valve that is one of several, the channel does not
// matter.
func (k *checking) needs(d *DevicePlan, at, words string, any ...drivers.Point) {
	for _, p := range d.Model.Points(d.Decoded) {
		if p.Unit == "" && slices.ContainsFunc(any, func(q drivers.Point) bool { return q.Name == p.Name && (p.Channel == "" || q.Name == "open") }) {
			return
		}
	}
	k.At(at, "%s has no reading %s of 0 and 1; its family must have one", d.Name, words)
}

// laser notes what a laser lacks: the state that counts its shots, its max_on, and a Halt that sets power and enabled to idle.
func (k *checking) laser(d *DevicePlan, at string) {
	k.needs(d, at, "enabled, without a channel", drivers.Point{Name: "enabled"})
	if MaxOnOf(d.Decoded) <= 0 {
		k.At(at, "%s has no max_on in its options; a laser must have one: the time after which it is switched off, such as 15m", d.Name)
	}
	o, ok := d.Decoded.(interface{ Adjustables() []drivers.Adjustable })
	if !ok {
		return
	}
	enables := false
	for _, s := range o.Adjustables() {
		enables = enables || s.Control == "enabled" && s.Unit == "" && s.Idle == 0
		if (s.Control == "enabled" || s.Control == "power") && !s.Hazard && !s.Halts {
			k.At(at, "%s of %s is not set to idle by a halt; of a laser it must say halts: true", s.Control, d.Name)
		}
	}
	if !enables {
		k.At(at, "%s has no control enabled with idle 0; a laser must have one, to be switched off by", d.Name)
	}
}
