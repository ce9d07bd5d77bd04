package drivers

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// mks asks MKS 9xx transducers and 937B/946 controllers.
//
//	"@253PR1?;FF"    -> "@253ACK1.10e-9;FF", or "@253NAK160;FF"
//	"@253U!TORR;FF"  -> "@253ACKTORR;FF"
//	"@253MD?;FF"     -> "253ACK937B;FF", firmware before 2012
//
// A unit answers with its own address; one asked as 254 answers with any address.
type mks struct {
	terminated
	address  int
	channels []channel
	unit     unitWatch
}

// errNAK is a NAK with its code, for callers that know what a code means.
type errNAK string

func (e errNAK) Error() string { return "NAK " + string(e) }

// What NAK codes mean (937B and 946; 946 manual 9.15).
var mksNAK = map[string]string{
	"150": "wrong gauge", "151": "no gauge", "152": "not an ion gauge", "153": "not a hot cathode", "154": "not a cold cathode",
	"155": "not a capacitance manometer", "156": "not a Pirani", "160": "unrecognised message", "161": "set commands locked",
	"163": "invalid channel", "169": "invalid argument", "172": "value out of range", "175": "neither query nor command",
	"177": "not RS-485", "199": "pressure too high for degas",
}

// What stands in place of a number; any other text is the reason why there is none. UNCONFIRMED: the spelling of over range (">") and of
// LOWEMIS; the limit of ATM, which Pirani and convection sensors show above their range, is taken as 10 torr, well below the end of any of them.
// OVER gives no limit.
var mksWords = words{
	{text: "LO<*", bound: AtMost},
	{text: "<*", bound: AtMost},
	{text: ">*", bound: AtLeast},
	{text: "OFF", missing: "sensor off"},
	{text: "RP_OFF", missing: "off by the rear panel"},
	{text: "CTRL_OFF", missing: "off by its control sensor"},
	{text: "PROT_OFF", missing: "off to protect it"},
	{text: "WAIT", missing: "starting"},
	{text: "LOWEMIS", missing: "low emission"},
	{text: "MISCONN", missing: "misconnected"},
	{text: "NOGAUGE", missing: "no gauge"},
	{text: "NO_GAUGE", missing: "no gauge"},
}

const mksATM = 10 * pascalsPerTorr

func newMKS(w Wires, address int, channels map[int]string) *mks {
	return &mks{unit: newUnitWatch(w.Name), address: address, channels: ordered(channels), terminated: terminated{
		port: w.Port, start: fmt.Sprintf("@%03d", address), end: ";FF", reply: until(";FF"),
	}}
}

func checkMKSAddress(address int) error {
	if address < 1 || address > 254 {
		return fmt.Errorf("address %d; must be 1 to 253, or 254 for the only unit on a line", address)
	}
	return nil
}

// value sends a query or a command and returns what follows ACK.
func (m *mks) value(ctx context.Context, command string) (string, error) {
	reply, err := m.ask(ctx, command)
	if err != nil {
		return "", err
	}
	body := strings.TrimPrefix(reply, "@")
	if len(body) < 6 || !printable(body) || !m.mine(body[:3]) {
		return "", garbled(command, reply, nil)
	}
	switch value := body[6:]; body[3:6] {
	case "ACK":
		return value, nil
	case "NAK":
		return "", fmt.Errorf("%w: %w", refused(command, strings.TrimSpace("NAK "+value+" "+mksNAK[value])), errNAK(value))
	}
	return "", garbled(command, reply, nil)
}

func (m *mks) mine(address string) bool {
	n, err := integer(address)
	return err == nil && n >= 1 && n <= 253 && (n == m.address || m.address == 254)
}

// optional is value, or "" from a unit that does not know the query.
func (m *mks) optional(ctx context.Context, command string) (string, error) {
	v, err := m.value(ctx, command)
	if errors.Is(err, ErrRefused) {
		return "", nil
	}
	return strings.TrimSpace(v), err
}

// identify asks for the type by one of the queries for it, the serial number and the unit.
func (m *mks) identify(ctx context.Context, queries ...string) (Identity, error) {
	var id Identity
	for _, q := range queries {
		part, err := m.optional(ctx, q)
		if err != nil {
			return Identity{}, fmt.Errorf("identify: %w", err)
		}
		id.Model = strings.TrimSpace(id.Model + " " + part)
	}
	serial, err := m.optional(ctx, "SN?")
	if err != nil {
		return Identity{}, fmt.Errorf("identify: %w", err)
	}
	if err := m.unit.learn(ctx, m.askUnit); err != nil {
		return Identity{}, err
	}
	id.Serial, id.Unit = serial, m.unit.name
	return id, nil
}

// askUnit asks for the unit: "@253U?;FF" -> "@253ACKTORR;FF". Spelt in any case (MBAR, mBAR, Torr).
func (m *mks) askUnit(ctx context.Context) (string, float64, error) {
	name, err := m.value(ctx, "U?")
	if err != nil {
		return "", 0, err
	}
	scale, ok := pascalsPer(name)
	if !ok {
		return "", 0, garbled("U?", name, nil)
	}
	return strings.ToUpper(strings.TrimSpace(name)), scale, nil
}

// ReadsFirst is [ReadsFirst.ReadsFirst]: the unit is all that a pressure needs.
func (m *mks) ReadsFirst() bool { return true }

// Forget is [Forgetter.Forget].
func (m *mks) Forget() { m.unit.forget() }

// pressures asks each channel in turn: "@003PR1?;FF" -> "@003ACK7.602E+2;FF". more is asked after them, before the unit is
// confirmed.
func (m *mks) pressures(ctx context.Context, more func() ([]Reading, error)) ([]Reading, error) {
	if err := m.unit.ready(ctx, m.askUnit); err != nil {
		return nil, err
	}
	readings := make([]Reading, 0, len(m.channels)+1)
	for _, c := range m.channels {
		r, err := m.pressure(ctx, c)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	if more != nil {
		others, err := more()
		if err != nil {
			return nil, err
		}
		readings = append(readings, others...)
	}
	if err := m.unit.confirm(ctx, readings, m.askUnit); err != nil {
		return nil, err
	}
	return readings, nil
}

func (m *mks) pressure(ctx context.Context, c channel) (Reading, error) {
	r := Reading{Channel: c.name, Name: "pressure", Unit: Pascals}
	command := "PR" + string(rune('0'+c.number)) + "?"
	text, err := m.value(ctx, command)
	switch {
	case errors.Is(err, errNAK("151")):
		r.Missing = mksNAK["151"]
		return r, nil
	case err != nil:
		return known(r, err)
	case strings.TrimSpace(text) == "ATM":
		r.Value, r.Bound = mksATM, AtLeast
		return r, nil
	}
	r, err = mksWords.reading(r, text, m.unit.scale)
	if err != nil {
		return known(r, unknownData(command, text, err))
	}
	return r, nil
}
