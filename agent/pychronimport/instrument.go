package pychronimport

import (
	"slices"
	"strings"
)

// instrument is one device of the laboratory.
type instrument struct {
	class
	name     string // Pychron's
	klass    string
	cfg      *node // nil = there is no file
	our      string
	e        *entry            // nil = it has no driver
	points   map[string]string // gauges by Pychron's names, in lower case -> channel of ours
	channels []*valve          // of a box
	slowest  float64           // s, longest travel of a valve of a box
}

// valve is one valve of the laboratory.
type valve struct {
	at      *node
	name    string // Pychron's
	address string
	our     string      // device, or channel of a box
	ref     string      // what interlocks name it by: V1, or box.V1
	box     *instrument // that it is a channel of; nil = a device of its own
	e       *entry      // of the device, or of the channel
	kind    string
	aliases []string // as they are written
}

// validValve says whether a box has such an address.
func (d *instrument) validValve(address string) bool {
	return d.e != nil && d.valve.MatchString(address)
}

func (d *instrument) hasChannel(name string) bool {
	return slices.ContainsFunc(d.channels, func(v *valve) bool { return strings.EqualFold(v.our, name) })
}

// travel notes how long a valve of the box takes; it says whether the box has such a time.
func (d *instrument) travel(seconds float64) bool {
	d.slowest = max(d.slowest, seconds)
	return d.travels
}
