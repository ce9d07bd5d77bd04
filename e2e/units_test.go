//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestUnitsUnderARealSystemd starts both units where the network never comes, and asks who may halt.
func TestUnitsUnderARealSystemd(t *testing.T) {
	m := boot(t)
	t.Run("start without a network", func(t *testing.T) {
		m.t = t
		m.say("systemctl", "stop", unit)
		m.say("systemctl", "--no-block", "start", "systemd-networkd-wait-online.service")
		begun := time.Now()
		if out := m.say("systemctl", "start", unit, viewerUnit); out != "" {
			t.Errorf("start: %s", out)
		}
		took := time.Since(begun)
		if state := m.say("systemctl", "is-active", "systemd-networkd-wait-online.service"); state != "activating" {
			t.Fatalf("wait-online is %s, want activating: it shows nothing", state)
		}
		for _, u := range []string{unit, viewerUnit} {
			if state := m.say("systemctl", "is-active", u); state != "active" {
				t.Errorf("%s is %s, want active\n%s", u, state, m.say("journalctl", "--no-pager", "-u", u, "-n", "20"))
			}
		}
		if took > 2*time.Second {
			t.Errorf("the units took %v, want 2 s at most", took)
		}
		t.Logf("both units active after %v", took.Round(time.Millisecond))
	})
	as := func(group string, args ...string) string {
		return m.say("setpriv", append([]string{"--reuid=nobody", "--regid=" + group, "--clear-groups", "/usr/bin/pychron-edge-agent"}, args...)...)
	}
	t.Run("a stranger is told the truth", func(t *testing.T) {
		m.t = t
		if out := as("nogroup", "halt"); !strings.Contains(out, "not permitted") || !strings.Contains(out, "nothing was halted") {
			t.Errorf("halt by a stranger said %q, want that it is not permitted and nothing was halted", out)
		}
	})
	t.Run("a member of the group halts", func(t *testing.T) {
		m.t = t
		m.fire()
		begun := time.Now()
		if out := as("pychron-edge", "halt"); !strings.Contains(out, "by the running agent") {
			t.Errorf("halt by a member said %q", out)
		}
		m.goesOff(begun, 5*time.Second)
	})
	t.Run("a refused file", func(t *testing.T) {
		m.t = t
		path := filepath.Join("/proc", m.init, "root/etc/pychron-edge/agent.yaml")
		if err := os.WriteFile(path, []byte("agent: {name: line 1}\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		m.say("systemctl", "restart", unit)
		if state := m.property("ActiveState"); state != "active" {
			t.Errorf("the unit is %s, want active: the last good configuration runs", state)
		}
		if log := m.say("journalctl", "--no-pager", "-u", unit, "-n", "40"); !strings.Contains(log, "agent.yaml:1:15: name of the agent") {
			t.Errorf("the journal lacks the mistake:\n%s", log)
		}
	})
}
