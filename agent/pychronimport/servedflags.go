package pychronimport

import (
	"fmt"
	"strings"
)

// flag tells a flag, which is served.
func (i *importer) flag(n *node) {
	if n.text == "" {
		return
	}
	switch strings.ToLower(n.name) {
	case "flag":
		i.served.flags = append(i.served.flags, quoted(n.text))
	case "timed_flag":
		i.served.timedFlags = append(i.served.timedFlags, quoted(n.text))
	case "valve_flag":
		i.valveFlags = append(i.valveFlags, n)
	}
	i.noted(nil, n, n.name+" "+n.text, "flags stand in the comment pychron: at the end of the file, until networks is filled in")
	i.leftOver(n)
}

// heldValves writes the flags that hold valves, once the valves are known.
func (i *importer) heldValves() {
	for _, flag := range i.valveFlags {
		var refs []string
		list := flag.last("valves")
		if list == nil {
			continue
		}
		for _, name := range list.split() {
			if v := i.called(name); v != nil {
				refs = append(refs, v.ref)
			} else {
				i.warn(list, fmt.Sprintf("the flag %s names no valve: %s", flag.text, name))
			}
		}
		i.served.valveFlags = append(i.served.valveFlags, quoted(flag.text)+": ["+strings.Join(refs, ", ")+"]")
	}
}
