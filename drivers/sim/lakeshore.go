package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// lakeshore is a Lake Shore 325, 330, 331, 335, 336, 340, 350, 218, 224 or 372. Sets are not answered, and what it does not know is
// dropped; *ESR? shows it. Sheet: lakeshore-33x.md.
type lakeshore struct {
	model  string
	heads  []*oven // by input
	events int
	rng    int  // heater range
	open   bool // input A's sensor
}

func init() { register("lakeshore-33x", newLakeshore) }

func newLakeshore(p *plant, s settings) instrument {
	model := strings.TrimPrefix(strings.ToLower(s.text("335", "type", "variant", "model")), "model")
	l := &lakeshore{model: model, rng: 1}
	inputs := map[string]int{"330": 2, "331": 2, "336": 4, "350": 4, "218": 8, "224": 12, "372": 17}[model]
	for i := range max(inputs, 2) {
		// A cold head: 10 K with the heater off, 300 K above that at full power.
		o := &oven{celsius: -238.15, around: -263.15, full: 300, tau: 120, goal: -238.15 + 2*float64(i)}
		o.celsius = o.goal
		o.sum = (o.goal - o.around) / o.full
		o.output = o.sum
		l.heads = append(l.heads, o)
		p.moving = append(p.moving, o)
	}
	return l
}

func (l *lakeshore) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n")
	if done == 0 || text == "" {
		return done, nil
	}
	var replies []string
	for command := range strings.SplitSeq(text, ";") {
		if reply, ok := l.run(strings.TrimSpace(command)); !ok {
			l.events |= 32
		} else if reply != "" {
			replies = append(replies, reply)
		}
	}
	if replies == nil {
		return done, nil
	}
	return done, []byte(strings.Join(replies, ";") + "\r\n")
}

// perOutput says whether the heater commands take the number of an output.
func (l *lakeshore) perOutput() bool {
	return l.model == "325" || l.model == "335" || l.model == "336" || l.model == "350"
}

// run a command; ok is false for one it does not have.
func (l *lakeshore) run(command string) (string, bool) {
	name, arg, _ := strings.Cut(command, " ")
	arg = strings.TrimSpace(arg)
	switch name {
	case "*IDN?":
		return "LSCI,MODEL" + l.model + ",1234567/1234567,1.0", true
	case "*ESR?":
		events := l.events
		l.events = 0
		return fmt.Sprintf("%03d", events), true
	case "*CLS":
		l.events = 0
		return "", true
	case "KRDG?", "CRDG?", "SRDG?":
		if l.model == "372" && name != "CRDG?" {
			return "", false
		}
		return l.readings(name, arg)
	case "RDGK?":
		if o := l.input(arg); l.model == "372" && o != nil {
			return fmt.Sprintf("%.6E", o.celsius+273.15), true
		}
		return "", false
	case "RDGST?":
		if l.input(arg) == nil {
			return "", false
		}
		return map[bool]string{true: "128", false: "000"}[l.open && arg == "A"], true
	}
	if l.model == "330" {
		return l.old(name, arg)
	}
	return l.loop(name, arg)
}

// input by its name: a letter, a number on a 218 and a 372, both on a 224.
func (l *lakeshore) input(name string) *oven {
	names := map[string]string{"218": "1 2 3 4 5 6 7 8", "224": "A B C1 C2 C3 C4 C5 D1 D2 D3 D4 D5", "372": "A 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"}[l.model]
	if names == "" {
		names = "A B C D"
	}
	at := slices.Index(strings.Fields(names), name)
	if at < 0 || at >= len(l.heads) {
		return nil
	}
	return l.heads[at]
}

func (l *lakeshore) readings(name, arg string) (string, bool) {
	one := func(o *oven) string {
		switch name {
		case "KRDG?":
			return fmt.Sprintf("%+08.3f", o.celsius+273.15)
		case "CRDG?":
			return fmt.Sprintf("%+08.3f", o.celsius)
		}
		return fmt.Sprintf("%+08.5f", 1.6-0.004*(o.celsius+273.15)) // volts of a diode
	}
	if (l.model == "218" || l.model == "224") && arg == "0" {
		words := make([]string, len(l.heads))
		for i, o := range l.heads {
			words[i] = one(o)
		}
		return strings.Join(words, ","), true
	}
	o := l.input(arg)
	if o == nil {
		return "", false
	}
	return one(o), true
}

// loop commands: of all models but the 330. Loop n controls input n.
func (l *lakeshore) loop(name, arg string) (string, bool) {
	fields := strings.Split(arg, ",")
	n, err := strconv.Atoi(strings.TrimSpace(fields[0]))
	head := l.heads[0]
	if err == nil && n >= 1 && n <= len(l.heads) {
		head = l.heads[n-1]
	}
	numbered := err == nil && n >= 1 && n <= len(l.heads)
	switch {
	case name == "SETP?" && numbered:
		return fmt.Sprintf("%+08.3f", head.goal+273.15), true
	case name == "SETP" && numbered && len(fields) == 2:
		kelvin, err := strconv.ParseFloat(strings.TrimSpace(fields[1]), 64)
		if err != nil {
			return "", false
		}
		head.goal = kelvin - 273.15
		return "", true
	case name == "RAMP?" && numbered:
		return "1,5.0", true
	case name == "PID?" && numbered:
		return "50.0,20.0,0.0", true
	case name == "OUTMODE?" && numbered && l.perOutput():
		return "1,1,0", true
	}
	return l.heater(name, fields, numbered)
}

// heater commands: with the number of an output on a 335, 336 and 350, without on a 331 and 340.
func (l *lakeshore) heater(name string, fields []string, numbered bool) (string, bool) {
	value := fields[0]
	if l.model == "325" && (name == "HTR?" || name == "HTRST?") {
		numbered = name == "HTR?" // the first loop's; no HTRST? is known
	}
	if l.perOutput() {
		if !numbered || name == "RANGE" && len(fields) != 2 {
			return "", false
		}
		value = fields[len(fields)-1]
	}
	switch name {
	case "RANGE?":
		return strconv.Itoa(l.rng), true
	case "RANGE":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > 5 {
			return "", false
		}
		l.rng = n
		l.heads[0].manual = n == 0
		if n == 0 {
			l.heads[0].output = 0
		}
		return "", true
	case "HTR?":
		return fmt.Sprintf("%+06.1f", 100*l.heads[0].output), true
	case "HTRST?":
		return "0", true
	}
	return "", false
}

// old commands of the 330.
func (l *lakeshore) old(name, arg string) (string, bool) {
	switch name {
	case "CDAT?", "SDAT?":
		return fmt.Sprintf("%+07.2f", l.heads[0].celsius+273.15), true
	case "SETP?":
		return fmt.Sprintf("%+07.2f", l.heads[0].goal+273.15), true
	case "SETP":
		kelvin, err := strconv.ParseFloat(arg, 64)
		l.heads[0].goal = kelvin - 273.15
		return "", err == nil
	case "RANG":
		return l.heater("RANGE", []string{arg}, false)
	case "RANG?":
		return strconv.Itoa(l.rng), true
	case "HEAT?":
		return fmt.Sprintf("%03.0f", 100*l.heads[0].output), true
	}
	return "", false
}
