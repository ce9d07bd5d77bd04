package drivers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// TPGOptions are those of the gauge controllers that speak Pfeiffer's mnemonics: MaxiGauge TPG 256 A and 366, TPG 261/262,
// 361/362, 300 and 500, INFICON VGC501/502/503.
//
// Line: 9600 8N1 on RS-232 and USB; TCP port 8000 for one client. Two steps: mnemonic, ACK, ENQ, data. Source:
// docs/protocols/pfeiffer-tpg.md (manuals BG 5195, BG 800 300, BG 5970, BG 6009, BG 5510, BG 5511, tina96e1). UNCONFIRMED: that ETX also ends
// continuous output; what the number means under and over range (it is taken as the limit); that 0 leaves a sensor of a TPG 300 as it is. TPG 256 A
// and RS-485 are of medium confidence.
type TPGOptions struct {
	Channels map[int]string `yaml:"channels"` // names by sensor, 1 to 6; on a TPG 300 and 500 1 to 4 are A1, A2, B1, B2
	Type     string         `yaml:"type"`     // "300" or "500", which have other channels, units and sensor states; "" = all others
	Address  int            `yaml:"address"`  // RS-485 address, 1 to 9; 0 = RS-232, USB or Ethernet
	Switched []string       `yaml:"switched"` // channels whose sensor is read as <channel>_on and may be switched; Halt switches them off
}

func init() {
	register("pfeiffer-tpg", "", About{
		Text:  "Pfeiffer MaxiGauge TPG 256/366, TPG 26x, 36x, 300, 500; INFICON VGC50x gauge controllers",
		Reads: "pressure of each sensor, whether it is on", Sets: "sensors (hazard)", Source: "docs/protocols/pfeiffer-tpg.md", Confidence: High,
		Line: LineSettings{Resync: []byte{etx}},
		Example: `
  - name: ion1
    model: pfeiffer-tpg
    port: serial:///dev/serial/by-id/usb-FTDI_GAUGE1-if00-port0?baud=9600
    options: {channels: {1: ig, 2: cg1}}
`,
	}, TPGOptions{Channels: map[int]string{1: "p1"}}, openTPG)
}

// Units by their number in the reply to UNI; "" where there is none.
var tpgUnits = map[string][]string{
	"":    {"mbar", "Torr", "Pa", "micron", "hPa", "V"},
	"300": {"", "mbar", "Torr", "Pa"},
	"500": {"hPa", "mbar", "Torr", "Pa", "micron", "V", "A"},
}

// Why there is no value, by the status digit. 0 is a value, 1 and 2 are limits.
var tpgMissing = map[string]string{
	"3": "sensor error", "4": "sensor off", "5": "no sensor", "6": "sensor not identified", "7": "gauge fault",
}

// Check says what is wrong with o.
func (o *TPGOptions) Check() error {
	if _, ok := tpgUnits[o.Type]; !ok {
		return fmt.Errorf(`type %q; must be 300 or 500, or "" for all others`, o.Type)
	}
	if o.Address < 0 || o.Address > 9 {
		return fmt.Errorf("address %d; must be 1 to 9, or 0 for none", o.Address)
	}
	sensors := 6
	if o.Type != "" {
		sensors = 4
	}
	if err := checkChannels(o.Channels, 1, sensors); err != nil {
		return err
	}
	return checkSwitched(o.Channels, o.Switched)
}

// Points are what it reads.
func (o *TPGOptions) Points() []Point {
	return append(pressurePoints(o.Channels), switchedPoints(o.Switched)...)
}

type tpg struct {
	ask      enqAck
	options  TPGOptions
	channels []tpgChannel
	switches []channel
	unit     unitWatch

	sensorCount int // how many SEN lists; 0 = not known
	states      tpgStates
}

type tpgChannel struct{ mnemonic, name string }

func openTPG(w Wires, o TPGOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	t := &tpg{unit: newUnitWatch(w.Name), options: o, ask: enqAck{port: w.Port, end: "\r", wait: w.Wait}, states: tpgStates{off: 1, on: 2, automatic: -1}}
	if o.Address != 0 {
		t.ask.start = fmt.Sprintf("\x1b0%d", o.Address) // 1B 30 31 "PR1" 0D
		t.ask.pause = 10 * time.Millisecond             // after the data too: a reading is told so much later, for the bus must rest before anybody is asked
	}
	if o.Type != "" {
		t.ask.fault, t.states = "ERR", tpgStates{off: 1, automatic: 2, on: 3}
	}
	for _, c := range ordered(o.Channels) {
		mnemonic := fmt.Sprintf("PR%d", c.number)
		if o.Type != "" { // PR1 is refused
			mnemonic = "P" + []string{"A1", "A2", "B1", "B2"}[c.number-1]
		}
		t.channels = append(t.channels, tpgChannel{mnemonic, c.name})
		if slices.Contains(o.Switched, c.name) {
			t.switches = append(t.switches, c)
		}
	}
	return t, nil
}

// ReadsFirst is [ReadsFirst.ReadsFirst]: the unit is all that a pressure needs.
func (t *tpg) ReadsFirst() bool { return true }

// Forget is [Forgetter.Forget].
func (t *tpg) Forget() {
	t.unit.forget()
	t.sensorCount = 0
}

// Identify asks for the type, the serial number where the controller has it, and the unit.
//
//	"AYT" 0D, 05 -> "TPG362,PTG28290,44990000,..." (36x, VGC, 500); NAK on the others
//	"PNR" 0D, 05 -> firmware
func (t *tpg) Identify(ctx context.Context) (Identity, error) {
	id, err := t.who(ctx)
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	if err := t.unit.learn(ctx, t.askUnit); err != nil {
		return Identity{}, err
	}
	id.Unit = t.unit.name
	return id, nil
}

func (t *tpg) who(ctx context.Context) (Identity, error) {
	if t.options.Type != "300" {
		text, err := t.ask.ask(ctx, "AYT")
		if err == nil {
			part := strings.Split(text, ",")
			if len(part) < 3 {
				return Identity{}, garbled("AYT", text, nil)
			}
			return Identity{Model: part[0], Serial: part[2]}, nil
		}
		if !errors.Is(err, ErrRefused) {
			return Identity{}, err
		}
	}
	firmware, err := t.ask.ask(ctx, "PNR")
	return Identity{Model: "firmware " + strings.TrimSpace(firmware)}, err
}

// askUnit asks which unit the controller is set to.
//
//	"UNI" 0D, 05 -> "0" 0D 0A
func (t *tpg) askUnit(ctx context.Context) (string, float64, error) {
	text, err := t.ask.ask(ctx, "UNI")
	if err != nil {
		return "", 0, err
	}
	names := tpgUnits[t.options.Type]
	n, err := integer(text)
	if err != nil || len(strings.TrimSpace(text)) != 1 || n < 0 || n >= len(names) || names[n] == "" {
		return "", 0, unknown("UNI", text, nil)
	}
	scale, ok := pascalsPer(names[n])
	if !ok {
		return "", 0, fmt.Errorf("UNI: %w: it shows %s, which is no pressure", ErrRefused, names[n])
	}
	return names[n], scale, nil
}

// Read asks each sensor in turn.
//
//	"PR1" 0D, 05 -> "0,+1.2300E-03" 0D 0A
//	"PA1" 0D, 05 -> "0,1.3E-04" 0D 0A, TPG 500; "0, 1.3E-4" 0D 0A, TPG 300
func (t *tpg) Read(ctx context.Context) ([]Reading, error) {
	if err := t.unit.ready(ctx, t.askUnit); err != nil {
		return nil, err
	}
	readings := make([]Reading, 0, len(t.channels))
	for _, c := range t.channels {
		r, err := t.pressure(ctx, c)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	if len(t.switches) > 0 {
		on, err := t.sensorsOn(ctx, readings)
		if err != nil {
			return nil, err
		}
		readings = append(readings, on...)
	}
	if err := t.unit.confirm(ctx, readings, t.askUnit); err != nil {
		return nil, err
	}
	return readings, nil
}

func (t *tpg) pressure(ctx context.Context, c tpgChannel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	text, err := t.ask.ask(ctx, c.mnemonic)
	if err != nil {
		return known(r, err)
	}
	got, err := tpgReading(c.name, text, t.unit.scale)
	if err != nil {
		return known(r, unknown(c.mnemonic, text, err))
	}
	return got, nil
}

// tpgExponent is how many digits the exponent has at least: 2 of a number with four decimals ("+1.2300E-03"), 1 of a TPG 256 A ("1.234E-9") and a TPG 300
// (" 1.3E-4"). A TPG 500 writes 2 ("1.3E-04"), and no blank before it.
func tpgExponent(digits string) int {
	if strings.HasPrefix(digits, " ") || formOf(digits).after == 3 {
		return 1
	}
	return 2
}

// tpgReading turns "s,number" into a pressure. With a status other than 0 the number is no measurement: 1 and 2 are limits,
// the rest have no value.
func tpgReading(channel, text string, scale float64) (Reading, error) {
	r := Reading{Channel: channel, Name: "pressure", Unit: Pascals}
	status, digits, _ := strings.Cut(text, ",")
	if _, err := number(digits); err != nil {
		return r, err
	}
	switch status = strings.TrimSpace(status); status {
	case "0":
	case "1":
		r.Bound = AtMost
	case "2":
		r.Bound = AtLeast
	default:
		if r.Missing = tpgMissing[status]; r.Missing == "" {
			return r, fmt.Errorf("status %q", status)
		}
		return r, nil
	}
	v, err := scientific(digits, tpgExponent(digits))
	if err != nil {
		return r, err
	}
	if r.Bound != Exact && v <= 0 {
		r.Bound, r.Missing = Exact, "out of range"
		return r, nil
	}
	r.Value = v * scale
	return r, check(r)
}
