package pychronimport

import "strings"

// valveKinds are what a valve file may hold.
var valveKinds = []string{"valve", "switch", "manual_valve", "double_actuation_valve", "pipette"}

// readValves reads the valve files into one list and imports it.
func (i *importer) readValves() {
	var all []*node
	name := i.has("extractionline/valves.yaml", "extractionline/valves.yml", "extractionline/valves.xml")
	if name == "" {
		if name = i.has("extractionline/~valves.xml"); name != "" {
			i.result.Warnings = append(i.result.Warnings, name+" was taken, because there is no other valve file; it may be out of date")
		}
	}
	more := i.has(i.Valves, "extractionline/"+i.Valves)
	if i.Valves != "" && more == "" {
		i.result.Failed = append(i.result.Failed, i.Valves+": there is no such file in this folder; -valves must name one")
	}
	for _, file := range []string{name, more} {
		if file != "" && !i.used[strings.ToLower(file)] {
			if root := i.load(file); root != nil {
				all = append(all, valveNodes(root, "")...)
			}
		}
	}
	i.importValves(all)
}

// valveNodes are the valves and pipettes of a file, in XML shape: the name is the text, all else parts. The name of the
// group one stands in becomes its part "group".
func valveNodes(n *node, group string) (found []*node) {
	for _, p := range n.parts {
		name := strings.ToLower(p.name)
		switch {
		case p.name == "-":
			p.fromYAML()
			fallthrough
		case isKind(name):
			p.seen = true
			if group != "" {
				p.parts = append(p.parts, &node{file: p.file, line: p.line, name: "group", text: group, seen: true})
			}
			found = append(found, p)
		case name == "group":
			p.seen = true
			found = append(found, valveNodes(p, p.text)...)
		case !strings.HasPrefix(name, "@") && len(p.parts) > 0:
			p.seen = true
			found = append(found, valveNodes(p, group)...)
		}
	}
	return found
}

func isKind(name string) bool {
	for _, kind := range valveKinds {
		if strings.EqualFold(kind, name) {
			return true
		}
	}
	return false
}

// fromYAML gives an item of a YAML list the shape that an element of XML has.
func (n *node) fromYAML() {
	n.name = "valve"
	if kind := n.value("kind"); kind != "" {
		n.name = kind
	}
	n.text = n.value("name")
	var parts []*node
	for _, p := range n.parts {
		switch name := strings.ToLower(p.name); name {
		case "kind", "name":
			continue
		case "interlocks", "interlock", "positive_interlocks", "positive_interlock":
			p.name = strings.TrimSuffix(name, "s")
			parts = append(parts, p.spread()...)
			continue
		case "parent":
			p.text += p.value("name")
		case "state_device":
			p.text += p.value("name")
			parts = append(parts, p)
			parts = append(parts, p.renamed("address", "state_address")...)
			parts = append(parts, p.renamed("inverted", "state_invert")...)
			p.parts = nil
			continue
		}
		parts = append(parts, p)
	}
	n.parts = parts
}

// spread are the items of a list as parts of its name, without the empty ones.
func (n *node) spread() (out []*node) {
	if len(n.parts) == 0 && n.text != "" {
		return []*node{n}
	}
	for _, p := range n.parts {
		if p.text != "" {
			p.name = n.name
			out = append(out, p)
		}
	}
	return out
}

// renamed takes a part out as one of another name.
func (n *node) renamed(from, to string) []*node {
	p := n.last(from)
	if p == nil {
		return nil
	}
	return []*node{{file: p.file, line: p.line, name: to, text: p.text}}
}
