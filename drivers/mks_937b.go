package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// MKS937BOptions are those of the MKS 937B and 946 controllers.
//
// Line: RS-232 or RS-485, 9600 8N1 (937B up to 115200; parity on 946 and newer 937B). Source: docs/protocols/mks-9xx-937b.md
// (937B manual pp. 40-98, 946 manual 9.15). UNCONFIRMED: see mksWords. The older 937A speaks another protocol.
type MKS937BOptions struct {
	Channels map[int]string `yaml:"channels"` // names by sensor, 1 to 6
	Address  int            `yaml:"address"`  // 1 to 253 (factory 253); 254 = the only unit on the line, whatever its address
	Switched []string       `yaml:"switched"` // channels whose power is read as <channel>_on and may be switched; Halt switches them off
}

func init() {
	register("mks-937b", "", About{
		Text: "MKS 937B and 946 gauge controllers", Reads: "pressure of each sensor, sensor power", Sets: "sensor power (hazard)",
		Source: "docs/protocols/mks-9xx-937b.md", Confidence: High, Line: LineSettings{Gap: 7 * time.Millisecond},
		Example: `
  - name: gauges
    model: mks-937b
    port: serial:///dev/serial/by-id/usb-FTDI_MKS-if00-port0?baud=9600
    options: {address: 253, channels: {1: cold, 3: pirani}}
`,
	}, MKS937BOptions{Channels: map[int]string{1: "p1"}, Address: 253}, openMKS937B)
}

// Check says what is wrong with o.
func (o *MKS937BOptions) Check() error {
	if err := checkChannels(o.Channels, 1, 6); err != nil {
		return err
	}
	if err := checkSwitched(o.Channels, o.Switched); err != nil {
		return err
	}
	return checkMKSAddress(o.Address)
}

// Points are what it reads.
func (o *MKS937BOptions) Points() []Point {
	return append(pressurePoints(o.Channels), switchedPoints(o.Switched)...)
}

type mks937B struct {
	*mks
	switches []channel
}

func openMKS937B(w Wires, o MKS937BOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	d := &mks937B{mks: newMKS(w, o.Address, o.Channels)}
	for _, name := range o.Switched {
		for _, c := range d.channels {
			if c.name == name {
				d.switches = append(d.switches, c)
			}
		}
	}
	return d, nil
}

// Identify asks for the model, the module types, the serial number and the unit: "@253MD?;FF", "@253MT?;FF", "@253SN?;FF".
func (d *mks937B) Identify(ctx context.Context) (Identity, error) {
	return d.identify(ctx, "MD?", "MT?")
}

// Read asks for each pressure, and for the power of the sensors that may be switched.
//
//	"@253CP1?;FF" -> "@253ACKON;FF"
func (d *mks937B) Read(ctx context.Context) ([]Reading, error) {
	return d.pressures(ctx, func() ([]Reading, error) {
		var power []Reading
		for _, c := range d.switches {
			r, err := d.powered(ctx, c)
			if err != nil {
				return nil, err
			}
			power = append(power, r)
		}
		return power, nil
	})
}

// powered is whether a sensor has power.
func (d *mks937B) powered(ctx context.Context, c channel) (Reading, error) {
	command := fmt.Sprintf("CP%d?", c.number)
	r := Reading{Name: c.name + "_on"}
	text, err := d.value(ctx, command)
	if err != nil {
		return known(r, err)
	}
	on, err := onOff(text)
	if err != nil {
		return known(r, unknownData(command, text, err))
	}
	r.Value = flag(on)
	return r, nil
}

// onOff is ON or OFF.
func onOff(text string) (bool, error) {
	switch strings.ToUpper(strings.TrimSpace(text)) {
	case "ON":
		return true, nil
	case "OFF":
		return false, nil
	}
	return false, errors.New("neither ON nor OFF")
}

// Controls are the sensors that may be switched.
func (d *mks937B) Controls() []Control {
	var controls []Control
	for _, c := range d.switches {
		controls = append(controls, Control{Name: c.name + "_on", Max: 1, Hazard: true})
	}
	return controls
}

// Set switches the power of a sensor: "@254CP1!ON;FF" -> "@002ACKON;FF".
func (d *mks937B) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(d.Controls(), control, value); err != nil {
		return err
	}
	for _, c := range d.switches {
		if c.name+"_on" == control {
			return d.power(ctx, c, value != 0)
		}
	}
	return nil
}

func (d *mks937B) power(ctx context.Context, c channel, on bool) error {
	word := map[bool]string{true: "ON", false: "OFF"}[on]
	command := fmt.Sprintf("CP%d!%s", c.number, word)
	got, err := d.value(ctx, command)
	if err == nil && strings.TrimSpace(got) != word {
		return garbled(command, got, nil)
	}
	return err
}

// Halt switches off the sensors that may be switched.
func (d *mks937B) Halt(ctx context.Context) error {
	var off []step
	for _, c := range d.switches {
		off = append(off, func(ctx context.Context) error { return d.power(ctx, c, false) })
	}
	return halting(ctx, 3, off...)
}
