package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"pychron-edge/agent/config"
	"pychron-edge/agent/reference"
	"pychron-edge/agent/verbs"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// firstDevice is one device of a first configuration.
type firstDevice struct{ name, model, place string }

// firstFile is what a first configuration is made of.
type firstFile struct {
	name, units, board string
	devices            []firstDevice
}

// initVerb writes a first configuration from its arguments, or from answers where there is somebody to ask.
func initVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("init", args, out, problems)
	if given == nil {
		return code
	}
	first := firstFile{name: given.Text("name"), units: given.Text("units"), board: cmp.Or(given.Text("board"), config.ReadMachine("/").Board)}
	err := first.take(given.Words)
	if err == nil && len(first.devices) == 0 {
		if !interactive() {
			fmt.Fprintf(problems, "agent init: no devices, and nobody to ask; must be NAME=MODEL@PLACE ...\nusage: %s\n", verbs.Find("init").Synopsis())
			return exitUsage
		}
		first.ask(bufio.NewScanner(os.Stdin), out, usbPlaces())
	}
	if err == nil {
		err = first.write(given.Text("out"), out)
	}
	if err != nil {
		fmt.Fprintln(problems, "agent init:", err)
		return exitMistake
	}
	return exitFine
}

// interactive says whether somebody sits at the other end of the input.
func interactive() bool {
	info, err := os.Stdin.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

var asArgument = regexp.MustCompile(`^([A-Za-z_]\w*)=([^@]+)(?:@(.+))?$`)

// take reads devices as they stand on a command line.
func (f *firstFile) take(words []string) error {
	for _, w := range words {
		m := asArgument.FindStringSubmatch(w)
		if m == nil {
			return fmt.Errorf("%q is no device; must be NAME=MODEL@PLACE, such as ion1=tpg366@/dev/ttyUSB0", w)
		}
		model, err := modelCalled(m[2])
		if err != nil {
			return err
		}
		f.devices = append(f.devices, firstDevice{m[1], model, m[3]})
	}
	return nil
}

// modelCalled is the model of that name, ours or its maker's.
func modelCalled(name string) (string, error) {
	if model := config.MakersModel(name); model != "" {
		return model, nil
	}
	_, err := drivers.Find(name)
	return name, err
}

// ask asks for the line's name and for the instrument on each port. An empty answer keeps what stands in brackets, or leaves a port out.
func (f *firstFile) ask(in *bufio.Scanner, out io.Writer, places []string) {
	answer := func(question, def string) string {
		fmt.Fprintf(out, "%s [%s]: ", question, def)
		if !in.Scan() {
			return def
		}
		return cmp.Or(strings.TrimSpace(in.Text()), def)
	}
	f.name = answer("Name of the line", f.name)
	f.units = answer("Pressures in torr, mbar or pa", f.units)
	f.board = answer("Board (zero, zero2, pi2, pi3, pi4, pi5, none)", cmp.Or(f.board, "none"))
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
		model, err := modelCalled(what)
		if err != nil {
			fmt.Fprintln(out, err)
			i--
			continue
		}
		if place == "" {
			place = answer("Its port or pin", "")
		}
		f.devices = append(f.devices, firstDevice{answer("Its name", fmt.Sprintf("%s%d", strings.NewReplacer("-", "_", "#", "").Replace(model), len(f.devices)+1)), model, place})
	}
}

// usbPlaces are the serial ports on USB, by the names that stay.
func usbPlaces() (places []string) {
	ports, err := line.ListPorts("", "")
	if err != nil {
		return nil
	}
	for _, p := range ports {
		if p.VID != "" {
			places = append(places, cmp.Or(p.ByID, p.Node))
		}
	}
	return places
}

// text is the file.
func (f *firstFile) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by agent init. Every key: man %s.yaml, or `agent models MODEL`. Every device is read-only until it says control: true.\n"+
		"agent:\n  name: %s\n  units: %s\n", verbs.Program, f.name, f.units)
	if f.board != "" {
		fmt.Fprintf(&b, "  board: %s\n", f.board)
	}
	b.WriteString("  listen: 127.0.0.1:9119   # the page, for this machine alone\n\ndevices:\n")
	for _, d := range f.devices {
		b.WriteString(d.text(f.board) + "\n")
	}
	b.WriteString("# rules:\n#   - {name: chamber pressure, when: \"ion1.ig > torr(1e-3)\", forbid: [V1.open]}\n")
	return b.String()
}

var (
	nameKey    = regexp.MustCompile(`(?m)^(  - name: ).*$`)
	portKeyed  = regexp.MustCompile(`(?m)^(    port: )([^?\n]*)(.*)$`)
	controlKey = regexp.MustCompile(`(?m)^    (controls?: .*)$`)
	pinsKey    = regexp.MustCompile(`(?m)^    pins: .*$`)
)

// text is the device: the model's example with the name and place of this one, and what lets it be commanded as a comment.
func (d firstDevice) text(board string) string {
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
func (d firstDevice) pin(board string) string {
	if config.UpAtReset(d.place, board) {
		return "{line: " + d.place + ", active_low: true, fail: \"off\"}}   # high at reset: for a relay that switches at 0 V"
	}
	return "{line: " + d.place + ", fail: \"off\"}}   # low at reset: for a relay that switches at 3.3 V"
}

// write checks the file and writes it.
func (f *firstFile) write(path string, out io.Writer) error {
	text := f.text()
	if _, _, err := config.PlanOf(path, []byte(text)); err != nil {
		return fmt.Errorf("the file would not pass check, so it was not written:\n%w", err)
	}
	if path == "-" {
		_, err := io.WriteString(out, text)
		return err
	}
	if _, err := os.Stat(path); err == nil && anyDevice(path) == exitFine {
		return fmt.Errorf("%s is there already and was left as it is; must be another -out, or the file moved away", path)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		return err
	}
	fmt.Fprintf(out, "wrote %s with %d devices. Next: agent check, agent once, sudo systemctl restart %s\n", path, len(f.devices), verbs.Program)
	return nil
}
