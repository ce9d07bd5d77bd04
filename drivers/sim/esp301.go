package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// esp301 is a Newport ESP301 with three axes. Commands are not answered; TE? answers what was wrong. Sheet: newport-esp301.md.
type esp301 struct {
	axes   []*axis // in mm
	errors []int
}

func init() { register("esp301", newESP301) }

func newESP301(p *plant, s settings) instrument {
	e := &esp301{}
	for range 3 {
		a := &axis{speed: 2}
		e.axes = append(e.axes, a)
		p.moving = append(p.moving, a)
	}
	return e
}

func (e *esp301) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n")
	if done == 0 || text == "" {
		return done, nil
	}
	var reply []byte
	for command := range strings.SplitSeq(text, ";") {
		if line := e.run(strings.TrimSpace(command)); line != "" {
			reply = append(reply, line+"\r\n"...)
		}
	}
	return done, reply
}

// fail queues an error number, ten at most.
func (e *esp301) fail(number int) string {
	if len(e.errors) < 10 {
		e.errors = append(e.errors, number)
	}
	return ""
}

func (e *esp301) next() int {
	if len(e.errors) == 0 {
		return 0
	}
	number := e.errors[0]
	e.errors = e.errors[1:]
	return number
}

func (e *esp301) run(command string) string {
	switch command {
	case "VE?":
		return "ESP301 Version 3.0.1 6/1/99"
	case "TE?":
		return strconv.Itoa(e.next())
	case "TB?":
		n := e.next()
		return fmt.Sprintf("%d, 451322, %s", n, map[bool]string{true: "NO ERROR DETECTED", false: "ERROR"}[n == 0])
	case "TS":
		return string(e.status())
	case "ST":
		for _, a := range e.axes {
			a.stop()
		}
		return ""
	}
	i := 0
	for i < len(command) && command[i] >= '0' && command[i] <= '9' {
		i++
	}
	n, err := strconv.Atoi(command[:i])
	if err != nil || n < 1 || n > len(e.axes) {
		return e.fail(37)
	}
	if len(command) < i+2 {
		return e.fail(6)
	}
	return e.axis(n, e.axes[n-1], command[i:i+2], strings.TrimSpace(command[i+2:]))
}

// status: bits 0-2 an axis moves, bit 4 a motor is on; bit 6 is always set, as on the unit of the manual.
func (e *esp301) status() byte {
	s := byte(0x40)
	for i, a := range e.axes {
		if !a.still() {
			s |= 1 << i
		}
		if !a.off {
			s |= 0x10
		}
	}
	return s
}

func (e *esp301) axis(n int, a *axis, name, arg string) string {
	x, err := strconv.ParseFloat(arg, 64)
	switch name + map[bool]string{true: "?", false: ""}[arg == "?"] {
	case "TP", "TP?":
		return fmt.Sprintf("%.4f", a.position)
	case "TV", "TV?":
		return fmt.Sprintf("%.4f", map[bool]float64{true: 0, false: a.speed}[a.still()])
	case "MD", "MD?":
		return digit(a.still())
	case "MO?":
		return digit(!a.off)
	case "PA?":
		return fmt.Sprintf("%.4f", a.goal)
	case "HS?":
		return digit(a.still())
	case "MO", "MF":
		a.off = name == "MF"
		a.stop()
		return ""
	case "ST":
		a.stop()
		return ""
	case "PA", "PR", "OR", "DH":
		return e.travel(n, a, name, x, err)
	}
	return e.fail(6)
}

// travel moves an axis within ±50 mm, or says where it is.
func (e *esp301) travel(n int, a *axis, name string, x float64, err error) string {
	if name == "DH" {
		a.position, a.goal = x, x
		return ""
	}
	if name == "OR" {
		x, err = 0, nil
	}
	if name == "PR" {
		x += a.position
	}
	switch {
	case err != nil:
		return e.fail(38)
	case a.off:
		return e.fail(100*n + 13)
	case math.Abs(x) > 50:
		return e.fail(100*n + 6)
	}
	a.goal = x
	return ""
}
