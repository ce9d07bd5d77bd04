package pychronimport

import (
	"fmt"
	"strings"
)

// served is what an agent would serve to Pychron. It stands in the file as comments: nobody is served before the networks
// whose clients may ask are filled in, and no file of Pychron names them.
type served struct {
	port                        string // of the server the valves hang on; "" = none
	switches, flags, timedFlags []string
	valveFlags                  []string // {NAME: [V1, V2]}, without the braces
}

// write writes the comments.
func (s *served) write(b *strings.Builder) {
	if s.port == "" && len(s.switches)+len(s.flags)+len(s.timedFlags)+len(s.valveFlags) == 0 {
		return
	}
	b.WriteString("\n# What is served to Pychron: fill in networks, whose clients may ask (10.0.0.0/24), and take the # away.\n# pychron:\n")
	fmt.Fprintf(b, "#   listen: 0.0.0.0:%s\n#   networks: []\n", printable(orElse(s.port, "1061")))
	for _, list := range []struct {
		key   string
		items []string
	}{{"switches", s.switches}, {"flags", s.flags}, {"timed_flags", s.timedFlags}} {
		if len(list.items) > 0 {
			fmt.Fprintf(b, "#   %s: [%s]\n", list.key, printable(strings.Join(list.items, ", ")))
		}
	}
	if len(s.valveFlags) > 0 {
		fmt.Fprintf(b, "#   valve_flags: {%s}\n", printable(strings.Join(s.valveFlags, ", ")))
	}
}

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
