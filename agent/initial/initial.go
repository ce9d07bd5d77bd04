// Package initial writes a first configuration: from the words of a command line, or from what somebody answers.
//
// It opens no instrument, and replaces no file with a device that is on.
package initial

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"pychron-edge/agent/config"
	"pychron-edge/agent/reference"
	"pychron-edge/agent/verbs"
	"pychron-edge/drivers/line"
	"pychron-edge/lazyregexp"
)

// device is one device of a first configuration.
type device struct{ name, model, place string }

// File is what a first configuration is made of.
type File struct {
	Name, Units, Board string
	Devices            []device
}

var asArgument = lazyregexp.New(`^([A-Za-z_]\w*)=([^@]+)(?:@(.+))?$`)

// Take reads devices as they stand on a command line.
func (f *File) Take(words []string) error {
	for _, w := range words {
		m := asArgument.FindStringSubmatch(w)
		if m == nil {
			return fmt.Errorf("%q is no device; must be NAME=MODEL@PLACE, such as ion1=tpg366@/dev/ttyUSB0", w)
		}
		model, err := reference.Find(m[2])
		if err != nil {
			return err
		}
		d := device{m[1], model.Name, m[3]}
		if err := d.misplaced(); err != nil {
			return err
		}
		f.Devices = append(f.Devices, d)
	}
	return nil
}

// misplaced says what is wrong with where a device is: an instrument is at a port, a valve at its pin, what people move nowhere. Where no
// place is named it is that of the example.
func (d device) misplaced() error {
	example := reference.Example(d.model)
	isPort := strings.HasPrefix(d.place, "/") || strings.Contains(d.place, "://")
	switch {
	case d.place == "":
	case portKeyed.MatchString(example) && !isPort:
		return fmt.Errorf("%s: the place of a %s is %q; must be a port: /dev/serial/by-id/..., serial://?vid=VID&pid=PID, tcp://host:port", d.name, d.model, d.place)
	case pinsKey.MatchString(example) && isPort:
		return fmt.Errorf("%s: the place of a %s is %q; must be a pin, such as GPIO5", d.name, d.model, d.place)
	case !portKeyed.MatchString(example) && !pinsKey.MatchString(example):
		return fmt.Errorf("%s: the place of a %s is %q; must be left out, for it has none", d.name, d.model, d.place)
	}
	return nil
}

// Ask asks for the line's name and for the instrument on each port. An empty answer keeps what stands in brackets, or leaves a port out.
func (f *File) Ask(in *bufio.Scanner, out io.Writer, places []string) {
	answer := func(question, def string) string {
		fmt.Fprintf(out, "%s [%s]: ", question, def)
		if !in.Scan() {
			return def
		}
		return cmp.Or(strings.TrimSpace(in.Text()), def)
	}
	f.Name = answer("Name of the line", f.Name)
	f.Units = answer("Pressures in torr, mbar or pa", f.Units)
	f.Board = answer("Board (zero, zero2, pi2, pi3, pi4, pi5, none)", cmp.Or(f.Board, "none"))
	fmt.Fprintf(out, "%d USB adapters are plugged in. An instrument is its model (`agent models`) or what its maker calls it.\n", len(places))
	for i := 0; ; i++ {
		place := ""
		if i < len(places) {
			place = places[i]
		}
		what := answer("Instrument on "+cmp.Or(place, "another place (nothing ends)"), "none")
		if what == "none" && place == "" {
			return
		}
		if what == "none" {
			continue
		}
		model, err := reference.Find(what)
		if err != nil {
			fmt.Fprintln(out, err)
			i--
			continue
		}
		if place == "" {
			place = answer("Its port or pin", "")
		}
		d := device{answer("Its name", fmt.Sprintf("%s%d", reference.DeviceName(model.Name), len(f.Devices)+1)), model.Name, place}
		if err := d.misplaced(); err != nil {
			fmt.Fprintln(out, err)
			i--
			continue
		}
		f.Devices = append(f.Devices, d)
	}
}

// USBPlaces are the serial ports on USB, by the names that stay.
func USBPlaces() (places []string) {
	ports, err := line.ListPorts("", "")
	if err != nil {
		return nil
	}
	for _, p := range ports {
		if p.VID != "" {
			places = append(places, cmp.Or(p.Stable(), p.Node))
		}
	}
	return places
}

// text is the file.
func (f *File) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by agent init. Every key: man %s.yaml, or `agent models MODEL`. Every device is read-only until it says control: true.\n"+
		"agent:\n  name: %s\n  units: %s\n", verbs.Program, f.Name, f.Units)
	if f.Board != "" {
		fmt.Fprintf(&b, "  board: %s\n", f.Board)
	}
	b.WriteString("  listen: 127.0.0.1:9119   # the page, for this machine alone\n\ndevices:\n")
	for _, d := range f.Devices {
		b.WriteString(d.text(f.Board) + "\n")
	}
	b.WriteString("# rules:\n#   - {name: chamber pressure, when: \"ion1.ig > torr(1e-3)\", forbid: [V1.open]}\n")
	return b.String()
}

var (
	nameKey    = lazyregexp.New(`(?m)^(  - name: ).*$`)
	portKeyed  = lazyregexp.New(`(?m)^(    port: )([^?\n]*)(.*)$`)
	controlKey = lazyregexp.New(`(?m)^    (controls?: .*)$`)
	pinsKey    = lazyregexp.New(`(?m)^    pins: .*$`)
)

// Block is a device of a configuration: read-only, with what would let it be commanded as a comment.
func Block(name, model, place string) string { return device{name, model, place}.text("") }

// text is the device: the model's example with the name and place of this one, and what lets it be commanded as a comment.
func (d device) text(board string) string {
	text := nameKey.ReplaceAllString(reference.Example(d.model), "${1}"+d.name)
	text = controlKey.ReplaceAllString(text, "    # $1")
	switch {
	case d.place == "":
	case strings.Contains(d.place, "://") && strings.Contains(d.place, "?"):
		text = portKeyed.ReplaceAllLiteralString(text, "    port: "+d.place)
	case strings.Contains(d.place, "://"):
		text = portKeyed.ReplaceAllString(text, "${1}"+d.place)
	case strings.HasPrefix(d.place, "/"):
		text = portKeyed.ReplaceAllString(text, "${1}serial://"+d.place+"${3}")
	default:
		text = pinsKey.ReplaceAllLiteralString(text, "    pins: {solenoid: "+d.pin(board))
	}
	return text
}

// pin is the valve's pin, with the polarity that is off at reset.
func (d device) pin(board string) string {
	if config.UpAtReset(d.place, board) {
		return "{line: " + d.place + ", active_low: true, fail: \"off\"}}   # high at reset: for a relay that switches at 0 V"
	}
	return "{line: " + d.place + ", fail: \"off\"}}   # low at reset: for a relay that switches at 3.3 V"
}

// Write checks the file and writes it.
func (f *File) Write(path string, out io.Writer) error {
	text := f.text()
	if _, _, err := config.PlanOf(path, []byte(text)); err != nil {
		return fmt.Errorf("the file would not pass check, so it was not written:\n%w", err)
	}
	if path == "-" {
		_, err := io.WriteString(out, text)
		return err
	}
	if _, err := os.Stat(path); err == nil && !config.NothingOn(path) {
		return fmt.Errorf("%s is there already and was left as it is; must be another -out, or the file moved away", path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		return fmt.Errorf("%w; -out must be a file in a folder that is there and that this user may write", err)
	}
	fmt.Fprintf(out, "wrote %s with %d devices. Next: agent check, agent once, sudo systemctl restart %s\n", path, len(f.Devices), verbs.Program)
	return nil
}
