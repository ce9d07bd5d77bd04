package pychronimport

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pychron-edge/lazyregexp"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// gauges carries the gauges of a controller: a channel each, with Pychron's names as aliases.
func (i *importer) gauges(d *instrument) {
	section := d.cfg.section("Gauges")
	names := section.items("names")
	if len(names) == 0 || d.class.model == "" || !d.class.gauges {
		return
	}
	at := section.last("names")
	shown, numbers := section.items("display_names"), section.items("channels")
	var keys, channels []string
	taken := map[string]bool{}
	for k, name := range names {
		key := name
		if d.gauge == nil {
			key = itemOr(numbers, k, strconv.Itoa(k+1))
		}
		what := "gauge " + name + " of " + d.name
		if !d.validGauge(key) || taken[key] || name == "" {
			i.noted(d.e, at, what, fmt.Sprintf("%q is no sensor of model %s, or is there already", key, d.model))
			continue
		}
		taken[key] = true
		channel := d.channelName(name)
		keys = append(keys, strconv.Quote(key)+": "+channel)
		if d.gauge == nil {
			keys[len(keys)-1] = key + ": " + channel
		}
		note := ""
		var alias []string
		if channel != name && i.names.alias(name) {
			alias, note = append(alias, quoted(name)), "alias "+name
		}
		i.written(at, what, d.our+"."+channel, note)
		alias = append(alias, i.shownAs(d, section, itemOr(shown, k, ""), name, channel)...)
		if len(alias) > 0 {
			channels = append(channels, channel+": {alias: ["+strings.Join(alias, ", ")+"]}")
		}
	}
	i.zipped(d, section, names)
	if len(keys) == 0 {
		d.e.set("enabled", "false")
		return
	}
	d.e.add("options", "channels: {"+strings.Join(keys, ", ")+"}", "{}")
	if len(channels) > 0 {
		d.e.set("channels", "{"+strings.Join(channels, ", ")+"}")
	}
	if n := section.last("channels"); n != nil {
		i.listed(n, "channels "+strings.Join(numbers, ", ")+" of "+d.name)
	}
}

func itemOr(items []string, k int, none string) string {
	if k < len(items) {
		return items[k]
	}
	return none
}

// channelName is the channel of a gauge, noted under Pychron's name.
func (d *instrument) channelName(name string) string {
	channel := identifier(name, "p")
	for n := 2; d.hasPoint(channel); n++ {
		channel = identifier(name, "p") + "_" + strconv.Itoa(n)
	}
	d.points[strings.ToLower(name)] = channel
	return channel
}

func (d *instrument) hasPoint(channel string) bool {
	for _, c := range d.points {
		if strings.EqualFold(c, channel) {
			return true
		}
	}
	return false
}

// shownAs carries the name a gauge is shown by.
func (i *importer) shownAs(d *instrument, section *node, shown, name, channel string) []string {
	if shown == "" {
		return nil
	}
	n := section.last("display_names")
	d.points[strings.ToLower(shown)] = channel
	what := "display name " + shown + " of " + name
	if shown == name && channel == name {
		i.written(n, what, "its name", "")
		return nil
	}
	if !i.names.alias(shown) {
		i.noted(d.e, n, what, "it is the alias of something else already")
		return nil
	}
	i.written(n, what, "alias", "")
	return []string{quoted(shown)}
}

var maxSensors = map[string]int{"pfeiffer-tpg": 6, "mks-937b": 6, "igc100": 8}

// validGauge says whether the model has such a sensor.
func (d *instrument) validGauge(key string) bool {
	if d.gauge != nil {
		return d.gauge.MatchString(key)
	}
	n, err := strconv.Atoi(key)
	return err == nil && n >= 1 && n <= maxSensors[d.model] && strconv.Itoa(n) == key
}

// zipped tells how many gauges Pychron showed: the fewest of its lists counts, and those left out have three items.
func (i *importer) zipped(d *instrument, section *node, names []string) {
	fewest, which, at := len(names), "", section.last("names")
	for _, key := range []string{"display_names", "lows", "highs", "channels"} {
		n, count := section.last(key), 3
		if n != nil {
			count = len(section.items(key))
		} else if key == "display_names" {
			continue
		}
		if count < fewest {
			fewest, which = count, key
			if n != nil {
				at = n
			}
		}
	}
	if which != "" {
		why := fmt.Sprintf("Pychron showed %d of %d: %s has %d; here all are read", fewest, len(names), which, fewest)
		i.result.Listed = append(i.result.Listed, Note{at.file, at.line, why})
		d.e.comment(why)
	}
	for _, key := range []string{"lows", "highs", "color_scalars"} {
		if n := section.last(key); n != nil {
			i.listed(n, key+" of "+d.name+": how Pychron draws it")
		}
	}
}

var limit = lazyregexp.New(`^([<>])=?\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)$`)

// number is a text as a number of ours, "" if it is none.
func number(text string) string {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f-f != 0 {
		return ""
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// alarmsOf carries the limits in [Alarms]: in torr, of a gauge.
func (i *importer) alarmsOf(d *instrument) {
	section := d.cfg.section("Alarms")
	if section == nil {
		return
	}
	for _, n := range section.parts {
		what := "alarm " + n.name + " " + n.text + " of " + d.name
		m := limit.FindStringSubmatch(n.text)
		channel := d.points[strings.ToLower(n.name)]
		if m == nil || number(m[2]) == "" || channel == "" {
			i.noted(d.e, n, what, "must be > or < and a number, of a gauge of this device")
			continue
		}
		i.alarm(n, d.name+" "+n.name, fmt.Sprintf("%s.%s %s torr(%s)", d.our, channel, m[1], number(m[2])), what)
	}
}

// alarm writes an alarm.
func (i *importer) alarm(n *node, name, when, what string) {
	name = strings.TrimSpace(strings.ReplaceAll(printable(name), "/", "_"))
	e := newEntry(i.titled(i.alarms, name))
	e.set("when", strconv.Quote(when))
	e.set("severity", "warning")
	i.alarms = append(i.alarms, e)
	i.written(n, what, "alarm "+name, "")
}

// titled is a title that no entry has, of at most 60 bytes.
func (i *importer) titled(entries []*entry, title string) string {
	title = strings.TrimSpace(strings.ToValidUTF8(title[:min(len(title), 48)], ""))
	base := title
	for k := 2; slices.ContainsFunc(entries, func(e *entry) bool { return strings.EqualFold(e.values["name"], quoted(title)) }); k++ {
		title = fmt.Sprintf("%s %d", base, k)
	}
	return title
}
