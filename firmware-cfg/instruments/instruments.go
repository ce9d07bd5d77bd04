// Package instruments is the library of described instruments: one YAML file each, for the model ascii or modbus, with the vectors of
// its manual. A configuration includes one by its name: `model: instrument/julabo`. The package reads no file and knows no format.
package instruments

import (
	"embed"
	"strings"
)

//go:embed *.yaml
var files embed.FS

const suffix = ".yaml"

// Names are the instruments, in order.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil // an embedded directory is always there
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), suffix))
	}
	return names
}

// File is the description of an instrument; false if there is none of that name.
func File(name string) ([]byte, bool) {
	data, err := files.ReadFile(name + suffix)
	return data, err == nil
}
