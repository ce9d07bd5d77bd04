// Package drawing says what of an extraction line is connected to what, and where each part of it is drawn.
//
// It is pure: the states of the valves come in as values, and so does the time. It reads no configuration, asks no instrument, and
// draws nothing.
package drawing

import "slices"

// Kind is what a part of the line is.
type Kind string

// The kinds of parts.
const (
	Volume Kind = "volume"
	Valve  Kind = "valve"
	Pump   Kind = "pump"
	Gauge  Kind = "gauge"
	Laser  Kind = "laser"
)

// Part is one part of the line. Places and sizes are in widths of a valve, x to the right and y downwards; a place is a centre.
type Part struct {
	Name  string  `json:"name"` // unique on the line
	Kind  Kind    `json:"kind"`
	Title string  `json:"title,omitempty"` // what people call it; "" = its name
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	W     float64 `json:"w"`
	H     float64 `json:"h"`

	Device string `json:"device,omitempty"` // what it is of: the device of a valve, pump, gauge or laser
	Point  string `json:"point,omitempty"`  // the control of a valve, the reading of a gauge
	On     string `json:"on,omitempty"`     // the part that a gauge reads and a laser shines into

	Size float64 `json:"size,omitempty"` // of a volume, in m³; 0 = not known
	Gas  bool    `json:"gas,omitempty"`  // it is a store of gas
	Hand bool    `json:"hand,omitempty"` // a valve that a person moves

	Shown   []string `json:"shown,omitempty"`   // of a valve: the states that an indicator shows, of closed and open
	Runs    string   `json:"runs,omitempty"`    // of a pump: the 0/1 point that says whether it runs, where a single one does
	Assumed bool     `json:"assumed,omitempty"` // a pump that nothing speaks for: it is taken to run

	Inside bool `json:"inside,omitempty"` // of a gauge: it is written in what it is of

	Placed bool `json:"-"` // X and Y were given
}

// text is what people call the part.
func (p *Part) text() string {
	if p.Title != "" {
		return p.Title
	}
	return p.Name
}

// Spot is a place: x and y.
type Spot [2]float64

// Pipe joins two parts or more. Its strokes are what is drawn: one for a plain pipe, several for a tee.
type Pipe struct {
	Ends    []string `json:"ends"`
	Strokes [][]Spot `json:"strokes"`

	Outlet string `json:"outlet,omitempty"` // of its ends, a pump: it leads away from it, and what is behind is another vacuum

	Via []Spot `json:"-"` // corners that were given, from the first end to the second
}

// Line is an extraction line as it is drawn.
type Line struct {
	Parts []Part `json:"parts"`
	Pipes []Pipe `json:"pipes"`
	Laid  bool   `json:"laid"`  // nobody gave the places: they were worked out
	Loose bool   `json:"loose"` // nobody said what is connected to what
}

// Part is the part of that name, nil if there is none.
func (l *Line) Part(name string) *Part {
	for i := range l.Parts {
		if l.Parts[i].Name == name {
			return &l.Parts[i]
		}
	}
	return nil
}

// Verifies says whether an indicator shows that the valve is in a state.
func (p *Part) Verifies(s State) bool { return slices.Contains(p.Shown, s.String()) }

// Commanded is the point that says what the valve was told, as "<device>.<point>".
func (p *Part) Commanded() string { return p.Device + "." + CommandedOf(p.Point) }

// CommandedOf is the name of the point that says what a valve was told last: that of a box is named after its channel.
func CommandedOf(control string) string {
	if control == "open" {
		return "commanded"
	}
	return control + "_commanded"
}
