package sim

import (
	"fmt"
	"math"
	"time"
)

// coolant is what both kinds of chiller keep cold, in °C. It stands still at room temperature.
type coolant struct {
	celsius, goal float64
	running       bool
}

func (c *coolant) move(dt time.Duration) {
	end, tau := 22.0, 600.0
	if c.running {
		end, tau = c.goal, 60
	}
	c.celsius = end + (c.celsius-end)*math.Exp(-dt.Seconds()/tau)
}

func newCoolant(p *plant, goal float64) *coolant {
	c := &coolant{celsius: goal, goal: goal, running: true}
	p.moving = append(p.moving, c)
	return c
}

// thermocube is a ThermoCube or an older ThermoRack: one command byte, whose run bit acts even on a read. Sheet:
// thermorack.md, (a).
type thermocube struct {
	*coolant
	remote bool
	second bool // a ThermoCube II, which says in its fault byte that it stands by
	faults byte
}

func init() { register("thermocube", newThermocube) }

func newThermocube(p *plant, s settings) instrument {
	return &thermocube{coolant: newCoolant(p, 20), second: s.text("", "type") == "thermocube-ii"}
}

func (c *thermocube) take(received []byte) (int, []byte) {
	command := received[0]
	item := command & 0x1f
	writes := command&0x20 != 0
	if writes && item == 1 && len(received) < 3 {
		return 0, nil
	}
	c.remote = command&0x80 != 0
	if c.remote {
		c.running = command&0x40 != 0
	}
	if writes {
		switch item {
		case 1:
			c.goal = toC(float64(int(received[1])|int(received[2])<<8) / 10)
			return 3, nil
		case 30:
			c.faults = 0
		}
		return 1, nil
	}
	switch item {
	case 1:
		return 1, tenths(toF(c.goal))
	case 8:
		if c.second && !c.running {
			return 1, []byte{c.faults | 0x40}
		}
		return 1, []byte{c.faults}
	case 9:
		return 1, tenths(toF(c.celsius))
	case 30:
		return 1, tenths(42)
	}
	return 1, nil
}

// tenths of a number, low byte first.
func tenths(x float64) []byte {
	n := int(math.Round(10 * x))
	return []byte{byte(n), byte(n >> 8)}
}

// thermorack is a Thermorack 800, asked in words. Sheet: thermorack.md, (b).
type thermorack struct{ *coolant }

func init() { register("thermorack", newThermorack) }

func newThermorack(p *plant, _ settings) instrument { return &thermorack{newCoolant(p, 23)} }

func (c *thermorack) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n")
	if done == 0 || text == "" {
		return done, nil
	}
	reply := c.run(text)
	switch {
	case reply == "":
		return done, nil
	case text == "GETSET2": // a block, ended by ETX
		reply += "\r\x03"
	default:
		reply += "\r"
	}
	return done, []byte(reply)
}

func (c *thermorack) run(command string) string {
	switch command {
	case "TEMP?":
		return fmt.Sprintf("%.1f", c.celsius)
	case "SETTEMP?":
		return fmt.Sprintf("%.1f", c.goal)
	case "RUN?":
		return map[bool]string{true: "RUNNING", false: "STOPPED"}[c.running]
	case "RUN", "STOP":
		c.running = command == "RUN"
		return "OK"
	case "STAT1A?", "FLTS1A?":
		return "0"
	case "IDN":
		return "THERMORACK 800"
	case "GETSET2":
		return fmt.Sprintf("%.1f\r%.1f\r17.0\r-76.3\r69.2\r119\r7\r0", c.celsius, c.goal)
	}
	var goal float64
	if n, err := fmt.Sscanf(command, "SETTEMP %f", &goal); n == 1 && err == nil {
		c.goal = goal
		return "OK"
	}
	return ""
}
