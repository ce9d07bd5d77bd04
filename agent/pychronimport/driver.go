package pychronimport

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// withDriver writes a device that has a driver.
func (i *importer) withDriver(d *instrument, n *node) {
	minutes, found := "", false
	if d.laser {
		if minutes, found = i.maxOn(d.name); !found {
			i.block(d, n, "a laser must have max_on, and no monitors/*laser_monitor.cfg says max_duration; left out")
			return
		}
	}
	port, comment := i.portOf(d)
	if port == "" {
		i.block(d, n, comment)
		return
	}
	if other := i.clash(d, port); other != "" {
		i.block(d, n, "its line has other settings than that of "+other+", which is the same line")
		return
	}
	d.our = i.names.take(d.name, "D")
	d.e = newEntry(d.our)
	d.e.set("model", quoted(d.model))
	d.e.set("port", strconv.Quote(port))
	if comment != "" {
		d.e.set("enabled", "false")
		d.e.comment(comment)
	}
	note := ""
	if d.our != d.name && i.names.alias(d.name) {
		d.e.set("alias", quoted(d.name))
		note = "alias " + d.name
	}
	i.written(n, "device "+d.name, "device "+d.our, note)
	if shown := d.cfg.section("General").last("display_name"); shown != nil && shown.text != "" {
		d.e.set("description", quoted(shown.text))
		i.written(shown, "display name "+shown.text+" of "+d.name, "description", "")
	}
	i.options(d, minutes)
	i.entries = append(i.entries, d.e)
}

// clash is the device before on the same line whose settings differ, "" if there is none.
func (i *importer) clash(d *instrument, port string) string {
	mine, ok := address(d.model, port)
	for _, other := range i.order {
		if other.e == nil || !ok {
			continue
		}
		text, _ := strconv.Unquote(other.e.values["port"])
		if theirs, ok := address(other.model, text); ok && theirs.Key() == mine.Key() && !theirs.Same(mine) {
			return other.name
		}
	}
	return ""
}

// address is a port with what the model has where the port says nothing.
func address(model, port string) (line.Address, bool) {
	m, err := drivers.Find(model)
	if err != nil {
		return line.Address{}, false
	}
	a, err := line.ParseAddress(port, m.Line)
	return a, err == nil
}

// options carries what the driver needs to know.
func (i *importer) options(d *instrument, minutes string) {
	if d.options != "" {
		d.e.add("options", d.options, "{}")
	}
	if minutes != "" {
		d.e.add("options", "max_on: "+minutes, "{}")
		d.e.comment("read-only until it says control: true")
	}
	general := d.cfg.section("General")
	if prefix := general.last("prefix"); prefix != nil && strings.HasPrefix(d.model, "fusions-") {
		d.e.add("options", "prefix: "+strconv.Quote(prefix.text), "{}")
		i.written(prefix, "prefix "+prefix.text+" of "+d.name, "prefix", "")
	}
	if d.address {
		i.busAddress(d, general)
	}
	if d.model == "agilent-34903a" {
		invert := general.last("invert")
		closed := "closes"
		if invert != nil && isTrue(invert.text) {
			closed = "opens"
		}
		if d.e.add("options", "closed: "+closed, "{}"); invert != nil {
			i.written(invert, "invert "+invert.text+" of "+d.name, "closed: "+closed, "")
		}
	}
	if mode := general.last("mode"); mode != nil && d.model == "granville-phillips-#" {
		i.written(mode, "mode "+mode.text+" of "+d.name, "model "+d.model, "")
	}
	if d.valveKey != "" {
		d.e.set("control", "true")
	}
	i.gauges(d)
	i.scan(d)
	i.alarmsOf(d)
}

// busAddress carries the address on a bus: [General] address, or slave_address, which is in hex.
func (i *importer) busAddress(d *instrument, general *node) {
	n, base := general.last("address"), 10
	if n == nil {
		n, base = d.cfg.section("Communications").last("slave_address"), 16
	}
	if n == nil {
		return
	}
	what := "address " + n.text + " of " + d.name
	address, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimLeft(n.text, "#"), "0x"), base, 8)
	low, high := addressRange(d.model)
	if err != nil || int(address) < low || int(address) > high {
		i.noted(d.e, n, what, fmt.Sprintf("must be a number from %d to %d", low, high))
		return
	}
	d.e.add("options", fmt.Sprintf("address: %d", address), "{}")
	i.written(n, what, fmt.Sprintf("address: %d", address), "")
}

func addressRange(model string) (low, high int) {
	switch model {
	case "granville-phillips", "granville-phillips-#":
		return 0, 63
	case "mks-937b":
		return 1, 254
	case "pfeiffer-pump":
		return 1, 255
	case "gamma-spc":
		return 0, 255
	case "eurotherm-bisynch":
		return 0, 99
	case "watlow-standard-bus":
		return 1, 16
	}
	return 1, 247
}

// scan carries how often it is read.
func (i *importer) scan(d *instrument) {
	section := d.cfg.section("Scan")
	n, units := section.last("period"), section.last("units")
	if n == nil {
		return
	}
	unit := "ms"
	if units != nil {
		unit = strings.ToLower(units.text)
	}
	scale, ok := map[string]time.Duration{"ms": time.Millisecond, "s": time.Second, "m": time.Minute}[unit]
	period, err := strconv.ParseFloat(n.text, 64)
	every := time.Duration(period * float64(scale))
	what := strings.TrimSpace("period " + n.text + " " + unit + " of " + d.name)
	if err != nil || !ok || period < 0 || period > 1e8 || every < 10*time.Millisecond || every > 24*time.Hour {
		i.noted(d.e, n, what, "must be 10 ms to 24 h in s, ms or m")
	} else {
		d.e.set("every", every.String())
		i.written(n, what, "every: "+every.String(), "")
	}
	if units != nil {
		i.listed(units, "units of the period before")
	}
}

// fillBoxes writes the valves of each box into its options and channels.
func (i *importer) fillBoxes() {
	for _, d := range i.order {
		if len(d.channels) == 0 || d.e == nil {
			continue
		}
		var keys, channels []string
		for _, v := range d.channels {
			address := orElse(v.address, v.name)
			if d.valve == hardware {
				address = strconv.Quote(address)
			}
			keys = append(keys, address+": "+v.our)
			d.e.comments = append(d.e.comments, v.e.comments...)
			var parts []string
			for _, key := range v.e.keys {
				parts = append(parts, key+": "+v.e.values[key])
			}
			if len(parts) > 0 {
				channels = append(channels, "\n      "+v.our+": {"+strings.Join(parts, ", ")+"}")
			}
		}
		d.e.add("options", d.valveKey+": {"+strings.Join(keys, ", ")+"}", "{}")
		if d.travels && d.slowest > 0 {
			d.e.add("options", "travel: "+(time.Duration(d.slowest*1e3)*time.Millisecond).String(), "{}")
		}
		if len(channels) > 0 {
			d.e.set("channels", strings.Join(channels, ""))
		}
	}
}
