package pychronimport

import (
	"fmt"
	"strings"
)

// aliased keeps the Pychron name, and records the facts of name, kind and address.
func (i *importer) aliased(v *valve) {
	for _, remark := range v.at.remarks {
		v.e.comment(remark)
	}
	v.at.remarks = nil // they stand in the configuration
	if group := v.at.value("group"); group != "" {
		v.e.comment("group: " + group)
	}
	note := ""
	switch short, _, hyphen := strings.Cut(v.name, "-"); {
	case hyphen && v.kind != "manual_valve":
		note = i.hyphened(v, short)
		v.e.comment(note)
	case v.our != v.name && i.names.alias(v.name):
		note = "alias " + v.name
		v.alias(v.name)
	case v.our != v.name:
		note = "its name is the alias of something else already"
	}
	i.written(v.at, "valve "+v.name, v.ref, note)
	i.kindOf(v)
	if n := v.at.last("address"); n != nil {
		i.addressOf(v, n)
	}
}

// hyphened names a valve whose name Pychron's client cuts at the hyphen: by what is asked for, if that is nobody else's, and then by all
// of it. The first alias is the name on the wire.
func (i *importer) hyphened(v *valve, short string) string {
	if short != "" && !i.wireNames[short] && i.names.alias(short) {
		v.alias(short)
	} else {
		v.alias(v.our)
	}
	if i.names.alias(v.name) {
		v.alias(v.name)
	}
	return fmt.Sprintf("Pychron itself asks for %s; alias %s", short, v.name)
}

// alias gives a valve one more name that Pychron may ask for it by.
func (v *valve) alias(name string) {
	v.aliases = append(v.aliases, quoted(name))
	text := v.aliases[0]
	if len(v.aliases) > 1 {
		text = "[" + strings.Join(v.aliases, ", ") + "]"
	}
	v.e.set("alias", text)
}

// kindOf records the fact of a valve's kind.
func (i *importer) kindOf(v *valve) {
	what := "kind " + v.kind + " of " + v.name
	switch v.kind {
	case "valve":
		i.written(v.at, what, "a valve", "")
	case "manual_valve":
		i.written(v.at, what, "model: manual", "")
	case "switch":
		i.written(v.at, what, "a valve", "the checksum of Pychron's states needs to know that it is a switch: switches in the comment pychron:")
		i.served.switches = append(i.served.switches, v.ref)
		v.e.comment("kind: switch")
	default:
		i.noted(v.e, v.at, what, "two outputs; name both pins: {solenoid: ..., solenoid2: ...}")
	}
}

// addressOf records the fact of a valve's address.
func (i *importer) addressOf(v *valve, n *node) {
	what := "address " + n.text + " of " + v.name
	same := ""
	for _, other := range i.valves {
		if other.address == v.address && other.at.value("actuator") == v.at.value("actuator") {
			same = fmt.Sprintf("%s in line %d has the same address; both are written", other.name, other.at.line)
		}
	}
	if same != "" {
		v.e.comment(what + ": " + same)
	}
	pins := v.e.values["pins"]
	switch {
	case v.box != nil:
		i.written(n, what, "key "+quoted(v.address)+" of "+v.box.our, same)
	case v.address == v.name:
		i.written(n, what, "its name", same)
	case v.kind == "double_actuation_valve":
		i.noted(v.e, n, what, "two outputs; name both pins: {solenoid: ..., solenoid2: ...}")
	case strings.Contains(pins, "GPIO"+v.address+"}") || strings.Contains(pins, "GPIO"+v.address+","):
		i.written(n, what, "its pin", same)
	case !i.wireNames[v.address] && i.names.alias(v.address):
		if len(v.aliases) == 0 { // the first is its name on the wire
			v.alias(v.our)
		}
		v.alias(v.address)
		i.written(n, what, "alias", strings.TrimPrefix(same+"; Pychron asks for states by it", "; "))
	default:
		i.noted(v.e, n, what, orElse(same, "it stands for something else already"))
	}
}

// describe carries the description.
func (i *importer) describe(v *valve) {
	n := v.at.last("description")
	switch {
	case n == nil:
	case n.text == "":
		i.listed(n, "empty description of "+v.name)
	default:
		v.e.set("description", quoted(n.text))
		i.written(n, "description "+n.text+" of "+v.name, "description", "")
	}
}

// mixed warns of a valve whose name is another's address.
func (i *importer) mixed(v *valve) {
	for _, other := range i.valves {
		if other != v && v.address != "" && v.address == other.name {
			text := fmt.Sprintf("ERROR: the address of valve %s is the name of valve %s in line %d: on the wire they cannot be told apart", v.name, other.name, other.at.line)
			i.warn(v.at, text)
			v.e.comment(text)
		}
	}
}

// interlocks carries what must be closed or open before a valve opens.
func (i *importer) interlocks(v *valve) {
	closed, open := v.at.all("interlock"), v.at.all("positive_interlock")
	var refs [2][]string
	for k, list := range [][]*node{closed, open} {
		for _, n := range list {
			if ref := i.interlock(v, n, append(refs[0], refs[1]...)); ref != "" {
				refs[k] = append(refs[k], ref)
			}
		}
	}
	var parts []string
	for k, key := range []string{"closed", "open"} {
		if len(refs[k]) > 0 {
			parts = append(parts, key+": ["+strings.Join(refs[k], ", ")+"]")
		}
	}
	if len(parts) > 0 {
		v.e.set("interlock", "{"+strings.Join(parts, ", ")+"}")
	}
}

// interlock gives what one interlock is written as, "" where it cannot be.
func (i *importer) interlock(v *valve, n *node, before []string) string {
	what := n.name + " " + n.text + " of " + v.name
	other := i.called(n.text)
	switch {
	case n.text == "":
		i.listed(n, "empty interlock of "+v.name)
		return ""
	case other == nil:
		i.noted(v.e, n, what, "there is no valve "+n.text+"; left out")
		i.warn(n, strings.ToUpper(fmt.Sprintf("interlock %s of valve %s names no valve; Pychron never enforced it, and it is left out", n.text, v.name)))
		return ""
	case other == v:
		i.noted(v.e, n, what, "a valve cannot hold itself")
		return ""
	case v.kind == "manual_valve":
		i.noted(v.e, n, what, "a valve that a person moves is held by nothing; name it in the interlock of "+other.name)
		return ""
	}
	for _, ref := range before {
		if ref == other.ref {
			i.noted(v.e, n, what, "given before, or closed and open at once")
			return ""
		}
	}
	i.written(n, what, "interlock of "+v.ref, i.interlockNote(v, other, n))
	return other.ref
}

// interlockNote is what differs from Pychron, and whether the pair has one side only.
func (i *importer) interlockNote(v, other *valve, n *node) string {
	if !strings.EqualFold(n.name, "interlock") {
		return ""
	}
	var notes []string
	if i.first("closing") {
		notes = append(notes, fmt.Sprintf("Pychron also refuses to close %s while %s is open; we do not, here and with every interlock", v.name, other.name))
		v.e.comment(notes[0])
	}
	for _, back := range other.at.all("interlock") {
		if back.text == v.name {
			return strings.Join(notes, "; ")
		}
	}
	one := fmt.Sprintf("one-sided: %s does not name %s", other.name, v.name)
	v.e.comment(one)
	return strings.Join(append(notes, one), "; ")
}
