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
