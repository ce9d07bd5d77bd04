package metrics

import (
	"regexp"
	"slices"
	"strings"

	"pychron-edge/buffer"
)

// namePattern is what Prometheus allows as a name everywhere. The client library accepts any UTF-8, which the text format then
// bends until two names are one.
var namePattern = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// MaxName of a metric or label, in bytes.
const MaxName = buffer.MaxString

// ValidName reports whether s can be the name of a metric.
func ValidName(s string) bool {
	return len(s) <= MaxName && !strings.HasPrefix(s, "__") && namePattern.MatchString(s)
}

// ValidLabel reports whether s can be the name of a label: not of those Prometheus and its histograms use themselves.
func ValidLabel(s string) bool {
	switch s {
	case "le", "quantile", "job", "instance":
		return false
	}
	return ValidName(s)
}

// help is the text a metric is shown with: of its declaration, or what the name of a reading says.
func help(name string) string {
	if d := buffer.Declared(name); d != nil {
		return d.Help
	}
	if unit := buffer.UnitNamed(name); unit != "" {
		return "Reading in " + strings.ReplaceAll(string(unit), "_", " ") + "."
	}
	if what, ok := cutState(name); ok {
		return "Whether it is " + strings.ReplaceAll(what, "_", " ") + " (1) or not (0)."
	}
	return "Counted or measured by " + strings.ReplaceAll(strings.TrimSuffix(name, "_total"), "_", " ") + "."
}

// ingestedHelp is the text of a metric that others posted.
func ingestedHelp(name string) string {
	return "Posted to this program: " + strings.ReplaceAll(strings.TrimSuffix(name, "_total"), "_", " ") + "."
}

// cutState cuts "valve_is_", "laser_is_" or "is_" off the name of a 0/1 reading.
func cutState(name string) (string, bool) {
	for _, prefix := range []string{"valve_is_", "laser_is_", "is_"} {
		if what, ok := strings.CutPrefix(name, prefix); ok {
			return what, true
		}
	}
	return "", false
}

// ownPrefixes begin the names of what this program counts of itself.
var ownPrefixes = []string{"agent_", "viewer_", "uplink_", "ring_", "port_", "device_io_", "interlock_", "metrics_"}

// Reserved reports whether a name belongs to this program, so that nobody else may bring a series of it.
func Reserved(name string) bool {
	if buffer.Declared(name) != nil || buffer.Declared(name+"_total") != nil {
		return true
	}
	_, state := cutState(name)
	return state || slices.ContainsFunc(ownPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}
