package drivers

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// States are the names of the values of a point that is one of a few: 0 is "off", 4 is "running". A nil States has none.
type States struct{ names map[int]string }

// maxExact is the largest whole number up to which a float64 holds every one.
const maxExact = 1 << 53

// NewStates makes States of names by value, nil of none.
func NewStates(names map[int]string) *States {
	if len(names) == 0 {
		return nil
	}
	return &States{maps.Clone(names)}
}

// Name is the name of a value, "" where it has none.
func (s *States) Name(value float64) string {
	if s == nil {
		return ""
	}
	if value != math.Trunc(value) || math.Abs(value) > maxExact {
		return ""
	}
	return s.names[int(value)]
}

// Value is the value that is called name, whatever its case and the blanks around it.
func (s *States) Value(name string) (float64, bool) {
	if s == nil {
		return 0, false
	}
	for value, n := range s.names {
		if strings.EqualFold(n, strings.TrimSpace(name)) {
			return float64(value), true
		}
	}
	return 0, false
}

// Names are all names, by value as JSON writes it ("4"); nil of none.
func (s *States) Names() map[string]string {
	if s == nil {
		return nil
	}
	names := make(map[string]string, len(s.names))
	for value, name := range s.names {
		names[strconv.Itoa(value)] = name
	}
	return names
}

// values are all values, ascending.
func (s *States) values() []int {
	if s == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.names))
}
