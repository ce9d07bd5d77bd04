package drivers

import (
	"fmt"
	"slices"
	"time"
)

// FusionsDiodeOptions are those of a Photon Machines Fusions diode laser on its logic board: interlocks, relay and drive enable. Its
// power is set at the diode driver, which has a port of its own: model vue.
//
// Line: RS-232, 9600 8N1, CR; Kerr motors may hang on the same line. Source: docs/protocols/fusions-logic-board.md. UNCONFIRMED beside
// what fusions says: the order of relay, drive and ENBL, and that this board acknowledges all of them.
type FusionsDiodeOptions struct {
	Prefix string        `yaml:"prefix"` // before every command; the [General] prefix of Pychron's file, ";LB."
	MaxOn  time.Duration `yaml:"max_on"` // longest time the laser may stay enabled; mandatory, more than zero
}

func init() {
	register("fusions-diode", "laser", About{
		Text:  "Photon Machines Fusions diode laser, logic board (its power: model vue)",
		Reads: "power meter, interlocks; enabled as acknowledged", Sets: "enabled",
		Source: "docs/protocols/fusions-logic-board.md", Confidence: Low, Laser: true,
		Line:   LineSettings{Deadline: 200 * time.Millisecond},
		Points: slices.DeleteFunc(slices.Clone(fusionsPoints), func(p Point) bool { return p.Name == "power" }),
		Example: `
  - name: diode
    model: fusions-diode
    port: serial:///dev/serial/by-id/usb-FTDI_LASER-if00-port0?baud=9600
    options: {max_on: 15m}
    control: true
`,
	}, FusionsDiodeOptions{Prefix: ";LB."}, openFusionsDiode)
}

// Check says what is wrong with o.
func (o *FusionsDiodeOptions) Check() error {
	if o.Prefix != "" && !printable(o.Prefix) {
		return fmt.Errorf("prefix: %q; must be printable text", o.Prefix)
	}
	return checkMaxOn(o.MaxOn)
}

// openFusionsDiode makes the diode board.
//
//	enable: ";LB.INTLK" 0D -> "0" 0D; ";LB.IOWR1 1" 0D, ";LB.DRV0 1" 0D, ";LB.ENBL 1" 0D -> "OK" 0D each
//	halt:   ";LB.ENBL 0" 0D, ";LB.DRV0 0" 0D, ";LB.IOWR1 0" 0D -> "OK" 0D each
func openFusionsDiode(w Wires, o FusionsDiodeOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	board := newFusions(w, o.Prefix, 0)
	board.before = []string{"IOWR1 1", "DRV0 1"}
	board.after = []string{"DRV0 0", "IOWR1 0"}
	return board, nil
}
