package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/yamlfile"

	"pychron-edge/agent/rules"
)

// defaultClearFor is how long an alarm must be over before it ends.
const defaultClearFor = 10 * time.Second

// alarms compiles the alarms, and adds those the agent has of its own: devices that do not answer, and alarms that cannot be
// judged.
func (k *checking) alarms() {
	k.receivers()
	titles := k.uniqueNames("alarm")
	titles.add(rules.FloodAlarm.Name, "alarms")
	for i, c := range k.config.Alarms {
		path := fmt.Sprintf("alarms[%d]", i)
		if why := badTitle(c.Name); why != "" {
			k.At(path+".name", "name of an alarm %s", why)
		}
		titles.add(c.Name, path+".name")
		a := k.alarm(c, path)
		k.plan.Notify[c.Name] = k.receiversOf(c.Notify, path+".notify")
		if a.When != nil {
			k.plan.Alarms = append(k.plan.Alarms, a)
			k.unjudged(a, titles.seen)
		}
	}
	k.unanswered(titles.seen)
	k.plan.Notify[rules.FloodAlarm.Name] = k.common()
}

// alarm is one alarm as it is configured.
func (k *checking) alarm(c AlarmConfig, path string) *rules.Alarm {
	a := &rules.Alarm{
		Name: c.Name, For: c.For, ClearFor: defaultClearFor, Text: c.Text, Cause: c.Cause, Consequence: c.Consequence, Action: c.Action,
		When: k.condition(c.When, path+".when"),
	}
	if c.ClearFor != nil {
		a.ClearFor = *c.ClearFor
	}
	if c.ClearWhen != "" {
		a.Clear = k.condition(c.ClearWhen, path+".clear_when")
	}
	if c.OnlyWhen != "" {
		a.OnlyWhen = k.condition(c.OnlyWhen, path+".only_when")
	}
	if a.When != nil {
		a.Devices = k.sources(a.When)
	}
	k.urgency(a, c, path)
	k.answers(c, path)
	return a
}

// urgency sets priority and severity, of which either gives the other.
func (k *checking) urgency(a *rules.Alarm, c AlarmConfig, path string) {
	k.OneOf(path+".priority", c.Priority, "", "low", "medium", "high")
	ofPriority := map[string]string{"low": "info", "high": "error"}[c.Priority]
	severity, err := buffer.ParseSeverity(cmp.Or(c.Severity, ofPriority, "warning"))
	if err != nil || severity == buffer.Debug {
		k.At(path+".severity", "severity is %q; must be info, warning, error or critical", yamlfile.Short(c.Severity))
	}
	a.Severity, a.Priority = severity, c.Priority
	switch {
	case a.Priority != "":
	case severity >= buffer.Error:
		a.Priority = "high"
	case severity == buffer.Warning:
		a.Priority = "medium"
	default:
		a.Priority = "low"
	}
}

// answers asks for what whoever hears of the alarm needs.
func (k *checking) answers(c AlarmConfig, path string) {
	var lacks []string
	for _, part := range []struct{ key, text string }{{"cause", c.Cause}, {"consequence", c.Consequence}, {"action", c.Action}} {
		if strings.TrimSpace(part.text) == "" {
			lacks = append(lacks, part.key)
		}
	}
	if len(lacks) > 0 {
		k.Warn(path, "alarm %s lacks %s; must be a sentence each, for whoever hears of it at night", yamlfile.Short(c.Name), strings.Join(lacks, ", "))
	}
}

// sources are the devices that all values of an expression come from; those of what is derived are looked up.
func (k *checking) sources(e *rules.Expression) (devices []string) {
	for _, in := range e.Inputs {
		names := []string{in.Device}
		for _, d := range k.plan.Derived {
			if d.Device == in.Device && d.Value != nil {
				names = append(names, k.sources(d.Value)...)
			}
		}
		for _, name := range names {
			if k.plan.Device(name) != nil && !slices.Contains(devices, name) {
				devices = append(devices, name)
			}
		}
	}
	return devices
}

// unjudged adds the alarm that an alarm has no value: what is missing is never normal.
func (k *checking) unjudged(of *rules.Alarm, taken map[string]string) {
	a := &rules.Alarm{
		Name: of.Name + ": no value", Of: of, OnlyWhen: of.OnlyWhen, ClearFor: defaultClearFor, Priority: "low", Severity: buffer.Warning, Devices: of.Devices, BuiltIn: true,
		Text: "the alarm " + of.Name + " cannot be judged", Cause: "a value is missing or stale", Consequence: "the alarm is not raised whatever happens", Action: "look why there is no value",
	}
	for _, in := range of.When.Inputs {
		if !in.Age {
			a.For = max(a.For, in.StaleAfter)
		}
	}
	if a.For > 0 && taken[folded(a.Name)] == "" {
		k.plan.Alarms = append(k.plan.Alarms, a)
		k.plan.Notify[a.Name] = k.plan.Notify[of.Name]
	}
}

// unanswered adds an alarm for every device that may fall silent.
func (k *checking) unanswered(taken map[string]string) {
	for _, d := range k.plan.Devices {
		name := d.Name + " does not answer"
		own := rules.Catalogue{} // of all devices, each alarm would take as long as there are devices
		if points, ok := k.catalogue[d.Name]; ok {
			own[d.Name] = points
		}
		when, err := rules.CompileCondition(fmt.Sprintf("health(%q) == \"unavailable\"", d.Name), own)
		if d.Off || err != nil || taken[folded(name)] != "" {
			continue
		}
		k.plan.Alarms = append(k.plan.Alarms, &rules.Alarm{
			Name: name, When: when, For: d.StaleAfter, ClearFor: defaultClearFor, Priority: "medium", Severity: buffer.Warning, BuiltIn: true,
			Text: d.Description, Cause: "power, cable or line of " + d.Name, Consequence: "nothing is known of it, and alarms of its values are suppressed", Action: "look at power and cable of " + d.Name,
		})
		k.plan.Notify[name] = k.common()
	}
}
