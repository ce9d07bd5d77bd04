package drivers

import (
	"fmt"
	"slices"
	"strings"
)

// Confidence is how sure we are that a driver talks to a real unit at first try.
type Confidence string

// The confidences of the protocol sheets.
const (
	High        Confidence = "high"
	Medium      Confidence = "medium"
	Low         Confidence = "low"
	Unconfirmed Confidence = "unconfirmed"
)

// Model is one kind of instrument that can be configured.
type Model struct {
	Name       string       // as in the configuration: "pfeiffer-tpg"
	Described  string       // the generic model that a library describes it for: "ascii", "modbus"; "" for a model of Go
	Family     string       // "valve", "laser" or "": the prefix of its metrics
	About      string       // maker and types, in one line
	Reads      string       // what it reads, in a few words
	Sets       string       // what it controls, in a few words; "" if nothing
	Source     string       // where its bytes come from
	Confidence Confidence   // how sure we are of them
	Line       LineSettings // what its line is like when the URL does not say
	Pins       Pins         // the pins it takes, for models on pins
	Laser      bool         // always halted on every exit path
	Asked      bool         // a laser's enabled and power (or current) are read from it, not remembered from an acknowledgement
	Heats      bool         // it controls a furnace or a heater, which stays as it was told when nobody watches it any more
	Manual     bool         // moved and reported by a person: takes neither a port nor pins
	Example    string       // a device of it as it stands in the list of devices; "" = its default options on a serial line do

	Defaults func() any                       // a new pointer to its options, set to their defaults
	Check    func(options any) error          // what is wrong with the options, without opening anything
	Points   func(options any) []Point        // every reading a Device with these options can return
	Open     func(Wires, any) (Device, error) // options as Defaults gives them; does no I/O
}

// Point is one reading a Device can return. The points of a device are known before its line is opened, so that a
// misspelt channel in a rule is a mistake in the configuration and not a rule that never trips.
type Point struct {
	Channel string // as in Reading
	Name    string
	Unit    Unit
	States  *States // the names of its values, where it is one of a few: {0: "off", 4: "running"}
	Told    bool    // of a valve: no switch shows that it is closed; it is as it was told, or as its card remembers
	Gauge   string  // kind of a pressure gauge where it is known: "ion", "pirani", "convection", "capacitance"; else ""
}

// Point is the channel, else the name: what follows the device in "<device>.<point>".
func (p Point) Point() string {
	if p.Channel != "" {
		return p.Channel
	}
	return p.Name
}

// Pins names the pins a model takes.
type Pins struct {
	Out, In  []string // allowed
	Required []string // of those
}

// About is the part of a Model that a driver file writes down.
type About struct {
	Text, Reads, Sets, Source string
	Confidence                Confidence
	Line                      LineSettings
	Pins                      Pins
	Laser, Asked, Heats       bool // as in Model
	Manual                    bool
	Example                   string  // as in Model, after an empty line
	Points                    []Point // where they do not depend on the options; else the options have Points() []Point
}

var models = map[string]Model{}

// register adds a model to the table. It is called from init functions only.
func register[O any](model, family string, about About, defaults O, open func(Wires, O) (Device, error)) {
	if _, ok := models[model]; ok {
		panic("drivers: model " + model + " registered twice")
	}
	unwrap := func(options any) (O, error) {
		o, ok := options.(*O)
		if !ok {
			var zero O
			return zero, fmt.Errorf("%s: options are %T, want %T", model, options, &zero)
		}
		return *o, nil
	}
	models[model] = Model{
		Name: model, Family: family, About: about.Text, Reads: about.Reads, Sets: about.Sets, Source: about.Source,
		Confidence: about.Confidence, Line: about.Line, Pins: about.Pins, Laser: about.Laser,
		Asked: about.Asked, Heats: about.Heats, Manual: about.Manual,
		Example:  strings.TrimPrefix(about.Example, "\n"),
		Defaults: func() any { o := defaults; return &o },
		Check: func(options any) error {
			o, err := unwrap(options)
			if c, ok := any(&o).(interface{ Check() error }); err == nil && ok {
				err = c.Check()
			}
			return err
		},
		Points: func(options any) []Point {
			o, err := unwrap(options)
			if p, ok := any(&o).(interface{ Points() []Point }); err == nil && ok {
				return p.Points()
			}
			return about.Points
		},
		Open: func(w Wires, options any) (Device, error) {
			o, err := unwrap(options)
			if err != nil {
				return nil, err
			}
			return open(w, o)
		},
	}
}

// Models is the table of models, by name.
func Models() []Model {
	all := make([]Model, 0, len(models))
	for _, m := range models {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Model) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Find is the model called name; the error lists what there is.
func Find(name string) (Model, error) {
	if m, ok := models[name]; ok {
		return m, nil
	}
	var names []string
	for _, m := range Models() {
		names = append(names, m.Name)
	}
	return Model{}, fmt.Errorf("model %q is unknown; must be one of %s", name, strings.Join(names, ", "))
}
