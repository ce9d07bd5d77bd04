package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckVerb(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		text string
		code int
		out  string
	}{
		"good.yaml": {benchFile, 0, "no mistakes; 4 devices"},
		"bad.yaml":  {strings.Replace(benchFile, "ion1.ig", "ion1.igg", 1), 1, "bad.yaml:8:28: when: ion1 has no point igg"},
		"none.yaml": {"", 1, "no such file"},
	} {
		path := filepath.Join(dir, name)
		if c.text != "" {
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if code := checkVerb(context.Background(), []string{"-config", path}, &out, &out); code != c.code || !strings.Contains(out.String(), c.out) {
			t.Errorf("check %s = %d, %s, want %d, %s", name, code, out.String(), c.code, c.out)
		}
	}
	var out bytes.Buffer
	if code := checkVerb(context.Background(), []string{"a", "b"}, &out, &out); code != exitUsage {
		t.Errorf("check with two words = %d, want %d", code, exitUsage)
	}
}

// benchFile is a small configuration without mistakes.
const benchFile = `agent: {name: a}
devices:
  - {name: ion1, model: pfeiffer-tpg, port: "tcp://localhost:8000", options: {channels: {1: ig}}}
  - {name: V1, model: valve, pins: {solenoid: GPIO1}, control: true}
  - {name: V2, model: valve, pins: {solenoid: GPIO2}, control: true}
  - {name: laser, model: fusions-co2, port: "tcp://localhost:8001", control: true, options: {max_on: 1m}}
rules:
  - {name: hot, when: ion1.ig > torr(1), halt: [laser]}
`
