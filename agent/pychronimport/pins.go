package pychronimport

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// pins are what the person says of the valves' pins, and guesses for the rest.
type pins struct {
	given   map[string]string // by valve, the map in flow style
	used    map[string]bool
	taken   map[string]bool // lines that stand in given
	next    int
	guessed int
}

// free are the lines of the header that nothing else holds on a board as it is sold, pulled down at reset first.
var free = []int{17, 27, 22, 23, 24, 25, 5, 6, 12, 13, 16, 19, 20, 21, 26, 18, 4}

// lines notes which lines are taken.
func (p *pins) lines(n *yaml.Node) {
	p.taken[strings.ToUpper(n.Value)] = true
	for _, c := range n.Content {
		p.lines(c)
	}
}

// of is what the person says of a valve under one of its names.
func (p *pins) of(names ...string) (string, bool) {
	for _, name := range names {
		if text, ok := p.given[name]; ok {
			p.used[name] = true
			return text, true
		}
	}
	return "", false
}

// guess is the next free line.
func (p *pins) guess() string {
	p.guessed++
	for {
		p.next++
		line := fmt.Sprintf("expander:%d", p.next-len(free)-1)
		if p.next <= len(free) {
			line = fmt.Sprintf("GPIO%d", free[p.next-1])
		}
		if !p.taken[strings.ToUpper(line)] {
			return line
		}
	}
}
