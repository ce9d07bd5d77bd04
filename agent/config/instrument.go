package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
	"pychron-edge/firmware-cfg/instruments"
	"pychron-edge/yamlfile"
)

// instrumentPrefix begins the model of a described instrument: instrument/julabo.
const instrumentPrefix = "instrument/"

// described is a file of the library: a generic model with its options, and what is known of the instrument.
type described struct {
	About     string    `yaml:"about"`     // maker and types
	Source    string    `yaml:"source"`    // the manual, its number and chapter
	Confirmed bool      `yaml:"confirmed"` // every vector is from a manual or a capture that it names; without it, the model is UNCONFIRMED
	Reads     string    `yaml:"reads"`     // what it reads, in a few words
	Sets      string    `yaml:"sets"`      // what it controls, in a few words; "" if nothing
	Model     string    `yaml:"model"`     // ascii or modbus
	Family    string    `yaml:"family"`    // as of a device
	Line      string    `yaml:"line"`      // as the query of a port: baud=4800&bits=7&parity=even
	Options   yaml.Node `yaml:"options"`
}

// findModel is the model of a device with its default options: one of Go, or a described one. Family is that of the library.
func findModel(name string) (m drivers.Model, options any, family string, err error) {
	short, ok := strings.CutPrefix(name, instrumentPrefix)
	if !ok {
		m, err = drivers.Find(name)
		if err != nil {
			return m, nil, "", fmt.Errorf("%w, %s", err, strings.Join(instrumentNames(), ", "))
		}
		return m, m.Defaults(), "", nil
	}
	data, ok := instruments.File(short)
	if !ok {
		return m, nil, "", fmt.Errorf("model %q is unknown; must be one of %s", name, strings.Join(instrumentNames(), ", "))
	}
	m, options, family, err = describedModel(name, data)
	if err != nil {
		err = fmt.Errorf("model %s: %w", name, err)
	}
	return m, options, family, err
}

// Library are the described instruments, in order of their names, as models.
func Library() []drivers.Model {
	var all []drivers.Model
	for _, name := range instrumentNames() {
		if m, _, _, err := findModel(name); err == nil { // a test holds every file
			all = append(all, m)
		}
	}
	return all
}

// Description is the file of the library that describes an instrument, by the name of its model; false if there is none.
func Description(model string) ([]byte, bool) {
	short, ok := strings.CutPrefix(model, instrumentPrefix)
	if !ok {
		return nil, false
	}
	return instruments.File(short)
}

func instrumentNames() []string {
	var all []string
	for _, name := range instruments.Names() {
		all = append(all, instrumentPrefix+name)
	}
	return all
}

// describedModel is the model that a file of the library describes, its vectors run.
func describedModel(name string, data []byte) (m drivers.Model, options any, family string, err error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil || len(root.Content) != 1 {
		return m, nil, "", fmt.Errorf("is not YAML: %w", err)
	}
	p := &yamlfile.Problems{File: name, Nodes: map[string]*yaml.Node{}, Lines: strings.Split(string(data), "\n")}
	var file described
	(&yamlfile.Decoder{Problems: p}).Decode(root.Content[0], &file, "")
	if m, err = drivers.Find(file.Model); err == nil && !generic(m) {
		err = fmt.Errorf("model: %q; must be ascii or modbus", file.Model)
	}
	if err != nil {
		return m, nil, "", errors.Join(p.Err(), err)
	}
	options = m.Defaults()
	(&yamlfile.Decoder{Problems: p}).Decode(&file.Options, options, "options")
	address, bad := line.ParseAddress("serial:///dev/x?"+file.Line, m.Line)
	if err := errors.Join(p.Err(), bad, m.Check(options)); err != nil {
		return m, nil, "", err
	}
	m.Described, m.Name, m.Example = m.Name, name, ""
	m.About, m.Source, m.Reads, m.Sets, m.Line = file.About, file.Source, file.Reads, file.Sets, address.Line
	if m.Confidence = drivers.Medium; !file.Confirmed {
		m.Confidence = drivers.Unconfirmed
	}
	return m, options, file.Family, nil
}

// generic says whether a model is one that the configuration describes.
func generic(m drivers.Model) bool {
	return m.Described != "" || slices.Contains([]string{"ascii", "modbus"}, m.Name)
}

// proven notes that the vectors of a described instrument were run before the options of a device replaced an address or a setting in
// them. Readings and sets that a device brings itself need vectors of their own.
func proven(d *DevicePlan, given *yaml.Node) {
	if d.Model.Described == "" {
		return
	}
	for i := 0; i < len(given.Content); i += 2 {
		if slices.Contains([]string{"reads", "sets", "vectors"}, given.Content[i].Value) {
			return
		}
	}
	switch o := d.Decoded.(type) {
	case *drivers.ASCIIOptions:
		o.Proven = true
	case *drivers.ModbusOptions:
		o.Proven = true
	}
}
