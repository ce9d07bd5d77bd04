package drivers

import (
	"context"
	"time"
)

// MKS9xxOptions are those of the MKS transducers 901P, 902B, 910, 925, 971B, 972B, 974B.
//
// Line: RS-485 or RS-232, 4800 to 230400, 9600 8N1 from the factory. They delay their answer to let the bus turn round.
// Source: docs/protocols/mks-9xx-937b.md (910 p. 24, 971 p. 26, 902B p. 46).
type MKS9xxOptions struct {
	// Channels are names by measurement: 1 Pirani, 2 piezo (974B: differential piezo) or cold cathode, 3 combined in three
	// digits, 4 combined in four digits, 5 on a 971 and 974B the cold cathode, on a 910 piezo minus Pirani.
	Channels    map[int]string `yaml:"channels"`
	Address     int            `yaml:"address"`     // 1 to 253 (factory 253); 254 = the only unit on the line, whatever its address
	Temperature bool           `yaml:"temperature"` // read the sensor's temperature too
}

func init() {
	register("mks-9xx", "", About{
		Text: "MKS 901P, 902B, 910, 925, 971B, 972B, 974B vacuum transducers", Reads: "pressures, temperature",
		Source: "docs/protocols/mks-9xx-937b.md", Confidence: High, Line: LineSettings{Gap: 7 * time.Millisecond},
		Example: `
  - name: chamber
    model: mks-9xx
    port: serial:///dev/serial/by-id/usb-FTDI_MKS-if00-port0?baud=9600
    options: {address: 253, channels: {4: p}}
`,
	}, MKS9xxOptions{Channels: map[int]string{4: "p"}, Address: 253}, openMKS9xx)
}

// Check says what is wrong with o.
func (o *MKS9xxOptions) Check() error {
	if err := checkChannels(o.Channels, 1, 5); err != nil {
		return err
	}
	return checkMKSAddress(o.Address)
}

// Points are what it reads.
func (o *MKS9xxOptions) Points() []Point {
	points := pressurePoints(o.Channels)
	if o.Temperature {
		points = append(points, Point{Name: "temperature", Unit: Celsius})
	}
	return points
}

type mks9xx struct {
	*mks
	temperature bool
}

func openMKS9xx(w Wires, o MKS9xxOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &mks9xx{newMKS(w, o.Address, o.Channels), o.Temperature}, nil
}

// Identify asks for the model, the device type, the serial number and the unit: "@253MD?;FF", "@253DT?;FF" ->
// "@253ACKQUADMAG;FF", "@253SN?;FF" -> "@253ACK1125123456;FF".
func (d *mks9xx) Identify(ctx context.Context) (Identity, error) {
	return d.identify(ctx, "MD?", "DT?")
}

// Read asks for each pressure and the temperature.
//
//	"@253PR4?;FF" -> "@253ACK1.234E-3;FF"
//	"@253TEM?;FF" -> "@253ACK2.50E+1;FF"
func (d *mks9xx) Read(ctx context.Context) ([]Reading, error) {
	if !d.temperature {
		return d.pressures(ctx, nil)
	}
	return d.pressures(ctx, func() ([]Reading, error) {
		r, err := d.degrees(ctx)
		return []Reading{r}, err
	})
}

func (d *mks9xx) degrees(ctx context.Context) (Reading, error) {
	r := Reading{Name: "temperature", Unit: Celsius}
	text, err := d.value(ctx, "TEM?")
	if err != nil {
		return known(r, err)
	}
	v, err := normal(text)
	if err != nil {
		return known(r, unknownData("TEM?", text, err))
	}
	return measured(r, v, nil)
}
