package config

import (
	"strings"
	"testing"
	"time"

	"pychron-edge/agent/rules"
)

// ruleOf is the bench with another rule in the place of its own, and what is wrong with that.
func ruleOf(rule string) (*rules.Rule, string) {
	text := strings.Replace(bench, "{name: hot, when: ion1.ig > torr(1), halt: [laser]}", rule, 1)
	text = strings.Replace(text, "devices:", "devices:\n  - {name: slow, model: pfeiffer-tpg, port: \"tcp://localhost:8002\", every: 2m, options: {channels: {1: cg}}}", 1)
	p, list := checked(text)
	var problems []string
	for _, problem := range list {
		if !strings.Contains(problem.Text, "no rule halts the laser") {
			problems = append(problems, problem.String())
		}
	}
	if len(p.Rules) != 1 {
		return nil, strings.Join(problems, "\n")
	}
	return p.Rules[0], strings.Join(problems, "\n")
}

func TestKeysOfARule(t *testing.T) {
	for rule, want := range map[string]string{
		"{name: r, when: ion1.ig > torr(1), halt: [laser], for: 5s}":                                   "",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], for: 5001ms}":                               "f.yaml:9:60: for is 5.001s; must be at most 5s, for a laser hangs on it",
		"{name: r, when: ion1.ig > torr(1), forbid: [laser.enabled], for: 6s}":                         "must be at most 5s, for a laser hangs on it",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], for: 60s}":                              "",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], for: 61s}":                              "for is 1m1s; must be at most 1m0s",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], samples: 5}":                                "",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], samples: 6}":                                "f.yaml:9:64: 6 samples of ion1.ig, read every 1s, take 6s; must be at most 5s, for a laser hangs on it",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], samples: 60}":                           "",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], samples: 61}":                           "61 samples of ion1.ig, read every 1s, take 1m1s; must be at most 1m0s",
		"{name: r, when: slow.cg > torr(1), forbid: [V1.open], samples: 2}":                            "2 samples of slow.cg, read every 2m0s, take 4m0s",
		"{name: r, when: \"age('slow.cg') > 9 and ion1.ig > torr(1)\", forbid: [V1.open], samples: 2}": "",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], samples: 1}":                            "samples is 1; must be 2 to 100",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], samples: 0}":                            "samples is 0; must be 2 to 100",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], samples: 3, for: 3s}":                   "samples stands beside for; must be one of them",
		"{name: r, when: health('ion1') == 'unavailable', forbid: [V1.open], samples: 3}":              "samples counts readings and when names no channel; must be for",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], missing_after: 60s}":                        "",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], missing_after: 61s}":                        "f.yaml:9:70: missing_after is 1m1s; must be at most 1m0s",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], stale_after: 60s}":                          "",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], stale_after: 61s}":                          "stale_after is 1m1s; must be at most 1m0s",
		"{name: r, when: slow.cg > torr(1), halt: [laser], stale_after: 6m}":                           "",
		"{name: r, when: slow.cg > torr(1), halt: [laser], stale_after: 7m}":                           "stale_after is 7m0s; must be at most 6m0s",
		"{name: r, when: ion1.ig > torr(1), forbid: [V1.open], latch: false}":                          "",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], latch: true}":                               "",
		"{name: r, when: ion1.ig > torr(1), halt: [laser], forbid: [V1.open], latch: false}":           "f.yaml:9:81: latch is false and the rule halts; must be true, or the rule must only forbid",
		"{name: halt, when: ion1.ig > torr(1), halt: [laser]}":                                         "f.yaml:9:12: name of a rule is \"halt\", which is a latch every agent has",
		"{name: Halt, when: ion1.ig > torr(1), halt: [laser]}":                                         "which is a latch every agent has",
		"{name: max_on laser, when: ion1.ig > torr(1), halt: [laser]}":                                 "f.yaml:9:12: name of a rule is \"max_on laser\", which is a latch every agent has",
		"{name: Max On laser, when: ion1.ig > torr(1), halt: [laser]}":                                 "which is a latch every agent has",
		"{name: halt of the laser, when: ion1.ig > torr(1), halt: [laser]}":                            "",
		"{name: r, when: laser.power > torr(3), halt: [laser]}":                                        "together; must be quantities of one unit, or one of them a bare number",
		"{name: r, when: \"first(ion1.ig, slow.cg) > torr(3)\", halt: [laser]}":                        "",
	} {
		if _, got := ruleOf(rule); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: problems %q, want %q", rule, got, want)
		}
	}
}

func TestRuleOfItsKeys(t *testing.T) {
	r, problems := ruleOf("{name: r, when: ion1.ig > torr(1), forbid: [V1.open], samples: 3, missing_after: 7s, stale_after: 6s, latch: false}")
	if r == nil || r.Delay != (rules.Delay{Samples: 3, Max: time.Minute}) || r.MissingAfter != 7*sec || r.StaleAfter != 6*sec || !r.ClearsItself {
		t.Errorf("rule = %+v, %s, want what its keys say", r, problems)
	}
	r, problems = ruleOf("{name: r, when: ion1.ig > torr(1), halt: [laser], for: 3s}")
	if r == nil || r.Delay != (rules.Delay{For: 3 * sec, Max: 5 * sec}) || r.MissingAfter != 0 || r.ClearsItself {
		t.Errorf("rule = %+v, %s, want what its keys say", r, problems)
	}
}

func TestMistakesOfUnitsHaveTheirPlace(t *testing.T) {
	if _, got := ruleOf("{name: r, when: rate('ion1.ig') > torr(3), halt: [laser]}"); !strings.HasPrefix(got, "f.yaml:9:37: when: puts pascals per second and pascals together") {
		t.Errorf("problems = %q, want one at the comparison", got)
	}
}

func TestClearWhenThatOverlaps(t *testing.T) {
	for clear, want := range map[string]string{
		"ion1.ig < torr(5e-7)": "",
		"ion1.ig < torr(5e-6)": "f.yaml:10:74: clear_when overlaps when: both hold at ion1.ig = 3e-06 torr; must be a condition that excludes when",
		"ion1.ig > torr(5e-7)": "clear_when overlaps when",
	} {
		_, list := checked(bench + "alarms:\n  - {name: x, when: ion1.ig > torr(1e-6), severity: warning, clear_when: " + clear + ", cause: a, consequence: b, action: c}\n")
		if got := listed(list); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("clear_when %s: problems %q, want %q", clear, got, want)
		}
	}
}

func TestRulesThatAreNotKept(t *testing.T) {
	journal := strings.Replace(bench, "name: a}", "name: a, journal: {path: /var/lib/x}}", 1)
	norules := bench[:strings.Index(bench, "rules:")]
	for _, c := range []struct {
		text, dir string
		warns     bool
	}{{bench, "", true}, {bench, "/var/lib/y", false}, {journal, "", false}, {norules, "", false}} {
		p, _ := checked(c.text)
		got := p.Unkept(c.dir)
		if len(got) > 0 != c.warns || c.warns && !strings.HasPrefix(got[0].String(), "f.yaml:8:3: warning: trips of rules are forgotten at a restart") {
			t.Errorf("state directory %q: %v, want a warning %v", c.dir, got, c.warns)
		}
	}
}
