package pychronimport

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// pins are what the person says of the valves' pins, and guesses for the rest.
type pins struct {
	told    map[string]string // by valve, the map in flow style
	used    map[string]bool
	taken   map[string]bool // lines that stand in told
	next    int
	guessed int
}

// free are the lines of the header that nothing else holds on a board as it is sold, pulled down at reset first.
var free = []int{17, 27, 22, 23, 24, 25, 5, 6, 12, 13, 16, 19, 20, 21, 26, 18, 4}

// readPins reads the file of -pins: NAME: {solenoid: GPIO17, opened: GPIO27}, one valve a line.
func (i *importer) readPins() error {
	i.pins = &pins{told: map[string]string{}, used: map[string]bool{}, taken: map[string]bool{}}
	var all map[string]yaml.Node
	if err := yaml.NewDecoder(strings.NewReader(string(i.Options.Pins))).Decode(&all); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("pins: %w", err)
	}
	for name, n := range all {
		if n.Kind != yaml.MappingNode {
			return fmt.Errorf("pins: line %d: %s is no map; must be as {solenoid: GPIO17, opened: GPIO27}", n.Line, name)
		}
		n.Style = yaml.FlowStyle
		text, err := yaml.Marshal(&n)
		if err != nil {
			return fmt.Errorf("pins: %s: %w", name, err)
		}
		i.pins.told[name] = strings.Join(strings.Fields(string(text)), " ")
		i.pins.lines(&n)
	}
	return nil
}

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
		if text, ok := p.told[name]; ok {
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

// unusedPins tells names in the file of -pins that no valve has.
func (i *importer) unusedPins() {
	var unused []string
	for name := range i.pins.told {
		if !i.pins.used[name] {
			unused = append(unused, name)
		}
	}
	slices.Sort(unused)
	for _, name := range unused {
		i.result.Warnings = append(i.result.Warnings, "-pins names "+name+", which is no valve on pins")
	}
}
