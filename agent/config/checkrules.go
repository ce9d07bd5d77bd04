package config

import (
	"fmt"
	"slices"

	"pychron-edge/agent/rules"

	"pychron-edge/near"
	"pychron-edge/yamlfile"
)

// condition compiles the condition at path, nil if it is wrong.
func (k *checking) condition(text, path string) *rules.Expression {
	e, err := rules.CompileCondition(text, k.catalogue)
	return k.compiled(e, err, path)
}

// compiled notes what is wrong with an expression, each mistake at its place in the file. What names a device that is itself wrong is passed over.
func (k *checking) compiled(e *rules.Expression, err error, path string) *rules.Expression {
	for _, m := range rules.Mistakes(err) {
		if !k.unclear[m.About] {
			k.Inside(path, m.At, false, "%s: %v", yamlfile.Last(path), m)
		}
	}
	if e == nil {
		return nil
	}
	for _, w := range e.Warnings {
		k.Inside(path, 0, true, "%s: %s", yamlfile.Last(path), w)
	}
	if err != nil {
		return nil
	}
	return e
}

// rules compiles the interlock rules and finds what they act on.
func (k *checking) rules() {
	titles := k.uniqueNames("rule")
	for i, c := range k.config.Rules {
		path := fmt.Sprintf("rules[%d]", i)
		k.ruleNamed(c.Name, path+".name")
		titles.add(c.Name, path+".name")
		r := &rules.Rule{Name: c.Name, Halt: c.Halt, When: k.condition(c.When, path+".when")}
		for n, name := range c.Halt {
			if !k.drives[name] && !k.unclear[name] {
				k.At(fmt.Sprintf("%s.halt[%d]", path, n), "device %q can not be halted; %s", yamlfile.Short(name), near.OneOf(rules.Names(k.drives), noActuator))
			}
		}
		for n, name := range c.Forbid {
			if ref, ok := k.control(name, fmt.Sprintf("%s.forbid[%d]", path, n)); ok {
				r.Forbid = append(r.Forbid, ref)
			}
		}
		if len(c.Halt)+len(c.Forbid) == 0 {
			k.At(path, "rule %s does nothing; must be halt: [device] or forbid: [device.control]", c.Name)
		}
		k.delay(r, c, path)
		if r.When != nil {
			k.plan.Rules = append(k.plan.Rules, r)
		}
	}
	k.unruled()
}

// control finds "<device>.<control>".
func (k *checking) control(name, path string) (rules.Ref, bool) {
	r := rules.RefOf(name, "")
	d := k.plan.Device(r.Device)
	switch {
	case k.unclear[r.Device]:
		return r, false
	case d == nil:
		k.At(path, "device %q is unknown; %s", yamlfile.Short(r.Device), near.OneOf(k.plan.actuators(), noActuator))
		return r, false
	}
	if d.Model.Manual {
		k.At(path, "%s is moved by a person, and no rule can forbid it", r.Device)
		return r, false
	}
	if r.Point == "" {
		k.At(path, "%s is a device; must be %s", r.Device, d.oneFullControl())
		return r, false
	}
	if d.Move(r.Point) == nil {
		k.At(path, "%s has no control %q; %s", r.Device, yamlfile.Short(r.Point), d.oneControl())
		return r, false
	}
	return r, true
}

// unruled warns of a laser that no rule halts.
func (k *checking) unruled() {
	for i, d := range k.plan.Devices {
		if !d.Model.Laser || !d.Control {
			continue
		}
		if !slices.ContainsFunc(k.config.Rules, func(r RuleConfig) bool { return slices.Contains(r.Halt, d.Name) }) {
			k.Warn(devicePath(i), "no rule halts the laser %s; max_on alone does", d.Name)
		}
	}
}
