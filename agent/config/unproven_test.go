package config

import (
	"fmt"
	"strings"
	"testing"
)

// A set that nothing confirms is warned of, and one that is read back is not.
func TestUnprovenSetIsWarnedOf(t *testing.T) {
	const device = `
agent: {name: bench, listen: 127.0.0.1:0}
devices:
  - name: bath
    model: ascii
    port: serial:///dev/serial/by-id/bath
    control: true
    options:
      reads: [{name: running, send: "R?"}]
      sets: [{control: running, SETon: R1, off: R0}]
      vectors: [{send: "R?\r", reply: "1\r", reads: {running: "1"}}, VECTOR]
`
	for set, c := range map[string]struct {
		vector string
		want   bool
	}{
		"":                 {`{set: running, value: 1, send: "R1\r"}`, true},
		`answer: OK, `:     {`{set: running, value: 1, send: "R1\r", reply: "OK\r"}`, false},
		`tolerance: 0.1, `: {`{set: running, value: 1, steps: [{send: "R1\r"}, {send: "R?\r", reply: "1\r"}]}`, false},
	} {
		text := strings.NewReplacer("SET", set, "VECTOR", c.vector).Replace(device)
		_, problems := checked(text)
		warned := strings.Contains(fmt.Sprint(problems), "bath.running counts as set when it is sent")
		if warned != c.want {
			t.Errorf("with %q warned is %v, want %v: %v", set, warned, c.want, problems)
		}
	}
}
