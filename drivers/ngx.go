package drivers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// NGXOptions are those of an Isotopx NGX mass spectrometer with its valve board.
//
// Line: TCP port 1099, kept open, lines ended by CR LF both ways; the server greets, then wants a log-in, and pushes events at any time
// while it acquires. The password goes in clear; the trace of the line has *** in its place. Source: docs/protocols/isotopx-ngx.md (Pychron, lab files).
// UNCONFIRMED: the greeting; whether replies end in "#" (both are taken); whether a second client is refused or takes over the log-in; the unit of the
// signals (volts unless configured otherwise); that the acquisition buffer (SAB) need not be switched around valve actions.
//
// Intensities come unasked, one for each detector and event, and are no part of a Read.
type NGXOptions struct {
	User         string            `yaml:"user"`          // "" = no log-in
	Password     string            `yaml:"password"`      // of the log-in; a password_file is better
	PasswordFile string            `yaml:"password_file"` // file with the password of the log-in on its first line, absolute; "" = password says it
	Detectors    []Detector        `yaml:"detectors"`     // in the order of Pychron's list: events give them backwards
	Sources      map[string]Source `yaml:"sources"`       // source read-backs by their letters: IE YF YB ZF ZB EE IR TV FC FV TC EC CV ESA+ ESA-
	Valves       map[int]string    `yaml:"valves"`        // channels by number
	Travel       time.Duration     `yaml:"travel"`        // longest time a valve takes, 0 to 1m
	Period       time.Duration     `yaml:"period"`        // integration time of an acquisition that is started here, whole seconds, 1s to 1m
}

// Source is a read-back of an ion source.
type Source struct {
	Name  string  `yaml:"name"`  // of the reading: "ion_energy"
	Unit  Unit    `yaml:"unit"`  // of the reading
	Scale float64 `yaml:"scale"` // of that unit in one of the spectrometer's own; 0 = 1
}

var ngxLetters = strings.Fields("IE YF YB ZF ZB EE IR TV FC FV TC EC CV ESA+ ESA-")

func init() {
	var cups []Detector
	for _, name := range strings.Fields("H2 H1 AX L1 L2") {
		cups = append(cups, Detector{Name: name, Unit: Volts})
	}
	register("ngx", "", About{
		Text:  "Isotopx NGX mass spectrometer and its valve board",
		Reads: "intensity of each detector while it acquires, mass, source read-backs, valves", Sets: "acquiring, valves",
		Source: "docs/protocols/isotopx-ngx.md", Confidence: Medium,
		Line: LineSettings{Settle: 300 * time.Millisecond, Deadline: 2 * time.Second, Unasked: "\n"},
		Example: `
  - name: ngx
    model: ngx
    port: tcp://ngx.lab:1099
    options: {detectors: [{name: H1, unit: volts}, {name: AX, unit: volts}], period: 1s}
`,
	}, NGXOptions{Detectors: cups, Travel: 2 * time.Second, Period: time.Second}, openNGX)
}

// Check says what is wrong with o.
func (o *NGXOptions) Check() error {
	if strings.ContainsAny(o.User+o.Password, ",\r\n") {
		return fmt.Errorf("user, password: must be text without a comma or a line end")
	}
	if o.PasswordFile != "" && (o.Password != "" || o.User == "") {
		return fmt.Errorf("password_file: must be beside a user, and in place of password")
	}
	if o.Period < time.Second || o.Period > time.Minute || o.Period%time.Second != 0 {
		return fmt.Errorf("period: %v; must be whole seconds, 1s to 1m", o.Period)
	}
	for letters, s := range o.Sources {
		if !slices.Contains(ngxLetters, letters) {
			return fmt.Errorf("sources: %q; must be one of %s", letters, strings.Join(ngxLetters, ", "))
		}
		if !channelName.MatchString(s.Name) || s.Unit == "" || s.Scale < 0 || !finite(s.Scale) {
			return fmt.Errorf("sources: %s: name %q, unit %q, scale %g; must be letters, digits and _, a unit, and 0 or more", letters, s.Name, s.Unit, s.Scale)
		}
	}
	if err := checkFarValves(o.valves(), o.Travel); err != nil {
		return err
	}
	return checkDetectors(o.Detectors)
}

// password gives the password of the log-in, from its file where it has one: read anew for each log-in.
func (o *NGXOptions) password(read func(file string) (string, error)) func() (string, error) {
	return func() (string, error) {
		if o.PasswordFile == "" {
			return o.Password, nil
		}
		text, err := read(o.PasswordFile)
		if err == nil && strings.ContainsAny(text, ",\r\n") {
			err = fmt.Errorf("password_file: its first line must be text without a comma")
		}
		return text, err
	}
}

// valves are the channels by number as text.
func (o *NGXOptions) valves() map[string]string {
	named := map[string]string{}
	for n, channel := range o.Valves {
		named[strconv.Itoa(n)] = channel
	}
	return named
}

// Points are what it reads, and what comes unasked.
func (o *NGXOptions) Points() []Point {
	points := append(detectorPoints(o.Detectors), Point{Name: "mass", Unit: Daltons}, Point{Name: "acquiring"})
	for _, letters := range slices.Sorted(maps.Keys(o.Sources)) {
		points = append(points, Point{Name: o.Sources[letters].Name, Unit: o.Sources[letters].Unit})
	}
	return append(points, farPoints(o.valves())...)
}

type ngx struct {
	lines   ngxLines
	options NGXOptions
	valves  farValves

	stopped bool // the acquisition was stopped from here, and no event came since
}

func openNGX(w Wires, o NGXOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	n := &ngx{lines: ngxLines{port: w.Port, user: o.User, password: o.password(w.Secret)}, options: o}
	n.valves = farValves{channels: o.valves(), travel: o.Travel, wait: w.Wait, move: n.moveValve, open: n.valveOpen}
	return n, nil
}

// Forget is [Forgetter.Forget]: a new connection is not logged in.
func (n *ngx) Forget() { n.lines.logged, n.stopped = false, false }

// Identify logs in. The server has no query for its type or serial number.
func (n *ngx) Identify(ctx context.Context) (Identity, error) {
	if err := n.lines.logIn(ctx); err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: "NGX"}, nil
}

// Read asks for the mass, the source and the valves. Only its events show that it acquires, because other clients may stop it.
//
//	"GETMASS" 0D 0A -> "39.9620" 0D 0A; "GSO IE" 0D 0A -> "4500,4499.8" 0D 0A: set and read back
func (n *ngx) Read(ctx context.Context) ([]Reading, error) {
	mass, err := n.mass(ctx)
	if err != nil {
		return nil, err
	}
	readings := []Reading{mass}
	if n.stopped {
		readings = append(readings, Reading{Name: "acquiring"})
	}
	for _, letters := range slices.Sorted(maps.Keys(n.options.Sources)) {
		r, err := n.source(ctx, letters, n.options.Sources[letters])
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	valves, err := n.valves.read(ctx)
	if err != nil {
		return nil, err
	}
	return append(readings, valves...), nil
}

func (n *ngx) mass(ctx context.Context) (Reading, error) {
	r := Reading{Name: "mass", Unit: Daltons}
	text, err := n.lines.ask(ctx, "GETMASS")
	if err != nil {
		return known(r, err)
	}
	mass, err := normal(text)
	if err != nil {
		err = n.lines.unknown("GETMASS", text, err)
	}
	return measured(r, mass, err)
}

// source reads the second of two numbers.
func (n *ngx) source(ctx context.Context, letters string, s Source) (Reading, error) {
	r := Reading{Name: s.Name, Unit: s.Unit}
	text, err := n.lines.ask(ctx, "GSO "+letters)
	if err != nil {
		return known(r, err)
	}
	set, back, _ := strings.Cut(text, ",")
	_, wrong := normal(set)
	v, err := normal(back)
	if wrong == nil && err == nil {
		if s.Scale != 0 {
			v *= s.Scale
		}
		r.Value = v
		wrong = check(r)
	}
	if wrong != nil || err != nil {
		return known(r, n.lines.unknown("GSO "+letters, text, err))
	}
	return r, nil
}

// Unasked takes the signals of an acquisition, in reverse order of the detectors. What is not whole is dropped.
//
//	"#EVENT:ACQ,NOM,SIM,SIM,12:00:01.000,1.02,1.08,1.13#"
func (n *ngx) Unasked(text []byte) []Reading {
	fields := strings.Split(strings.TrimSuffix(string(text), "#"), ",")
	if fields[0] != "#EVENT:ACQ" || len(fields) != 5+len(n.options.Detectors) || !ngxClock.MatchString(fields[4]) {
		return nil
	}
	readings := make([]Reading, 0, len(n.options.Detectors)+1)
	for i, d := range n.options.Detectors {
		v, err := normal(fields[len(fields)-1-i])
		if err != nil {
			return nil
		}
		r, err := d.intensity(v)
		if err != nil {
			return nil
		}
		readings = append(readings, r)
	}
	n.stopped = false
	return append(readings, Reading{Name: "acquiring", Value: 1})
}

// Controls are the acquisition and the valves.
func (n *ngx) Controls() []Control {
	return append([]Control{{Name: "acquiring", Max: 1}}, n.valves.controls()...)
}

// Set starts or stops the acquisition, or moves a valve.
//
//	"StartAcq 1,edge" 0D 0A -> "E00" 0D 0A, or "E43": it runs already; "StopAcq" 0D 0A -> "E00" 0D 0A
func (n *ngx) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(n.Controls(), control, value); err != nil {
		return err
	}
	if control != "acquiring" {
		return n.valves.set(ctx, control, value)
	}
	n.stopped = false
	command := "StopAcq"
	if value == 1 {
		command = fmt.Sprintf("StartAcq %d,edge", n.options.Period/time.Second)
	}
	if err := n.lines.command(ctx, command, "E43"); err != nil {
		return err
	}
	n.stopped = value == 0
	return nil
}

// moveValve opens or closes: "OpenValve 1" 0D 0A -> "E00" 0D 0A. Closing is tried even when the log-in failed.
func (n *ngx) moveValve(ctx context.Context, valve string, open bool) error {
	if open {
		return n.lines.command(ctx, "OpenValve "+valve, "")
	}
	return n.lines.insist(ctx, "CloseValve "+valve)
}

// valveOpen asks: "GetValveStatus 1" 0D 0A -> "OPEN" 0D 0A, or "CLOSED".
func (n *ngx) valveOpen(ctx context.Context, valve string) (bool, error) {
	command := "GetValveStatus " + valve
	text, err := n.lines.ask(ctx, command)
	if err != nil {
		return false, err
	}
	if text != "OPEN" && text != "CLOSED" {
		return false, n.lines.unknown(command, text, nil)
	}
	return text == "OPEN", nil
}

// Halt closes the valves. An acquisition goes on: it is no hazard, and may be another client's measurement.
func (n *ngx) Halt(ctx context.Context) error {
	if err := n.valves.halt(ctx); err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
