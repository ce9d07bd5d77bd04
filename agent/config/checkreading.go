package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pychron-edge/drivers"
	"pychron-edge/near"
	"pychron-edge/yamlfile"
)

// readingNames checks the names that the file itself gives to readings of a described instrument.
func (k *checking) readingNames(d *DevicePlan, path string) {
	var names []string
	switch o := d.Decoded.(type) {
	case *drivers.ASCIIOptions:
		for _, r := range o.Reads {
			names = append(names, r.Name)
		}
	case *drivers.ModbusOptions:
		for _, r := range o.Reads {
			names = append(names, r.Name)
		}
	}
	for i, name := range names {
		k.readingName(name, fmt.Sprintf("%s.options.reads[%d].name", path, i))
	}
}

// readingName notes a name that is spelt almost as one that metrics, dashboards and Pychron's clients go by. It may be any other.
func (k *checking) readingName(name, path string) {
	usual := drivers.ReadingNames()
	if slices.Contains(usual, name) {
		return
	}
	found := near.Names(name, usual)
	if len(found) == 0 || len(name) < 6 && near.Distance(name, found[0]) > 1 {
		return
	}
	k.At(path, "%s is %q, almost a name that dashboards know; must be that, or one that differs in more%s", yamlfile.Last(path), yamlfile.Short(name), near.Hint(name, usual))
}

// readingUnit notes a derived point that is called as a quantity it is not.
func (k *checking) readingUnit(c DerivedConfig, path string) {
	allowed, unit := drivers.UnitsOf(c.Reading), drivers.Unit(c.Unit)
	if allowed == nil || slices.Contains(allowed, unit) || !slices.Contains(derivedUnits(), c.Unit) {
		return
	}
	var words []string
	for _, u := range allowed {
		words = append(words, cmp.Or(string(u), "left out"))
	}
	k.At(path+".unit", "unit is %q and reading is %s; must be %s", c.Unit, c.Reading, strings.Join(words, " or "))
}
