package initial

import (
	"fmt"
	"slices"
	"strings"

	"pychron-edge/agent/config"
	"pychron-edge/agent/reference"
	"pychron-edge/drivers"
	"pychron-edge/firmware-cfg/instruments"
)

// instrumentPrefix begins the model of a described instrument.
const instrumentPrefix = "instrument/"

// Models are the names of all models, those of the library of described instruments included.
func Models() (names []string) {
	for _, m := range drivers.Models() {
		names = append(names, m.Name)
	}
	for _, name := range instruments.Names() {
		names = append(names, instrumentPrefix+name)
	}
	return names
}

// ModelCalled is the model of that name, ours or its maker's.
func ModelCalled(name string) (string, error) {
	if model := config.MakersModel(name); model != "" {
		return model, nil
	}
	if short, ok := strings.CutPrefix(name, instrumentPrefix); ok && slices.Contains(instruments.Names(), short) {
		return name, nil
	}
	_, err := drivers.Find(name)
	return name, err
}

// Block is a device of a configuration: read-only, with what would let it be commanded as a comment.
func Block(name, model, place string) string { return device{name, model, place}.text("") }

// example is a device of a model, for a place to be put in.
func example(model string) string {
	if text := reference.Example(model); text != "" {
		return text
	}
	return fmt.Sprintf("  - name: x\n    model: %s\n    port: serial:///dev/x\n", model)
}
