package sim

import (
	"math"
	"strconv"
	"strings"
)

// mdrive is an IMS MDrive: alone on its line, or in a party by name. Sheet: mdrive.md.
type mdrive struct {
	axis  *axis // in steps
	name  string
	echo  int
	check bool
	fault int
	line  []byte
}

func init() { register("mdrive", newMDrive) }

func newMDrive(p *plant, s settings) instrument {
	m := &mdrive{axis: &axis{speed: 51200}, name: s.text("", "name", "party", "address"), echo: s.whole(0, "echomode"), check: s.yes(false, "checksum")}
	p.moving = append(p.moving, m.axis)
	return m
}

func (m *mdrive) take(received []byte) (int, []byte) {
	c := received[0]
	var echo []byte
	if m.echo == 0 && m.name == "" {
		echo = []byte{c}
	}
	if c == esc {
		m.axis.stop()
		m.line = nil
		return 1, nil
	}
	if c != '\r' && c != '\n' {
		m.line = append(m.line, c)
		return 1, echo
	}
	line := m.line
	m.line = nil
	if len(line) == 0 {
		return 1, nil
	}
	if m.echo == 0 && m.name == "" {
		return 1, append([]byte("\r\n"), append(m.run(line), '>')...)
	}
	return 1, m.run(line)
}

// run a line: what is answered, with its end.
func (m *mdrive) run(line []byte) []byte {
	if m.name != "" {
		rest, ok := strings.CutPrefix(string(line), m.name)
		if all, is := strings.CutPrefix(string(line), "*"); is {
			m.obey(all)
			return nil
		}
		if !ok {
			return nil
		}
		line = []byte(rest)
	}
	if m.check {
		n := len(line) - 1
		if n < 0 || -byteSum(line[:n])|0x80 != line[n] {
			return []byte{nak}
		}
		answer := m.obey(string(line[:n]))
		if answer == "" {
			return []byte{ack}
		}
		return []byte(answer + "\r\n")
	}
	answer := m.obey(string(line))
	if answer == "" {
		return nil
	}
	return []byte(answer + "\r\n")
}

func (m *mdrive) obey(command string) string {
	name, arg, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(command, "=", " ")), " ")
	x, err := strconv.ParseFloat(strings.TrimSpace(arg), 64)
	if name == "PR" {
		return m.print(arg)
	}
	if err != nil {
		m.fault = 24
		return ""
	}
	switch name {
	case "MA":
		m.axis.goal = x
	case "MR":
		m.axis.goal = m.axis.position + x
	case "SL":
		m.axis.stop()
		if x != 0 {
			m.axis.goal = math.Copysign(1e9, x)
		}
	case "P":
		m.axis.position, m.axis.goal = x, x
	case "EM":
		m.echo = int(x)
	case "CK":
		m.check = x != 0
	case "ER":
		m.fault = 0
	case "VM":
		m.axis.speed = x
	case "VI", "A", "D", "RC", "HC", "EE", "ST", "PY":
	default:
		m.fault = 20
	}
	return ""
}

func (m *mdrive) print(name string) string {
	switch strings.TrimSpace(name) {
	case "P":
		return strconv.Itoa(int(math.Round(m.axis.position)))
	case "MV":
		return digit(!m.axis.still())
	case "ER":
		return strconv.Itoa(m.fault)
	case "EF":
		return digit(m.fault != 0)
	case "ST", "I1", "I2", "I3", "I4":
		return "0"
	case "VR":
		return "4.100"
	case "SN":
		return "123456789"
	case "EM":
		return strconv.Itoa(m.echo)
	case "VM":
		return strconv.Itoa(int(m.axis.speed))
	}
	m.fault = 20
	return ""
}
