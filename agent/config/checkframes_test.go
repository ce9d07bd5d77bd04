package config

import (
	"strings"
	"testing"
)

func TestFrameAncestors(t *testing.T) {
	for value, want := range map[string]string{
		"https://grafana.lab":               "",
		"[self, \"http://10.0.0.5:3000\"]":  "",
		"\"*\"":                             `frame_ancestors has "*"; must be self, or an origin such as https://grafana.lab`,
		"[\"https://a.lab; script-src *\"]": "must be self, or an origin",
		"[self, grafana.lab]":               `frame_ancestors has "grafana.lab"; must be`,
		"\"https://*.lab\"":                 "must be self, or an origin",
		"\"https://grafana.lab/\"":          "must be self, or an origin",
		"\"javascript://a\"":                "must be self, or an origin",
		"\"\"":                              "must be self, or an origin",
		"[\"https://a.lab\", \"https://b.lab 'self'\"]": "must be self, or an origin",
	} {
		text := strings.Replace(bench, "agent: {", "agent: {frame_ancestors: "+value+", trust_loopback: false, ", 1)
		p, list := checked(text)
		var problems []string
		for _, problem := range list {
			problems = append(problems, problem.String())
		}
		if got := strings.Join(problems, "\n"); !strings.Contains(got, want) || want == "" && strings.Contains(got, "frame_ancestors") {
			t.Errorf("frame_ancestors: %s = %q, want %q", value, got, want)
		}
		if c := p.Config.Agent; want == "" && (len(c.FrameAncestors) == 0 || c.TrustLoopback == nil || *c.TrustLoopback) {
			t.Errorf("frame_ancestors: %s = %+v, want it taken", value, c)
		}
	}
}
