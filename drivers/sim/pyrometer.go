package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// impac is an IMPAC pyrometer of 250 to 2500 °C that looks at the sample. Sheet: pyrometers.md, 1.
type impac struct {
	sample     *sample
	address    string
	emissivity int // per mille
	pointer    bool
	wait       int
	fahrenheit bool
}

func init() { register("impac", newImpac) }

func newImpac(p *plant, s settings) instrument {
	return &impac{sample: &p.sample, address: fmt.Sprintf("%02d", s.whole(0, "address")), emissivity: 970,
		fahrenheit: s.yes(false, "fahrenheit")}
}

func (i *impac) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	if len(text) < 4 || text[:2] != i.address && text[:2] != "98" && text[:2] != "99" {
		return done, nil
	}
	reply := i.run(text[2:4], text[4:])
	if text[:2] == "98" {
		return done, nil
	}
	return done, []byte(reply + "\r")
}

func (i *impac) run(command, value string) string {
	n, err := strconv.Atoi(value)
	switch {
	case command == "ms":
		return i.temperature()
	case command == "sn":
		return "01234"
	case command == "em" && value == "":
		return fmt.Sprintf("%04d", i.emissivity)
	case command == "em" && err == nil && n >= 50 && n <= 1000:
		i.emissivity = n
	case command == "mb" && value == "":
		return "00FA09C4"
	case command == "gt":
		return "032"
	case command == "ez" && value == "":
		return strconv.Itoa(i.wait)
	case command == "ez" && err == nil && n >= 0 && n <= 9:
		i.wait = n
	case command == "la" && (value == "0" || value == "1"):
		i.pointer = value == "1"
	default:
		return "no"
	}
	return "ok"
}

// temperature in tenths of a degree; the bottom of the range below it (UNCONFIRMED), 88880 above.
func (i *impac) temperature() string {
	celsius := i.sample.kelvin - 273.15
	if celsius > 2500 {
		return "88880"
	}
	shown := max(celsius, 250)
	if i.fahrenheit {
		shown = toF(shown)
	}
	return fmt.Sprintf("%05.0f", 10*shown)
}

// microEpsilon is a Micro-Epsilon or Optris CT (checked sets) or CS (unchecked) that looks at the sample. Sheet:
// pyrometers.md, 2.
type microEpsilon struct {
	sample     *sample
	address    byte // on RS-485, 0 = none
	checks     bool // CT
	fine       bool // a high-resolution head
	emissivity uint16
	laser      byte
}

func init() { register("micro-epsilon", newMicroEpsilon) }

func newMicroEpsilon(p *plant, s settings) instrument {
	family := strings.ToUpper(s.text("CT", "family", "type", "variant"))
	return &microEpsilon{sample: &p.sample, address: byte(s.whole(0, "address")), checks: !strings.HasPrefix(family, "CS") && !s.yes(false, "unchecked"),
		fine: s.yes(false, "highresolution", "hires", "fine"), emissivity: 950}
}

func (m *microEpsilon) take(received []byte) (int, []byte) {
	head := 0
	if m.address > 0 {
		if received[0] != 0xb0+m.address {
			return 1, nil
		}
		head = 1
	}
	if len(received) <= head {
		return 0, nil
	}
	command := received[head]
	if command < 0x80 {
		return head + 1, m.read(command)
	}
	n := map[byte]int{0x84: 3, 0xa0: 3, 0x90: 2, 0xa5: 2}[command]
	if n == 0 {
		return head + 1, nil
	}
	size := n
	if m.checks {
		size++
	}
	if len(received) < head+size {
		return 0, nil
	}
	body := received[head : head+n]
	if m.checks && bcc(body) != received[head+n] {
		return head + size, nil
	}
	return head + size, m.set(body)
}

func (m *microEpsilon) read(command byte) []byte {
	switch command {
	case 0x01:
		c := m.sample.kelvin - 273.15
		v := uint16(math.Round(min(65535, max(0, 10*c+1000))))
		if m.fine {
			v = uint16(math.Round(min(65535, max(0, 100*c+10000))))
		}
		return []byte{byte(v >> 8), byte(v)}
	case 0x04:
		return []byte{byte(m.emissivity >> 8), byte(m.emissivity)}
	case 0x0e:
		return []byte{0x01, 0x86, 0xa0}
	case 0x10:
		return []byte{m.laser}
	}
	return nil
}

// set answers with the value.
func (m *microEpsilon) set(body []byte) []byte {
	switch body[0] {
	case 0x84, 0xa0:
		m.emissivity = uint16(body[1])<<8 | uint16(body[2])
	case 0x90, 0xa5:
		m.laser = body[1]
	}
	return body[1:]
}
