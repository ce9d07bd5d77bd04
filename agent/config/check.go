package config

import (
	"slices"
	"strconv"
	"strings"

	"pychron-edge/agent/rules"
)

// Check finds every mistake of meaning in a loaded configuration, those of form included, and makes the plan the agent
// runs from. It opens nothing. The plan must not be used if fatal(problems).
func Check(c *Config) (*Plan, []Problem) {
	k := &checking{Problems: c.source, config: c, plan: &Plan{Config: c, Notify: map[string][]string{}}, catalogue: rules.Catalogue{}, drives: map[string]bool{}, unproven: map[rules.Ref]bool{}, unclear: map[string]bool{}}
	if k.Broken {
		return k.plan, k.Sorted()
	}
	k.agent()
	k.mqtt()
	k.devices()
	if len(c.Devices) == 0 {
		return k.plan, k.Sorted() // all else names devices
	}
	k.lines()
	k.pins()
	k.interlocks()
	k.pipettes()
	k.derived()
	k.rules()
	k.phases()
	k.restingOpen()
	k.alarms()
	k.overlaps()
	k.tokenControls()
	k.pychron()
	k.page()
	k.drawing()
	k.serves()
	k.rated()
	k.board()
	k.looks()
	return k.plan, k.Sorted()
}

// lines checks that devices on one line agree about it.
func (k *checking) lines() {
	first := map[string]int{}
	for i, d := range k.plan.Devices {
		if d.Port == "" || d.Line.Key() == "" {
			continue
		}
		j, shared := first[d.Line.Key()]
		if !shared {
			first[d.Line.Key()] = i
			continue
		}
		if other := k.plan.Devices[j]; !other.Line.Same(d.Line) {
			k.At(devicePath(i)+".port", "port has other settings than %s, which is on the same line; must be the same for all", other.Name)
		}
	}
}

// pins checks that no pin is used twice.
func (k *checking) pins() {
	taken := map[string]string{}
	for i, d := range k.config.Devices {
		for _, name := range SortedKeys(d.Pins) {
			line := strings.ToUpper(d.Pins[name].Line)
			if number, isHeader := headerPin(line, k.boardName()); isHeader {
				line = "GPIO" + strconv.Itoa(number)
			} else if right := otherName(line); right != "" {
				line = right
			}
			me := d.Name + "." + name
			if other, is := taken[line]; is {
				k.At(devicePath(i)+".pins."+name, "pin %s is used by %s and %s; must be used by one", d.Pins[name].Line, other, me)
				continue
			}
			if line != "" {
				taken[line] = me
			}
		}
	}
}

// rated collects the points whose rate of change is asked for.
func (k *checking) rated() {
	each := func(e *rules.Expression) {
		if e == nil {
			return
		}
		for _, in := range e.Inputs {
			if in.Rate && !slices.Contains(k.plan.Rated, in.Ref) {
				k.plan.Rated = append(k.plan.Rated, in.Ref)
			}
		}
	}
	for _, r := range k.plan.Rules {
		each(r.When)
	}
	for _, a := range k.plan.Alarms {
		each(a.When)
		each(a.Clear)
		each(a.OnlyWhen)
	}
	for _, d := range k.plan.Derived {
		each(d.Value)
	}
}
