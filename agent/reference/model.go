package reference

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"reflect"
	"strings"
	"text/tabwriter"

	"pychron-edge/drivers"

	"pychron-edge/agent/config"
	"pychron-edge/keys"
	"pychron-edge/near"
)

// Example is a device of a model as it stands in the list of devices: a file with an agent's name above it passes check. It is the
// driver's own, else the model with its default options on a serial line.
func Example(model string) string {
	m, err := Find(model)
	if err != nil {
		return ""
	}
	return example(m)
}

func example(m drivers.Model) string {
	if m.Example != "" {
		return m.Example
	}
	baud := ""
	if m.Described == "" { // a described instrument's file has all settings of its line
		baud = fmt.Sprintf("?baud=%d", cmp.Or(m.Line.Baud, 9600))
	}
	return fmt.Sprintf("  - name: %s\n    model: %s\n    port: serial:///dev/serial/by-id/usb-FTDI_ADAPTER1-if00-port0%s\n", DeviceName(m.Name), m.Name, baud)
}

// DeviceName is a name for a device of a model: mks_937b, and julabo for instrument/julabo.
func DeviceName(model string) string {
	return strings.NewReplacer("-", "_", "#", "").Replace(path.Base(model))
}

// Core are the keys of the file that do not depend on a model.
func Core() []keys.Key { return explainer.Of(reflect.ValueOf(config.Config{}), false) }

// Options are the keys of the options of a model, with their defaults.
func Options(m drivers.Model) []keys.Key {
	return explainer.Of(reflect.ValueOf(m.Defaults()).Elem(), true)
}

// Models are those of Go and those that a file of the library describes.
func Models() []drivers.Model { return append(drivers.Models(), config.Library()...) }

// Find is the model of a name: ours, that of the library, or as its maker calls it. The error names those there are.
func Find(name string) (drivers.Model, error) {
	var names []string
	for _, m := range Models() {
		if m.Name == name || m.Name == config.MakersModel(name) {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return drivers.Model{}, fmt.Errorf("model %q is unknown; must be one of %s%s", name, strings.Join(names, ", "), near.Hint(name, names))
}

// WriteModels lists the models, a line each.
func WriteModels(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "MODEL\tINSTRUMENT\tREADS\tCONTROLS")
	for _, m := range Models() {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", m.Name, m.About, m.Reads, orNone(m.Sets))
	}
	return t.Flush()
}

// WriteModel explains one model: what it is, its line or pins, each option, and an example. One of the library shows its file.
func WriteModel(w io.Writer, m drivers.Model) error {
	fmt.Fprintf(w, "%s: %s\n\nreads     %s\ncontrols  %s\nsource    %s (confidence %s)\n%s\n", m.Name, m.About, m.Reads, orNone(m.Sets), m.Source, m.Confidence, connection(m))
	if file, ok := config.Description(m.Name); ok {
		_, err := fmt.Fprintf(w, "\nexample:\n%s\nits file in the library; a device may change any of its options:\n\n%s", example(m), file)
		return err
	}
	if options := Options(m); len(options) > 0 {
		fmt.Fprintln(w, "\noptions:")
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, k := range options {
			def := ""
			if k.Default != "" {
				def = "; default " + k.Default
			}
			fmt.Fprintf(t, "  %s\t%s%s\t%s\n", k.Path, k.Form, def, k.Text)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nexample:\n%s", example(m))
	return err
}

// connection says where a model hangs: its line's defaults, or its pins.
func connection(m drivers.Model) string {
	switch {
	case m.Manual:
		return "takes     neither a port nor pins"
	case len(m.Pins.Out)+len(m.Pins.In) > 0:
		return "pins      outputs " + strings.Join(m.Pins.Out, ", ") + "; inputs " + strings.Join(m.Pins.In, ", ")
	}
	l := m.Line
	return fmt.Sprintf("line      %d baud, %d data bits, parity %s, %d stop bits, unless the port says otherwise",
		cmp.Or(l.Baud, 9600), cmp.Or(l.Bits, 8), cmp.Or(l.Parity, "none"), cmp.Or(l.Stop, 1))
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
