package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// tic is an Edwards TIC with its turbo, a backing pump that always turns unless it is stopped, and up to three gauges. Sheet: edwards-tic.md.
type tic struct {
	plant   *plant
	gauges  [3]*gauge
	turbo   *turbo
	backing bool
}

func init() { register("edwards-tic", newTIC) }

func newTIC(p *plant, s settings) instrument {
	t := &tic{plant: p, turbo: &p.turbo, backing: true}
	channels := s.list("gauges")
	for _, key := range sorted(channels) {
		if n, err := strconv.Atoi(key); err == nil && n >= 1 && n <= 3 {
			t.gauges[n-1] = p.newGauge(kindOf(channels[key]), channels[key])
		}
	}
	return t
}

func (t *tic) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	at := strings.IndexAny(text, "!?")
	if at < 0 || len(text) < at+5 {
		return done, nil
	}
	text = text[at:]
	head, data := text[1:5], strings.TrimSpace(text[5:])
	if text[0] == '?' {
		if value, ok := t.value(head); ok {
			return done, []byte("=" + head + " " + value + "\r")
		}
		return done, []byte("*" + head + " 2\r")
	}
	return done, fmt.Appendf(nil, "*%s %d\r", head, t.command(head, data))
}

func (t *tic) value(head string) (string, bool) {
	switch head {
	case "S902":
		return "TIC200;D39702640A;071234567;0", true
	case "V904":
		return t.state() + ";0;0", true
	case "V905":
		return fmt.Sprintf("%.1f;0;0", 100*t.turbo.speed/nominalSpeed), true
	case "V906":
		return fmt.Sprintf("%.1f;0;0", 24*t.turbo.current()), true
	case "V910":
		return map[bool]string{true: "4;0;0", false: "0;0;0"}[t.backing], true
	case "V911":
		return fmt.Sprintf("%d;0;0", 100*len(strings.TrimLeft(digit(t.backing), "0"))), true
	case "V912":
		return fmt.Sprintf("%d;0;0", 180*len(strings.TrimLeft(digit(t.backing), "0"))), true
	case "V913", "V914", "V915":
		return t.pressure(t.gauges[head[3]-'3']), true
	}
	return "", false
}

// state of the turbo: 0 stopped, 4 running, 5 accelerating, 6 fault braking, 7 braking.
func (t *tic) state() string {
	u := t.turbo
	switch {
	case u.fault != 0:
		return "6"
	case u.target() > 0 && u.speed < 0.9*u.target():
		return "5"
	case u.target() > 0:
		return "4"
	case u.speed > 0:
		return "7"
	}
	return "0"
}

// pressure in pascals: value, unit, state, alert, priority.
func (t *tic) pressure(g *gauge) string {
	pa, is := g.pascals()
	switch is {
	case none:
		return "9.9000e+09;59;0;6;0"
	case off:
		return "0.0000e+00;59;5;0;0"
	}
	alert := map[state]int{under: 4, over: 3}[is]
	return fmt.Sprintf("%.4e;59;11;%d;0", math.Abs(pa), alert)
}

// command is an accepted one (0), or what is wrong with it.
func (t *tic) command(head, data string) int {
	on := data == "1"
	switch {
	case head != "C904" && head != "C910":
		return 1
	case data == "":
		return 3
	case !on && data != "0":
		return 4
	case head == "C910":
		t.backing = on
	default:
		t.turbo.motor, t.turbo.station = on, on
	}
	return 0
}
