package drivers

import (
	"fmt"
	"maps"
	"slices"

	"pychron-edge/lazyregexp"
)

var channelName = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

// checkChannels says what is wrong with a map from an instrument's own numbers to names of channels.
func checkChannels(channels map[int]string, low, high int) error {
	if len(channels) == 0 {
		return fmt.Errorf("channels: none; must name at least one of %d to %d", low, high)
	}
	seen := map[string]int{}
	for _, n := range slices.Sorted(maps.Keys(channels)) {
		name := channels[n]
		if n < low || n > high {
			return fmt.Errorf("channels: %d; must be %d to %d", n, low, high)
		}
		if !channelName.MatchString(name) {
			return fmt.Errorf("channels: %d is named %q; must be letters, digits and _, not beginning with a digit", n, name)
		}
		if other, ok := seen[name]; ok {
			return fmt.Errorf("channels: %d and %d are both named %s", other, n, name)
		}
		seen[name] = n
	}
	return nil
}

// pressurePoints are one pressure for each channel, ordered by the instrument's numbers.
func pressurePoints(channels map[int]string) []Point {
	var points []Point
	for _, c := range ordered(channels) {
		points = append(points, Point{Channel: c.name, Name: "pressure", Unit: Pascals})
	}
	return points
}

// checkSwitched says which of the channels that may be switched off there are not.
func checkSwitched(channels map[int]string, switched []string) error {
	for i, name := range switched {
		if slices.Contains(switched[:i], name) {
			return fmt.Errorf("switched: %s is given twice; must be given once", name)
		}
		if !slices.Contains(slices.Collect(maps.Values(channels)), name) {
			return fmt.Errorf("switched: %q; must be one of the channels", name)
		}
	}
	return nil
}

// switchedPoints are whether each of the channels that may be switched is on.
func switchedPoints(switched []string) []Point {
	var points []Point
	for _, name := range switched {
		points = append(points, Point{Name: name + "_on"})
	}
	return points
}

// checkSwitchedNames is checkSwitched for channels that have names on the instrument too.
func checkSwitchedNames(channels map[string]string, switched []string) error {
	numbered := map[int]string{}
	for _, name := range channels {
		numbered[len(numbered)] = name
	}
	return checkSwitched(numbered, switched)
}

// channel is one of a map from an instrument's own numbers to names of channels.
type channel struct {
	number int
	name   string
}

// ordered are the channels by number.
func ordered(channels map[int]string) []channel {
	all := make([]channel, 0, len(channels))
	for _, n := range slices.Sorted(maps.Keys(channels)) {
		all = append(all, channel{n, channels[n]})
	}
	return all
}
