package pychronimport

import (
	"strconv"
	"strings"
	"time"
)

// settings carries or tells all else that a valve says.
func (i *importer) settings(v *valve) {
	i.delay(v, "check_actuation_delay", "travel")
	i.delay(v, "settling_time", "dwell")
	i.inverted(v)
	i.indicator(v)
	for _, n := range v.at.all("parent") {
		n.see()
		i.noted(v.e, n, "parent "+n.text+" of "+v.name, "no valve moves here because another moved; a rule or a script must say it")
	}
	for _, key := range []string{"check_actuation_enabled", "track", "ignore_lock_warning", "use_state_word"} {
		for _, n := range v.at.all(key, "@"+key) {
			var e *entry
			if i.first(key) {
				e = v.e
			}
			i.noted(e, n, key+" "+n.text+" of "+v.name, "it has no equal")
		}
	}
}

// delay carries a time in seconds into an option of a valve on pins.
func (i *importer) delay(v *valve, key, option string) {
	n := v.at.last(key)
	if n == nil {
		return
	}
	what := key + " " + n.text + " of " + v.name
	seconds, err := strconv.ParseFloat(n.text, 64)
	switch {
	case err != nil || !(seconds >= 0 && seconds <= 60):
		i.noted(v.e, n, what, "must be a number of seconds, 0 to 60")
	case v.kind == "manual_valve":
		i.noted(v.e, n, what, "a valve that a person moves has no times")
	case v.box != nil && option == "travel" && v.box.travel(seconds):
		i.written(n, what, "travel of "+v.box.our, "one time for all valves of the box: the longest")
	case v.box != nil:
		i.noted(v.e, n, what, "a box has no such time")
	default:
		v.e.add("options", option+": "+(time.Duration(seconds*1e3)*time.Millisecond).String(), "{}")
		note := ""
		if key == "settling_time" && !isYAML(n.file) {
			note = "Pychron itself fails on it in XML"
		}
		i.written(n, what, option, note)
	}
}

// inverted carries inverted_logic of YAML, and tells what Pychron ignores in XML.
func (i *importer) inverted(v *valve) {
	for _, n := range v.at.all("inverted", "inverted_logic") {
		what := n.name + " " + n.text + " of " + v.name
		low := strings.Contains(v.e.values["pins"], "active_low: true")
		switch {
		case !isYAML(n.file) || n.name == "inverted":
			i.noted(v.e, n, what, "Pychron ignores it, and so do we, though whoever wrote it believes in it")
		case isTrue(n.text) == low && v.box == nil && v.kind != "manual_valve":
			i.written(n, what, "active_low of its solenoid", "")
		case !isTrue(n.text):
			i.written(n, what, "its default", "")
		default:
			i.noted(v.e, n, what, "it can be said of a pin alone: active_low")
		}
	}
}

// indicator tells where Pychron looked whether the valve is open.
func (i *importer) indicator(v *valve) {
	device := v.at.last("state_device")
	for _, n := range v.at.all("state_device", "state_address", "state_invert") {
		i.noted(v.e, n, n.name+" "+n.text+" of "+v.name, "an indicator is a pin of the valve here, opened or closed; -pins names it")
	}
	for _, n := range v.at.all("query_state", "@query_state") {
		what := "query_state " + n.text + " of " + v.name
		switch {
		case !isTrue(n.text):
			i.written(n, what, "no indicator", "")
		case v.box != nil:
			i.written(n, what, "the indicators of "+v.box.our, "")
		case strings.Contains(v.e.values["pins"], "opened") || strings.Contains(v.e.values["pins"], "closed"):
			i.written(n, what, "its indicator pins", "")
		case device != nil:
			i.noted(v.e, n, what, "its indicator is not carried over")
		default:
			i.noted(v.e, n, what, "it names no indicator, so its state is as commanded")
		}
	}
}
