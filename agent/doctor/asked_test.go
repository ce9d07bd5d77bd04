package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pychron-edge/agent/config"
)

// A running agent tells of the file as it is on disk now, and of the ports of the configuration in force.
func TestAskedOfARunningAgent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "agent.yaml")
	inForce, _, err := config.PlanOf(file, []byte("agent: {name: a}\ndevices:\n  - {name: g, model: mks-9xx, port: \"serial:///dev/not-there?baud=9600\"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("agent: {nmae: a}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, d := range Asked("pychron-edge", file, func() *config.Plan { return inForce })() {
		said += d.Level + " " + d.About + ": " + d.Text + "\n"
		if d.Level != "ok" && d.Do == "" {
			t.Errorf("%+v does not say what to do", d)
		}
	}
	for _, want := range []string{"bad configuration: ", file + `:1:9: unknown key "nmae"`, "bad port of g: /dev/not-there is not there"} {
		if !strings.Contains(said, want) {
			t.Errorf("it lacks %q:\n%s", want, said)
		}
	}
}
