package config

import (
	"strings"
	"testing"
)

func TestKeyPointsOfThePage(t *testing.T) {
	for key, want := range map[string]string{
		"[ion1.ig]":                 "",
		"[]":                        "",
		"[ion1.cg]":                 `f.yaml:1:14: no point cg of ion1; must be one of ig`,
		"[ion1]":                    `point "ion1" is unknown`,
		"[ion1.ig, nobody.x]":       `f.yaml:1:23: device "nobody" of point "nobody.x" is unknown`,
		"[a.b, a.b, a.b, a.b, a.b]": "5 points; must be at most 4",
		"{ion1: ig}":                "key",
	} {
		_, list := checked("page: {key: " + key + "}\n" + bench)
		var said []string
		for _, p := range list {
			if text := p.String(); strings.Contains(text, "point") || strings.Contains(text, "key") {
				said = append(said, text)
			}
		}
		if all := strings.Join(said, "\n"); want == "" && all != "" || !strings.Contains(all, want) {
			t.Errorf("key: %s says %q, want %q", key, all, want)
		}
	}
}
