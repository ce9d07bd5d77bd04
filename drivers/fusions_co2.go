package drivers

import (
	"fmt"
	"time"
)

// FusionsCO2Options are those of a Photon Machines Fusions CO2 laser on its logic board. Line: RS-232, 9600 8N1, CR; Kerr
// motors may hang on the same line. See fusions for what is UNCONFIRMED.
type FusionsCO2Options struct {
	Prefix   string        `yaml:"prefix"`    // before every command; the [General] prefix of Pychron's file, ";LB."
	MaxOn    time.Duration `yaml:"max_on"`    // longest time the laser may stay enabled; mandatory, more than zero
	MaxPower float64       `yaml:"max_power"` // highest duty that may be set, percent, 0 to 100; 0 = 100
}

func init() {
	register("fusions-co2", "laser", About{
		Text:  "Photon Machines Fusions CO2 laser, logic board",
		Reads: "power meter, interlocks; enabled and power as acknowledged", Sets: "enabled, power",
		Source: "docs/protocols/fusions-logic-board.md", Confidence: Medium, Laser: true,
		Line: LineSettings{Deadline: 200 * time.Millisecond}, Points: fusionsPoints,
		Example: `
  - name: co2
    model: fusions-co2
    port: serial:///dev/serial/by-id/usb-FTDI_LASER-if00-port0?baud=9600
    options: {prefix: ";LB.", max_on: 15m}
    control: true
`,
	}, FusionsCO2Options{Prefix: ";LB."}, openFusionsCO2)
}

// Check says what is wrong with o.
func (o *FusionsCO2Options) Check() error {
	if o.Prefix != "" && !printable(o.Prefix) {
		return fmt.Errorf("prefix: %q; must be printable text", o.Prefix)
	}
	return checkLaser(o.MaxOn, o.MaxPower)
}

// openFusionsCO2 makes the CO2 board, whose power stage is switched on (PWE 1) before the laser is enabled.
func openFusionsCO2(w Wires, o FusionsCO2Options) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if o.MaxPower == 0 {
		o.MaxPower = 100
	}
	board := newFusions(w, o.Prefix, o.MaxPower)
	board.before = []string{"PWE 1"}
	return board, nil
}
