package pychronimport

import (
	"path"
	"strings"
)

// device imports one device of the initialization.
func (i *importer) device(n *node, at place) {
	at.on = at.on && n.enabled()
	n.seen = true
	if !at.on {
		i.off(n, "device", at)
		return
	}
	d := &instrument{name: n.text, points: map[string]string{}}
	d.cfg = i.deviceFile(n.text, at)
	klass := n.last("klass")
	d.klass = classOf(n.value("klass"), n.text)
	i.concrete(d, at)
	if klass != nil {
		i.listed(klass, "class "+klass.text+" of "+n.text)
	}
	for _, p := range n.parts {
		if p != klass && !strings.HasPrefix(p.name, "@") {
			i.noted(nil, p, p.name+" "+p.text+" of device "+n.text, "no equal")
		}
	}
	i.addDevice(d, n)
}

// concrete follows [General] type= of an abstract device to the class and the file it names.
func (i *importer) concrete(d *instrument, at place) {
	kind := d.cfg.section("General").value("type")
	if kind == "" {
		return
	}
	d.klass = kind
	i.listed(d.cfg.section("General").last("type"), "class "+kind+" of "+d.name)
	if !strings.EqualFold(path.Base(d.cfg.file), kind+".cfg") {
		if file := i.deviceFile(kind, at); file != nil {
			d.cfg = file
		}
	}
}

// addDevice writes a device by its class.
func (i *importer) addDevice(d *instrument, n *node) {
	i.devices[strings.ToLower(d.name)] = d
	i.order = append(i.order, d)
	key := strings.ToLower(d.klass)
	c, known := classes[key]
	switch {
	case remote[key]:
		i.remoteDevice(d, n)
	case key == "rpigpio":
		d.class = class{}
		i.written(n, "device "+d.name, "valves on pins", "")
	case !known:
		i.block(d, n, "there is no driver for class "+d.klass)
	case d.cfg == nil:
		i.block(d, n, "it has no file in devices")
	default:
		d.class = refine(c, d.cfg)
		i.withDriver(d, n)
	}
}

// block tells a device that has no equal, with all that was read of it as a comment.
func (i *importer) block(d *instrument, n *node, why string) {
	d.class = class{}
	e := &entry{values: map[string]string{}}
	i.noted(e, n, "device "+d.name+" ("+d.klass+")", why)
	i.blocks = append(i.blocks, e)
	if d.cfg == nil {
		return
	}
	for _, section := range d.cfg.parts {
		for _, key := range section.parts {
			if !key.seen {
				i.noted(e, key, section.name+" "+key.name+" = "+d.cfg.sectionText(section, key), "of a device without an equal")
			}
			key.see()
		}
	}
}

func (n *node) sectionText(section, key *node) string { return section.textOf(key.name, "") }

// remoteDevice tells a device that stands for a server: the port is the one an agent serves on.
func (i *importer) remoteDevice(d *instrument, n *node) {
	e := &entry{values: map[string]string{}}
	comm := d.cfg.section("Communications")
	i.noted(e, n, "device "+d.name+" ("+d.klass+")", "it is what stands on the other side of the wire: an agent serves it; see the comment pychron: at the end of the file")
	if port := comm.last("port"); port != nil {
		i.noted(e, port, "port "+port.text+" of "+d.name, "the port of the comment pychron: at the end of the file; networks must be filled in")
		if strings.EqualFold(d.klass, "PychronGPActuator") {
			i.served.port = port.text
		}
	}
	if host := comm.last("host"); host != nil {
		i.noted(e, host, "host "+host.text+" of "+d.name, "the computer the agent takes the place of")
	}
	if kind := comm.last("kind"); kind != nil {
		why := "both are served"
		if strings.EqualFold(kind.text, "udp") {
			why = "commands by UDP need their own true; better write kind=TCP there"
		}
		i.noted(e, kind, "kind "+kind.text+" of "+d.name, why)
	}
	if frame := comm.last("message_frame"); frame != nil {
		i.noted(e, frame, "message_frame "+frame.text+" of "+d.name, "delete it: the two Pychrons read it differently")
	}
	if kind := comm.last("type"); kind != nil {
		i.listed(kind, "type "+kind.text+" of "+d.name)
	}
	for _, key := range []string{"names", "display_names"} {
		if n := d.cfg.section("Gauges").last(key); n != nil {
			for _, name := range n.split() {
				i.noted(e, n, "gauge "+name+" of "+d.name, "it hangs on the server's controller; configure that controller")
			}
		}
	}
	i.blocks = append(i.blocks, e)
}
