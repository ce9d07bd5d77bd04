package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// ostech is an OsTech laser diode driver. It echoes each character in upper case. Sheet: ostech.md; the texts of its verbose
// answers other than the set-point's are UNCONFIRMED.
type ostech struct {
	laser  *laser
	line   string
	target float64 // mA
	on     bool
	pilot  bool
	open   bool // the interlock
	mode   int  // bits: 2 echo off, 32768 reduced
}

// ostechLimit is its current limit in mA.
const ostechLimit = 3000

func init() { register("ostech", newOsTech) }

func newOsTech(p *plant, _ settings) instrument { return &ostech{laser: p.newLaser(10)} }

func (o *ostech) take(received []byte) (int, []byte) {
	c := received[0]
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	var echo []byte
	if o.mode&2 == 0 {
		echo = []byte{c}
	}
	switch c {
	case esc:
		o.line = ""
		return 1, nil
	case '\b':
		o.line = o.line[:max(0, len(o.line)-1)]
	case '\n':
		return 1, nil
	case '\r':
		reply := o.run(o.line)
		o.line = ""
		return 1, append(echo, reply...)
	default:
		if len(o.line) < 14 {
			o.line += string(c)
		}
	}
	return 1, echo
}

func (o *ostech) run(command string) string {
	if command == "" {
		return ""
	}
	command, reduced := strings.CutPrefix(command, "R")
	name, value, unit := o.answer(command)
	reduced = reduced || o.mode&32768 != 0
	o.laser.on, o.laser.part = o.on && !o.open, o.target/ostechLimit
	switch {
	case value == "":
		return "Error: unknown command\r"
	case reduced:
		return value + "\r"
	}
	return strings.TrimRight(name+": "+value+" "+unit, " ") + "\r"
}

func (o *ostech) answer(command string) (name, value, unit string) {
	if arg, ok := strings.CutPrefix(command, "LCT"); ok {
		if x, err := strconv.ParseFloat(arg, 64); err == nil && x >= 0 && x <= ostechLimit {
			o.target = x
		} else if arg != "" {
			return "", "", ""
		}
		return "Laser Current Target", fmt.Sprintf("%.1f", o.target), "mA"
	}
	if arg, ok := strings.CutPrefix(command, "GM"); ok && len(arg) > 1 {
		if bits, err := strconv.Atoi(arg[1:]); err == nil && (arg[0] == 'S' || arg[0] == 'C') {
			o.mode = map[byte]int{'S': o.mode | bits, 'C': o.mode &^ bits}[arg[0]]
			return "Mode", strconv.Itoa(o.mode), ""
		}
	}
	return o.plain(command)
}

func (o *ostech) plain(command string) (name, value, unit string) {
	milliamperes := o.laser.output() * ostechLimit
	switch command {
	case "LR":
		o.on = !o.open
		return "Laser", onOff(o.on), ""
	case "LS":
		o.on = false
		return "Laser", "OFF", ""
	case "PLR", "PLS":
		o.pilot = command == "PLR"
		return "Pilot Laser", onOff(o.pilot), ""
	case "LCA":
		return "Laser Current Actual", fmt.Sprintf("%.1f", milliamperes), "mA"
	case "LCL":
		return "Laser Current Limit", fmt.Sprintf("%.1f", float64(ostechLimit)), "mA"
	case "LVA":
		return "Laser Voltage Actual", fmt.Sprintf("%.2f", 1.4+0.6*milliamperes/ostechLimit), "V"
	case "LPCA":
		return "Laser Photo Current Actual", fmt.Sprintf("%.1f", milliamperes/10), "uA"
	case "LTM", "GT":
		return "Temperature", fmt.Sprintf("%.1f", 24+6*milliamperes/ostechLimit), "C"
	case "GS":
		return "Status", strconv.Itoa(o.status()), ""
	case "GVS":
		return "Software Version", "3.31", ""
	case "GVN":
		return "Serial Number", "12345", ""
	}
	return "", "", ""
}

func onOff(on bool) string {
	return map[bool]string{true: "ON", false: "OFF"}[on]
}

// status bits: interlock closed, supply and driver temperature ok, sensors ok, current on.
func (o *ostech) status() int {
	bits := 0x0c0c
	if !o.open {
		bits |= 1
	}
	if o.on && !o.open {
		bits |= 0x4000
	}
	return bits
}
