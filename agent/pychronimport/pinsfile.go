package pychronimport

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readPins reads the file of -pins: NAME: {solenoid: GPIO17, opened: GPIO27}, one valve a line.
func (i *importer) readPins() error {
	i.pins = &pins{given: map[string]string{}, used: map[string]bool{}, taken: map[string]bool{}}
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
		i.pins.given[name] = strings.Join(strings.Fields(string(text)), " ")
		i.pins.lines(&n)
	}
	return nil
}

// unusedPins tells names in the file of -pins that no valve has.
func (i *importer) unusedPins() {
	var unused []string
	for name := range i.pins.given {
		if !i.pins.used[name] {
			unused = append(unused, name)
		}
	}
	slices.Sort(unused)
	for _, name := range unused {
		i.result.Warnings = append(i.result.Warnings, "-pins names "+name+", which is no valve on pins")
	}
}
