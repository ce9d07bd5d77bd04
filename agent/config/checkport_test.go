package config

import (
	"strings"
	"testing"
)

func TestPortIsJudgedWhereTheModelIsUnknown(t *testing.T) {
	c, _ := Load("f.yaml", []byte("agent: {name: x}\ndevices:\n  - {name: g, model: pfeiffer-tgp, port: \"serial:///dev/ttyUSB0?parity=maybe\"}\n"))
	_, problems := Check(c)
	var text strings.Builder
	for _, p := range problems {
		text.WriteString(p.String() + "\n")
	}
	for _, want := range []string{"f.yaml:3:22: model \"pfeiffer-tgp\" is unknown", "f.yaml:3:42: ", "parity"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("problems = %s, want %q among them", &text, want)
		}
	}
}
