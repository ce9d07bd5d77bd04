package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// hipace is a Pfeiffer HiPace with a TC 110: telegrams of the Pfeiffer vacuum protocol. Sheet: pfeiffer-vacuum-protocol.md.
type hipace struct {
	address string
	turbo   *turbo
	values  map[string]string // parameters that are kept as written
}

func init() { register("pfeiffer-pump", newHiPace) }

func newHiPace(p *plant, s settings) instrument {
	h := &hipace{address: fmt.Sprintf("%03d", s.whole(1, "address")), turbo: &p.turbo}
	h.values = map[string]string{"001": "000000", "060": "002", "061": "000000", "300": "000000", "708": "100", "717": "006667",
		"311": "001234", "312": "010300", "314": "002345", "349": "TC 110", "360": "000000", "797": fmt.Sprintf("%06d", s.whole(1, "address"))}
	return h
}

// sum is the check of a telegram: all its characters, modulo 256, three digits.
func sum(text string) string {
	total := 0
	for i := range len(text) {
		total += int(text[i])
	}
	return fmt.Sprintf("%03d", total%256)
}

func (h *hipace) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	if len(text) < 13 || sum(text[:len(text)-3]) != text[len(text)-3:] || text[:3] != h.address {
		return done, nil
	}
	action, parameter, data := text[3:5], text[5:8], text[10:len(text)-3]
	if length, err := strconv.Atoi(text[8:10]); err != nil || length != len(data) {
		return done, nil
	}
	reply, answer := h.run(action, parameter, data)
	frame := fmt.Sprintf("%s%s%s%02d%s", h.address, reply, parameter, len(answer), answer)
	return done, []byte(frame + sum(frame) + "\r")
}

func (h *hipace) run(action, parameter, data string) (string, string) {
	switch {
	case action == "00" && (data == "=?" || data == ""):
		return "10", h.value(parameter)
	case action == "10":
		return "10", h.set(parameter, data)
	case action == "01":
		return "11", hipaceDescriptions(parameter)
	}
	return "10", "_LOGIC"
}

// hipaceDescriptions are what action 01 gives: name and unit, type, access, minimum, maximum.
func hipaceDescriptions(parameter string) string {
	known := map[string]string{"001": "Heating       03000000111111", "009": "ErrorAckn     02111111111111",
		"010": "PumpgStatn    03000000111111", "398": "ActualSpd rpm 11000000999999", "349": "ElecName      41      \x7f\x7f\x7f\x7f\x7f\x7f"}
	if text, ok := known[parameter]; ok {
		return text
	}
	return "NO_DEF"
}

func flag(b bool) string { return strings.Repeat(digit(b), 6) }

func whole(x float64) string { return fmt.Sprintf("%06d", int(math.Round(x))) }

// value of a parameter.
func (h *hipace) value(parameter string) string {
	t := h.turbo
	reached := t.target() > 0 && t.speed > 0.9*t.target()
	switch parameter {
	case "002":
		return flag(t.standby)
	case "010":
		return flag(t.station)
	case "023":
		return flag(t.motor)
	case "302", "306":
		return flag(reached)
	case "303":
		if t.fault != 0 {
			return fmt.Sprintf("Err%03d", t.fault)
		}
		return "000000"
	case "304", "305":
		return flag(false)
	case "307":
		return flag(t.target() > 0 && !reached)
	}
	return h.measured(parameter)
}

func (h *hipace) measured(parameter string) string {
	t := h.turbo
	set := t.goal
	if set == 0 {
		set = nominalSpeed
	}
	const rpm = 60
	warm := 12 * t.speed / nominalSpeed
	numbers := map[string]float64{"308": set, "309": t.speed, "315": nominalSpeed, "397": set * rpm, "398": t.speed * rpm, "399": nominalSpeed * rpm,
		"310": 100 * t.current(), "313": 2400, "316": 24 * t.current(), "326": 31 + warm, "330": 28 + warm, "342": 30 + warm, "346": 33 + warm, "707": 10000 * set / nominalSpeed}
	if x, ok := numbers[parameter]; ok {
		return whole(x)
	}
	if text, ok := h.values[parameter]; ok {
		return text
	}
	return "NO_DEF"
}

// set a parameter: the echo of the data, or what is wrong.
func (h *hipace) set(parameter, data string) string {
	t := h.turbo
	on := data == "111111"
	switch parameter {
	case "002", "010", "023", "009":
		if !on && data != "000000" {
			return "_RANGE"
		}
		switch parameter {
		case "002":
			t.standby = on
		case "010":
			t.station = on
		case "023":
			t.motor = on
		case "009":
			t.fault = 0
		}
		return data
	case "707":
		x, err := strconv.ParseFloat(data, 64)
		if err != nil || len(data) != 6 || x < 2000 || x > 10000 {
			return "_RANGE"
		}
		t.goal = nominalSpeed * x / 10000
		return data
	}
	old, ok := h.values[parameter]
	switch {
	case !ok && h.measured(parameter) == "NO_DEF":
		return "NO_DEF"
	case !ok:
		return "_LOGIC"
	case len(data) != len(old):
		return "_RANGE"
	}
	h.values[parameter] = data
	return data
}
