package drivers

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// AgilentIonPumpOptions are those of Agilent (Varian) 4UHV and IPCMini ion pump controllers.
//
// Line: RS-232 or RS-485, 9600 8N1; IPCMini also TCP port 23. Source: docs/protocols/agilent-window.md (4UHV manual 87-900-137-01, public drivers for
// the IPCMini). UNCONFIRMED: the windows of channels 2 to 4 of a 4UHV; the names of the error bits, which are shown as a number. The numbering of the
// unit differs between families; it is read with the pressure.
type AgilentIonPumpOptions struct {
	Address  int            `yaml:"address"`  // 1 to 31 on RS-485; 0 = RS-232 or TCP
	Channels map[int]string `yaml:"channels"` // names by channel, 1 to 4; an IPCMini has 1
	Switched bool           `yaml:"switched"` // the high voltage may be switched; Halt switches it off
}

func init() {
	register("agilent-ion-pump", "", About{
		Text:  "Agilent (Varian) 4UHV and IPCMini ion pump controllers, window protocol",
		Reads: "pressure, current, voltage, high voltage on, status, fault and its bits", Sets: "high voltage (hazard)",
		Source: "docs/protocols/agilent-window.md", Confidence: Medium, Line: LineSettings{Gap: 10 * time.Millisecond, Deadline: 300 * time.Millisecond},
		Example: `
  - name: ip1
    model: agilent-ion-pump
    port: serial:///dev/serial/by-id/usb-FTDI_PUMP-if00-port0?baud=9600
    options: {channels: {1: bone}}
`,
	}, AgilentIonPumpOptions{Channels: map[int]string{1: "ip"}}, openAgilentIonPump)
}

// Check says what is wrong with o.
func (o *AgilentIonPumpOptions) Check() error {
	if err := checkWindowAddress(o.Address); err != nil {
		return err
	}
	return checkChannels(o.Channels, 1, 4)
}

// Points are what it reads.
func (o *AgilentIonPumpOptions) Points() []Point {
	points := windowStatusPoints()
	for _, c := range ordered(o.Channels) {
		points = append(points, Point{Name: c.name + "_on"}, Point{Channel: c.name, Name: "pressure", Unit: Pascals, Gauge: "ion"},
			Point{Name: c.name + "_current", Unit: Amperes}, Point{Name: c.name + "_voltage", Unit: Volts})
	}
	return points
}

type agilentIonPump struct {
	windows  windows
	channels []channel
	switched bool
}

func openAgilentIonPump(w Wires, o AgilentIonPumpOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	return &agilentIonPump{newWindows(w.Port, o.Address), ordered(o.Channels), o.Switched}, nil
}

// Identify asks for the model, the serial number and the unit: windows 319, 323, 600. What the unit does not have is left out.
func (p *agilentIonPump) Identify(ctx context.Context) (Identity, error) {
	var texts [2]string
	for i, window := range []int{319, 323} {
		text, err := p.windows.read(ctx, window)
		if _, err := known(Reading{}, err); err != nil {
			return Identity{}, fmt.Errorf("identify: %w", err)
		}
		texts[i] = strings.TrimSpace(text)
	}
	name, _, err := p.unit(ctx)
	if _, err := known(Reading{}, err); err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	return Identity{Model: texts[0], Serial: texts[1], Unit: name}, nil
}

// unit asks for the unit of the pressures: 02 80 "6000" 03 "85" -> 02 80 "6000000001" 03 "84", mbar.
func (p *agilentIonPump) unit(ctx context.Context) (string, float64, error) {
	n, err := p.windows.number(ctx, 600)
	if err != nil {
		return "", 0, err
	}
	name, ok := map[float64]string{0: "Torr", 1: "mbar", 2: "Pa"}[n]
	if !ok {
		return "", 0, unknownData("window 600", fmt.Sprintf("unit %g", n), nil)
	}
	scale, _ := pascalsPer(name)
	return name, scale, nil
}

// Read asks for status and error bits, the unit, and each channel.
func (p *agilentIonPump) Read(ctx context.Context) ([]Reading, error) {
	readings, err := p.windows.status(ctx)
	if err != nil {
		return nil, err
	}
	_, scale, unread := p.unit(ctx)
	if _, err := known(Reading{}, unread); err != nil {
		return nil, err
	}
	for _, c := range p.channels {
		some, err := p.supply(ctx, c, scale, unread)
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// supply asks for one channel. Without high voltage known to be on, the pressure is none.
//
//	02 80 "0110" 03 CK -> 02 80 "01101" 03 CK, on; 8x0 volts, 8x1 amperes
//	02 80 "8120" 03 "88" -> 02 80 "81201.2E-08" 03 "C5", 1.2e-8 in the unit of window 600
func (p *agilentIonPump) supply(ctx context.Context, c channel, scale float64, unit error) ([]Reading, error) {
	on := Reading{Name: c.name + "_on"}
	return readAll(ctx, func(ctx context.Context) (r Reading, err error) {
		is, err := p.windows.logic(ctx, 10+c.number)
		on, err = measured(on, flag(is), err)
		return on, err
	}, func(ctx context.Context) (Reading, error) {
		v, err := p.windows.number(ctx, 802+10*c.number)
		if err == nil {
			err = unit
		}
		r, err := measured(Reading{Channel: c.name, Name: "pressure", Unit: Pascals}, v*scale, err)
		if r.Missing == "" {
			r = gammaPressure(r, on, false)
		}
		return r, err
	}, func(ctx context.Context) (Reading, error) {
		v, err := p.windows.number(ctx, 801+10*c.number)
		return measured(Reading{Name: c.name + "_current", Unit: Amperes}, v, err)
	}, func(ctx context.Context) (Reading, error) {
		v, err := p.windows.number(ctx, 800+10*c.number)
		return measured(Reading{Name: c.name + "_voltage", Unit: Volts}, v, err)
	})
}

// Controls are the high voltages, where they may be switched.
func (p *agilentIonPump) Controls() []Control {
	var controls []Control
	for _, c := range p.channels {
		if p.switched {
			controls = append(controls, Control{Name: c.name + "_on", Max: 1, Hazard: true})
		}
	}
	return controls
}

// Set switches a high voltage and reads it back: 02 81 "01111" 03 "B2" -> 02 81 06 03 "84", on at address 1.
func (p *agilentIonPump) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(p.Controls(), control, value); err != nil {
		return err
	}
	for _, c := range p.channels {
		if c.name+"_on" == control {
			return p.windows.turn(ctx, 10+c.number, value == 1)
		}
	}
	return nil
}

// Halt switches off the high voltages that may be switched.
func (p *agilentIonPump) Halt(ctx context.Context) error {
	var off []step
	for _, c := range p.channels {
		if p.switched {
			off = append(off, func(ctx context.Context) error { return p.windows.turn(ctx, 10+c.number, false) })
		}
	}
	return halting(ctx, 3, off...)
}
