package config

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/agent/rules"
)

// withAlarms is a configuration with a gauge, what is derived from it, and these lines.
func withAlarms(text string) string {
	return `agent: {name: a}
devices:
  - {name: ion1, model: pfeiffer-tpg, port: "tcp://localhost:8000", options: {channels: {1: ig}}, stale_after: 7s}
  - {name: spare, model: pfeiffer-tpg, port: "tcp://localhost:8001", options: {channels: {1: ig}}, enabled: false}
derived:
  - {name: bone, reading: pressure, unit: pascals, value: ion1.ig * 2}
` + text
}

const answered = "cause: c, consequence: q, action: a"

func alarmsOf(p *Plan) map[string]*rules.Alarm {
	all := map[string]*rules.Alarm{}
	for _, a := range p.Alarms {
		all[a.Name] = a
	}
	return all
}

func TestAlarmDefaults(t *testing.T) {
	plan, list := checked(withAlarms(`alarms:
  - {name: plain, when: ion1.ig > pa(1), ` + answered + `}
  - {name: at once, when: ion1.ig > pa(1), clear_for: 0s, priority: high, ` + answered + `}
  - {name: loud, when: ion1.ig > pa(1), severity: critical, ` + answered + `}
  - {name: low, when: bone.pressure > pa(1), priority: low, only_when: ion1.ig < pa(5), ` + answered + `}
`))
	if len(list) != 0 {
		t.Fatalf("problems = %s", listed(list))
	}
	all := alarmsOf(plan)
	for name, want := range map[string]struct {
		priority, severity string
		clearFor           time.Duration
	}{"plain": {"medium", "warning", 10 * time.Second}, "at once": {"high", "error", 0}, "loud": {"high", "critical", 10 * time.Second}, "low": {"low", "info", 10 * time.Second}} {
		a := all[name]
		if a.Priority != want.priority || a.Severity.String() != want.severity || a.ClearFor != want.clearFor {
			t.Errorf("%s: priority %s, severity %s, clear for %v, want %+v", name, a.Priority, a.Severity, a.ClearFor, want)
		}
	}
	if a := all["low"]; a.OnlyWhen == nil || !slices.Equal(a.Devices, []string{"ion1"}) {
		t.Errorf("low: only when %v, devices %q, want a condition, and the device behind what is derived", a.OnlyWhen, a.Devices)
	}
}

func TestBuiltInAlarms(t *testing.T) {
	plan, list := checked(withAlarms(`alarms:
  - {name: own, when: ion1.ig > pa(1), ` + answered + `}
  - {name: spoken, when: 'age("ion1.ig") > 5', ` + answered + `}
  - {name: "own: no value", when: ion1.ig > pa(2), ` + answered + `}
notify: [{name: lab, ntfy: "https://ntfy.sh/x"}]
`))
	if len(list) != 0 {
		t.Fatalf("problems = %s", listed(list))
	}
	all := alarmsOf(plan)
	var names []string
	for name, a := range all {
		if a.BuiltIn {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if want := []string{"ion1 does not answer", "own: no value: no value"}; !slices.Equal(names, want) {
		t.Fatalf("built in = %q, want %q: none of a device that is off, of an age, or of a name that is taken", names, want)
	}
	a := all["ion1 does not answer"]
	if a.For != 7*time.Second || !slices.Equal(plan.Notify[a.Name], []string{"lab"}) {
		t.Errorf("%s: for %v, to %q, want its stale_after and the receivers of all", a.Name, a.For, plan.Notify[a.Name])
	}
	if got := plan.Notify[rules.FloodAlarm.Name]; !slices.Equal(got, []string{"lab"}) {
		t.Errorf("a flood goes to %q, want the receivers of all", got)
	}
	if !strings.Contains(plan.Summary(), "3 alarms") {
		t.Errorf("summary = %q, want the three that are configured", plan.Summary())
	}
}

func TestReceivers(t *testing.T) {
	plan, list := checked(withAlarms(`alarms:
  - {name: all, when: ion1.ig > pa(1), ` + answered + `}
  - {name: nobody, when: ion1.ig > pa(1), notify: [], ` + answered + `}
  - {name: one, when: ion1.ig > pa(1), notify: [lab], ` + answered + `}
  - {name: own, when: ion1.ig > pa(1), notify: [lab, {webhook: "https://hooks.lab/secret"}], ` + answered + `}
  - {name: same, when: ion1.ig > pa(1), notify: [{webhook: "https://hooks.lab/secret"}, {webhook: "https://hooks.lab/other"}], ` + answered + `}
notify:
  - {name: lab, ntfy: "https://ntfy.sh/x", delay: 30s, repeat: 30m}
  - {smtp: "smtps://jr@mail.lab", from: a@lab, to: [b@lab], password_file: /etc/mail}
`))
	if len(list) != 0 {
		t.Fatalf("problems = %s", listed(list))
	}
	for name, want := range map[string][]string{
		"all": {"lab", "smtp mail.lab"}, "nobody": nil, "one": {"lab"}, "own": {"lab", "webhook hooks.lab"}, "same": {"webhook hooks.lab", "webhook hooks.lab 2"},
	} {
		if got := plan.Notify[name]; !slices.Equal(got, want) {
			t.Errorf("%s goes to %q, want %q", name, got, want)
		}
	}
	var names []string
	for _, r := range plan.Receivers {
		names = append(names, r.Name)
	}
	if want := []string{"lab", "smtp mail.lab", "webhook hooks.lab", "webhook hooks.lab 2"}; !slices.Equal(names, want) {
		t.Errorf("receivers = %q, want %q", names, want)
	}
	if r := plan.Receivers[0]; r.Delay != 30*time.Second || r.Repeat != 30*time.Minute {
		t.Errorf("lab = %+v, want its delay and repeat", r)
	}
}

func TestMistakesInAlarms(t *testing.T) {
	for text, want := range map[string]string{
		"{name: x, when: ion1.ig > pa(1), cause: c}":                                                                              "f.yaml:8:5: warning: alarm x lacks consequence, action; must be a sentence each",
		"{name: x, when: ion1.ig > pa(1), priority: urgent, " + answered + "}":                                                    `priority is "urgent"; must be one of low, medium, high`,
		"{name: x, when: ion1.ig > pa(1), only_when: ion1.x > pa(1), " + answered + "}":                                           "f.yaml:8:54: only_when: ion1 has no point x",
		"{name: alarm flood, when: ion1.ig > pa(1), " + answered + "}":                                                            `alarm "alarm flood" is given twice`,
		"{name: x, when: ion1.ig > pa(1), notify: [bench], " + answered + "}":                                                     `f.yaml:8:47: receiver "bench" is unknown; must be one of lab`,
		"{name: x, when: ion1.ig > pa(1), notify: [{name: lab, webhook: http://x}], " + answered + "}":                            `receiver "lab" is given at the top level, too`,
		"{name: x, when: ion1.ig > pa(1), notify: [{webhook: ftp://x/y}], " + answered + "}":                                      `webhook is no address; must be http:// or https://...`,
		"{name: x, when: ion1.ig > pa(1), notify: [{ntfy: mqtt://x}], " + answered + "}":                                          `ntfy is no address; must be http:// or https://...`,
		"{name: x, when: ion1.ig > pa(1), notify: [{smtp: lmtp://x, from: a@l, to: [b@l]}], " + answered + "}":                    `smtp is no address; must be smtp:// or smtps://...`,
		"{name: x, when: ion1.ig > pa(1), notify: [{smtp: smtp://x, from: a@b, to: [\"a b\"]}], " + answered + "}":                `"a b" is no mail address; must be one such as`,
		"{name: x, when: ion1.ig > pa(1), notify: [{smtp: smtp://x, from: a@b}], " + answered + "}":                               "mail needs from and to",
		"{name: x, when: ion1.ig > pa(1), notify: [{smtp: smtp://a:b@x, from: a@l, to: [b@l]}], " + answered + "}":                "smtp carries a password; must be password_file beside it",
		"{name: x, when: ion1.ig > pa(1), notify: [{smtp: smtp://x, from: a@l, to: [b@l], password_file: /f}], " + answered + "}": "smtp names no user; must be smtp://user@host",
		"{name: x, when: ion1.ig > pa(1), notify: [{ntfy: http://x, webhook: http://x}], " + answered + "}":                       "notify names 2 ways; must be one of",
		"{name: x, when: ion1.ig > pa(1), notify: [{ntfy: http://x, repeat: 5m}], " + answered + "}":                              "repeat is 5m0s; must be 0, for never, or at least 15m0s",
		"{name: x, when: ion1.ig > pa(1), notify: [{ntfy: http://x, delay: 2h}], " + answered + "}":                               "delay is 2h0m0s; must be at most 1h",
	} {
		_, list := checked(withAlarms("alarms:\n  - " + text + "\nnotify: [{name: lab, ntfy: http://x}]\n"))
		if got := listed(list); len(list) != 1 || !strings.Contains(got, want) {
			t.Errorf("%s: problems\n%swant %q", text, got, want)
		}
	}
}
