package config

import (
	"strings"
	"testing"
)

func TestLinesThatAreLent(t *testing.T) {
	const file = `agent: {name: a}
devices:
  - {name: ion1, model: mks-937b, port: "serial:///dev/ttyS0", options: {channels: {1: ig}, address: 1}, serve: {listen: "127.0.0.1:4001"}}
  - {name: ion2, model: mks-937b, port: "serial:///dev/ttyS0", options: {channels: {1: jg}, address: 2}}
  - {name: laser, model: fusions-co2, port: "serial:///dev/ttyS1", control: true, options: {max_on: 1m}}
`
	const gauge2 = `  - {name: ion2, model: mks-937b, port: "serial:///dev/ttyS0", options: {channels: {1: jg}, address: 2}}`
	const stage = `  - {name: ion2, model: esp301, port: "serial:///dev/ttyS2", serve: {listen: "127.0.0.1:4002", control: true}}`
	const pump = `  - {name: ion2, model: pfeiffer-pump, port: "serial:///dev/ttyS2", control: true, serve: {listen: "127.0.0.1:4002"}}`
	for name, c := range map[string]struct{ old, new, want string }{
		"as it is":                 {"", "", ""},
		"to others without asking": {"127.0.0.1:4001", "0.0.0.0:4001", "serve has no networks"},
		"to others":                {`"127.0.0.1:4001"`, `"0.0.0.0:4001", networks: 10.0.0.0/24`, ""},
		"to nobody":                {`"127.0.0.1:4001"`, `"0.0.0.0:4001", networks: lab`, "network is"},
		"nowhere":                  {`listen: "127.0.0.1:4001"`, `control: true`, "listen"},
		"where the page is":        {"127.0.0.1:4001", "127.0.0.1:9119", "is that of the page"},
		"with control":             {`4001"}`, `4001", control: true}`, ""},
		"with control of a hazard": {`address: 1}, serve: {listen: "127.0.0.1:4001"`, `address: 1, switched: [ig]}, serve: {listen: "127.0.0.1:4001", control: true`, "ion1 has a hazardous control"},
		"of another on its line":   {`address: 1}, serve: {listen: "127.0.0.1:4001"}}`, `address: 1}, serve: {listen: "127.0.0.1:4001", control: true}}` + "\n" + `  - {name: v, model: arduino-valvebox, port: "serial:///dev/ttyS0", options: {valves: {1: a}}}`, "v is a valve"},
		"of what a rule watches":   {`4001"}`, `4001", control: true}`, "ion1 is named by a rule"},
		"of what a rule halts":     {`4001"}`, `4001", control: true}`, "ion2 is named by a rule"},
		"twice":                    {"options: {channels: {1: jg}, address: 2}", `options: {channels: {1: jg}, address: 2}, serve: {listen: "127.0.0.1:4002"}`, "is lent by ion1 already"},
		"of a laser":               {"max_on: 1m}", `max_on: 1m}, serve: {listen: "127.0.0.1:4002"}`, "the line of a fusions-co2 cannot be lent"},
		"of a gauge with an address": {`  - {name: ion2, model: mks-937b, port: "serial:///dev/ttyS0", options: {channels: {1: jg}, address: 2}}`,
			`  - {name: ion2, model: pfeiffer-tpg, port: "serial:///dev/ttyS2", options: {channels: {1: jg}, address: 2}, serve: {listen: "127.0.0.1:4002"}}`, "cannot be lent"},
		"a stage, with control":        {gauge2, stage, ""},
		"a pump, to be asked":          {gauge2, pump, ""},
		"a pump, with control":         {gauge2, strings.Replace(pump, "serve: {", "serve: {control: true, ", 1), "ion2 has a hazardous control"},
		"an ion pump, with control":    {gauge2, `  - {name: ion2, model: gamma-spc, port: "serial:///dev/ttyS2", serve: {listen: "127.0.0.1:4002", control: true}}`, "ion2 makes high voltage"},
		"a cryostat, with control":     {gauge2, `  - {name: ion2, model: lakeshore-33x, port: "serial:///dev/ttyS2", serve: {listen: "127.0.0.1:4002", control: true}}`, "ion2 heats"},
		"a cryostat, to be asked":      {gauge2, `  - {name: ion2, model: lakeshore-33x, port: "serial:///dev/ttyS2", serve: {listen: "127.0.0.1:4002"}}`, ""},
		"a motor that sends checksums": {gauge2, `  - {name: ion2, model: mdrive, port: "serial:///dev/ttyS2", options: {checksum: true}, serve: {listen: "127.0.0.1:4002"}}`, "cannot be lent"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(file, c.old, c.new, 1)
			switch {
			case strings.HasSuffix(name, "watches"):
				text += "rules: [{name: hot, when: ion1.ig > torr(1), halt: [laser]}]\n"
			case strings.HasSuffix(name, "halts"):
				text += "rules: [{name: hot, when: ion2.jg > torr(1), halt: [laser]}]\n"
			}
			_, list := checked(text)
			var errors []Problem
			for _, p := range list {
				if !p.Warning {
					errors = append(errors, p)
				}
			}
			got := listed(errors)
			if (c.want == "") != (len(errors) == 0) || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
