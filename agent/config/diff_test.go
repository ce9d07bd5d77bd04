package config

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

const before = `agent: {name: line1}
mqtt: {broker: "tcp://localhost:1883"}
devices:
  - {name: a, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0", options: {address: 1}}
  - {name: b, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0", options: {address: 2}}
  - {name: c, model: pfeiffer-tpg, port: "tcp://localhost:8000", every: 2s}
  - {name: d, model: pfeiffer-tpg, port: "tcp://localhost:8001", enabled: false}
rules:
  - {name: r, when: "a.p1 > torr(1)", halt: []}
`

func TestDiff(t *testing.T) {
	edit := func(old, new string) string {
		if !strings.Contains(before, old) {
			t.Fatalf("the test edits %q, which is not there", old)
		}
		return strings.Replace(before, old, new, 1)
	}
	for name, c := range map[string]struct {
		next                  string
		restart, remove, wait string
	}{
		"nothing":                       {before, "", "", ""},
		"a comment":                     {"# new\n" + before, "", "", ""},
		"a rule":                        {edit("torr(1)", "torr(2)"), "", "", ""},
		"a description":                 {edit("name: c,", "name: c, description: new,"), "", "", ""},
		"one on a shared line":          {edit("address: 1", "address: 3"), "a b", "", ""},
		"one that has its line alone":   {edit("every: 2s", "every: 3s"), "c", "", ""},
		"gone from a shared line":       {edit("  - {name: b", "  - {enabled: false, name: b"), "a", "b", ""},
		"switched on":                   {edit(", enabled: false", ""), "d", "", ""},
		"moved to another line":         {edit("localhost:8000", "localhost:8002"), "c", "", ""},
		"moved to a shared line":        {edit("tcp://localhost:8000", "serial:///dev/ttyUSB0"), "a b c", "", ""},
		"renamed":                       {edit("name: c,", "name: e,"), "e", "c", ""},
		"the broker and the listener":   {edit("1883", "1884") + "", "", "", "mqtt.broker"},
		"a link":                        {edit("name: line1", "name: line1, links: {x: \"http://x\"}"), "", "", ""},
		"ring and listen":               {edit("name: line1", "name: line1, listen: \":1\", ring: {audit: 50}"), "", "", "agent.listen agent.ring"},
		"options that are the defaults": {edit("every: 2s", "every: 2s, options: {channels: {1: p1}}"), "", "", ""},
	} {
		old, _ := checked(before)
		next, _ := checked(c.next)
		got := Diff(old, next)
		for _, x := range []struct{ what, got, want string }{
			{"restart", strings.Join(slices.Sorted(maps.Keys(got.Restart)), " "), c.restart},
			{"remove", strings.Join(slices.Sorted(maps.Keys(got.Remove)), " "), c.remove},
			{"needs restart", strings.Join(got.NeedsRestart, " "), c.wait},
		} {
			if x.got != x.want {
				t.Errorf("%s: %s %q, want %q", name, x.what, x.got, x.want)
			}
		}
	}
}
