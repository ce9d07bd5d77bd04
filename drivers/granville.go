package drivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// granville is what both dialects of Granville-Phillips have in common: readings in a unit that cannot be asked for, a number
// of at least 9.9E+9 from a gauge that is off or was just switched on, and switches that refuse what they already are.
// Source: docs/protocols/granville-phillips.md.
type granville struct {
	unknown  func(command, reply string, why error) error              // see terminated
	ask      func(ctx context.Context, command string) (string, error) // the reply without what its dialect puts around it
	channels []gpChannel
	switches []gpSwitch
	scale    float64 // pascals in the unit of the readings

	acked map[string]acknowledged // switches, as they last acknowledged
}

type gpChannel struct{ command, name string }

// gpSwitch is something that is on or off.
type gpSwitch struct {
	name    string
	on, off string
	query   string // answered by 1 or 0; "" = by the pressure of channel, which is off when there is none
	channel string
}

const (
	gpNothing = 9.9e9
	gpOff     = "gauge off, or just switched on"
)

// gpUnits are the units a display can be in.
var gpUnits = map[string]float64{"": pascalsPerTorr, "torr": pascalsPerTorr, "mbar": pascalsPerMbar, "pa": 1}

func checkGPUnit(unit string) error {
	if _, ok := gpUnits[unit]; !ok {
		return fmt.Errorf("unit: %q; must be torr, mbar or pa, as the display is set to", unit)
	}
	return nil
}

// checkGPChannels says what is wrong with a map from an instrument's names of gauges to names of channels.
func checkGPChannels(channels map[string]string, allowed []string) error {
	numbered := map[int]string{}
	for key, name := range channels {
		at := slices.Index(allowed, key)
		if at < 0 {
			return fmt.Errorf("channels: %q; must be one of %s", key, strings.Join(allowed, ", "))
		}
		numbered[at+1] = name
	}
	return checkChannels(numbered, 1, len(allowed))
}

// gpOrdered are the names of the channels in the order of allowed.
func gpOrdered(channels map[string]string, allowed []string) (ordered []gpChannel) {
	for _, key := range allowed {
		if name, ok := channels[key]; ok {
			ordered = append(ordered, gpChannel{key, name})
		}
	}
	return ordered
}

// gpPoints are the pressures and the switches.
func gpPoints(channels map[string]string, allowed, switched []string, degas bool) (points []Point) {
	for _, c := range gpOrdered(channels, allowed) {
		gauge := "ion"
		if strings.HasSuffix(c.command, "A") || strings.HasSuffix(c.command, "B") || strings.HasPrefix(c.command, "CG") {
			gauge = "convection"
		}
		if c.command == "RD" {
			gauge = "" // any kind of module
		}
		points = append(points, Point{Channel: c.name, Name: "pressure", Unit: Pascals, Gauge: gauge})
	}
	points = append(points, switchedPoints(switched)...)
	if degas {
		points = append(points, Point{Name: "degas"})
	}
	return points
}

// Read asks each gauge, and the switches that can be asked.
func (g *granville) Read(ctx context.Context) ([]Reading, error) {
	var readings []Reading
	for _, c := range g.channels {
		r, err := g.pressure(ctx, c)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	for _, s := range g.switches {
		r, err := g.state(ctx, s, readings)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

func (g *granville) pressure(ctx context.Context, c gpChannel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	text, err := g.ask(ctx, c.command)
	if err != nil {
		return known(r, err)
	}
	v, err := normal(text)
	if err == nil && v >= gpNothing { // "9.99E+9", "9.90E+09"
		r.Missing = gpOff
		return r, nil
	}
	if v, err = scientific(text, 2); err != nil {
		return known(r, g.unknown(c.command, text, err))
	}
	r.Value = v * g.scale
	if err := check(r); err != nil {
		return known(r, g.unknown(c.command, text, err))
	}
	return r, nil
}

// state is whether a switch is on: as it answers, or as its gauge gives a pressure. A gauge that was switched on and gives
// none yet is neither, and so is one that answers what is not known.
func (g *granville) state(ctx context.Context, s gpSwitch, readings []Reading) (Reading, error) {
	r := Reading{Name: s.name}
	if s.query == "" {
		at := slices.IndexFunc(readings, func(p Reading) bool { return p.Channel == s.channel })
		pressure := readings[at]
		switch t := g.acked[s.name]; {
		case pressure.Missing == "":
			r.Value = 1
		case pressure.Missing != gpOff:
			r.Missing = "its pressure: " + pressure.Missing
		case t.known && t.value == 1:
			r.Missing = "switched on, and gives no pressure yet"
		}
		return r, nil
	}
	text, err := g.ask(ctx, s.query)
	if err != nil {
		return known(r, err)
	}
	text = strings.TrimSpace(text)
	on, ok := gpState(text)
	if !ok {
		return known(r, g.unknown(s.query, text, nil))
	}
	r.Value = flag(on)
	return r, nil
}

// gpState takes "1", "0", "1IG1 ON" or "0 DG OFF" apart: the digit and the word must say the same.
func gpState(text string) (on, ok bool) {
	switch {
	case text == "0" || text == "1":
		return text == "1", true
	case !printable(text):
		return false, false
	case strings.HasPrefix(text, "0"):
		return false, strings.HasSuffix(text, " OFF")
	}
	return true, strings.HasPrefix(text, "1") && strings.HasSuffix(text, " ON")
}

// Controls are the filaments that may be switched, and degas.
func (g *granville) Controls() []Control {
	var controls []Control
	for _, s := range g.switches {
		controls = append(controls, Control{Name: s.name, Max: 1, Hazard: true})
	}
	return controls
}

// Set switches a filament or degas.
func (g *granville) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(g.Controls(), control, value); err != nil {
		return err
	}
	at := slices.IndexFunc(g.switches, func(s gpSwitch) bool { return s.name == control })
	return g.turn(ctx, g.switches[at], value == 1)
}

// turn switches something on or off. INVALID also means that it is so already; then its state is asked for.
func (g *granville) turn(ctx context.Context, s gpSwitch, on bool) error {
	command := s.off
	if on {
		command = s.on
	}
	delete(g.acked, s.name)
	text, err := g.ask(ctx, command)
	if errors.Is(err, ErrRefused) && g.already(ctx, s, on) {
		err = nil
	}
	if err != nil {
		return err
	}
	if text = strings.TrimSpace(text); text != "" {
		if is, ok := gpState(text); !ok || is != on {
			return garbled(command, text, nil)
		}
	}
	g.acked[s.name] = acknowledged{flag(on), true}
	return nil
}

func (g *granville) already(ctx context.Context, s gpSwitch, on bool) bool {
	var readings []Reading
	if s.query == "" {
		at := slices.IndexFunc(g.channels, func(c gpChannel) bool { return c.name == s.channel })
		r, err := g.pressure(ctx, g.channels[at])
		if err != nil {
			return false
		}
		readings = []Reading{r}
	}
	r, err := g.state(ctx, s, readings)
	return err == nil && r.Missing == "" && (r.Value == 1) == on
}

// Halt switches off what may be switched: degas first, then the filaments.
func (g *granville) Halt(ctx context.Context) error {
	var steps []step
	for _, s := range slices.Backward(g.switches) {
		steps = append(steps, func(ctx context.Context) error { return g.turn(ctx, s, false) })
	}
	return halting(ctx, 3, steps...)
}

// Forget is [Forgetter.Forget].
func (g *granville) Forget() { clear(g.acked) }
