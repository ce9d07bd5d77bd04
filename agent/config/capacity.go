package config

import (
	"fmt"
	"strings"

	"pychron-edge/buffer"
	"pychron-edge/yamlfile"
)

// Capacity is how much a closed space holds, in m³. A file writes it with its unit: 250 cm3, 1.2 l.
type Capacity float64

// capacityUnits are the units of a capacity, in m³; a longer name comes before one that it ends in.
var capacityUnits = []struct {
	name string
	size float64
}{{"cm3", 1e-6}, {"cc", 1e-6}, {"ml", 1e-6}, {"mL", 1e-6}, {"dm3", 1e-3}, {"m3", 1}, {"l", 1e-3}, {"L", 1e-3}}

// maxCapacity is the largest space, in m³.
const maxCapacity = 1000

// UnmarshalText reads a capacity.
func (c *Capacity) UnmarshalText(text []byte) error {
	for _, u := range capacityUnits {
		digits, ok := strings.CutSuffix(string(text), u.name)
		v, isNumber := buffer.ParseNumber(strings.TrimSpace(digits))
		if !ok || !isNumber || !(v > 0 && v*u.size <= maxCapacity) {
			continue
		}
		*c = Capacity(v * u.size)
		return nil
	}
	return fmt.Errorf("%q is no volume; must be a number above 0 with its unit, cm3, ml, l or m3, such as 250 cm3, at most %d m3", yamlfile.Short(string(text)), maxCapacity)
}
