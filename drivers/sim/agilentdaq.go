package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// daq is a card of an Agilent 34970A: 34903A relays that move valves, or 34901A inputs. Each answers for its own slots, so that two may hang on one
// line as they do in one mainframe. Sheet: agilent-34970a.md.
type daq struct {
	card     string
	opens    bool // a closed contact opens its valve
	closed   map[string]bool
	valves   map[string]*valve
	inputs   map[string]bool
	scan     []string
	failures []string
}

func init() {
	register("agilent-34903a", newRelayCard)
	register("agilent-34901a", newInputCard)
}

func newRelayCard(p *plant, s settings) instrument {
	d := &daq{card: "34903A", opens: s.text("closes", "closed") == "opens", closed: map[string]bool{}, valves: map[string]*valve{}}
	for _, n := range claimed(s, 0) {
		key := strconv.Itoa(n)
		d.valves[key] = p.newValve()
		d.closed[key] = !d.opens // its valve is closed
	}
	return d
}

func newInputCard(_ *plant, s settings) instrument {
	d := &daq{card: "34901A", inputs: map[string]bool{}}
	for key := range s.list("inputs") {
		d.inputs[key] = true
	}
	return d
}

func (d *daq) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\n")
	if done == 0 || strings.TrimSpace(text) == "" {
		return done, nil
	}
	if reply := d.run(strings.TrimSpace(text)); reply != "" {
		return done, []byte(reply + "\r\n")
	}
	return done, nil
}

// run a command; "" is no answer.
func (d *daq) run(text string) string {
	name, arg, _ := strings.Cut(text, " ")
	list := strings.Split(strings.TrimSuffix(strings.TrimPrefix(arg, "(@"), ")"), ",")
	switch name {
	case "SYST:CTYP?":
		if d.slot(arg) {
			return "HEWLETT-PACKARD," + d.card + ",0,1.0"
		}
	case "SYST:ERR?":
		return d.failure()
	case "ROUT:CLOS?":
		return d.states(list)
	case "ROUT:CLOS", "ROUT:OPEN":
		d.turn(list, name == "ROUT:CLOS")
	case "CONF:VOLT:DC":
		d.configure(list)
	case "READ?":
		return d.read()
	}
	return ""
}

// slot is whether one of its channels is in the slot of a number such as 300.
func (d *daq) slot(number string) bool {
	for _, channels := range []map[string]bool{d.closed, d.inputs} {
		for key := range channels {
			if len(number) == 3 && key[0] == number[0] {
				return true
			}
		}
	}
	return false
}

// failure is the oldest error. A relay card says nothing when there is none: the mainframe's answer comes from the inputs, where both are there.
func (d *daq) failure() string {
	if len(d.failures) > 0 {
		first := d.failures[0]
		d.failures = d.failures[1:]
		return first
	}
	if d.inputs == nil {
		return ""
	}
	return `+0,"No error"`
}

func (d *daq) states(list []string) string {
	words := make([]string, len(list))
	for i, key := range list {
		if _, ok := d.closed[key]; !ok {
			return ""
		}
		words[i] = digit(d.closed[key])
	}
	return strings.Join(words, ",")
}

func (d *daq) turn(list []string, closed bool) {
	for _, key := range list {
		if v := d.valves[key]; v != nil {
			d.closed[key] = closed
			v.commanded = closed == d.opens
		}
	}
}

func (d *daq) configure(list []string) {
	d.scan = nil
	for _, key := range list {
		if d.inputs[key] {
			d.scan = append(d.scan, key)
		}
	}
}

// read scans: the same few volts on every input.
func (d *daq) read() string {
	words := make([]string, len(d.scan))
	for i := range d.scan {
		words[i] = fmt.Sprintf("%+.8E", 0.5+0.25*float64(i))
	}
	return strings.Join(words, ",")
}
