//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestUnitsUnderARealSystemd starts both units where the network never comes, and asks who may halt.
func TestUnitsUnderARealSystemd(t *testing.T) {
	m := boot(t)
	t.Run("start without a network", func(t *testing.T) {
		m.t = t
		m.say("systemctl", "--no-block", "start", "systemd-networkd-wait-online.service")
		took := m.quickest(5)
		if state := m.say("systemctl", "is-active", "systemd-networkd-wait-online.service"); state != "activating" {
			t.Fatalf("wait-online is %s, want activating: it shows nothing", state)
		}
		for _, u := range []string{unit, viewerUnit} {
			if state := m.say("systemctl", "is-active", u); state != "active" {
				t.Errorf("%s is %s, want active\n%s", u, state, m.say("systemctl", "--no-pager", "-l", "-n", "20", "status", u))
			}
		}
		const long = 30 * time.Second // wait-online ends after two minutes; what else this machine does must not count
		if took > long {
			t.Errorf("the quickest of 5 starts took %v, want %v at most: it waited for something", took, long)
		}
		t.Logf("both units active %.3f s after systemctl start while wait-online hangs (the quickest of at most 5; budget 2 s on a machine that does nothing else, %.1f programs a processor now)",
			took.Seconds(), crowd(t))
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
	t.Run("a changed host name", func(t *testing.T) {
		m.t = t
		host := strings.Replace(strings.TrimPrefix(m.url, "http://"), "127.0.0.1", "moved7.local", 1)
		if code, body := m.get("/status", host); code != http.StatusForbidden {
			t.Fatalf("before the machine is called so, a request to %s is answered by %d, want %d: it shows nothing\n%s", host, code, http.StatusForbidden, body)
		}
		m.say("sh", "-c", "echo moved7 > /etc/hostname && hostname moved7")
		if code, body := m.get("/status", host); code != http.StatusOK {
			t.Errorf("a request to %s is answered by %d, want 200\n%s", host, code, body)
		}
	})
	t.Run("a read-only state directory", func(t *testing.T) {
		m.t = t
		m.clear()
		m.say("systemctl", "stop", unit)
		const at = "/var/lib/pychron-edge"
		if out := m.say("sh", "-c", "mount -t tmpfs tmpfs "+at+" && chown pychron-edge:pychron-edge "+at+" && chmod 750 "+at+" && mount -o remount,ro "+at); out != "" {
			t.Fatal(out)
		}
		if out := m.say("systemctl", "start", unit); out != "" {
			t.Errorf("start: %s", out)
		}
		m.runs("0")
		eventually(t, 20*time.Second, "word of the directory", func() error {
			if code, body := m.get("/status", ""); !strings.Contains(body, "read-only file system") {
				return fmt.Errorf("/status answered %d and says nothing of it", code)
			}
			return nil
		})
		m.fire() // everything else goes on
		m.say("systemctl", "stop", unit)
		if out := m.say("umount", at); out != "" {
			t.Error(out)
		}
		if out := m.say("systemctl", "start", unit); out != "" {
			t.Errorf("start: %s", out)
		}
		m.runs("0")
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
		if log := m.say("journalctl", "--no-pager", "-p", "err", "-u", unit, "-n", "40"); !strings.Contains(log, "agent.yaml:1:15: name of the agent") {
			t.Errorf("the journal lacks the mistake among its errors:\n%s", log)
		}
	})
}

// quickest is how long the quickest of some starts of both units took: what else this machine does must not count.
func (m *machine) quickest(tries int) time.Duration {
	m.t.Helper()
	took := time.Hour
	for ; tries > 0 && took > time.Second; tries-- {
		m.say("systemctl", "stop", unit, viewerUnit)
		begun := time.Now()
		if out := m.say("systemctl", "start", unit, viewerUnit); out != "" {
			m.t.Errorf("start: %s", out)
		}
		took = min(took, time.Since(begun))
	}
	return took
}

// crowd is how many programs wait for each processor of this machine, 1 or more: each takes that much longer.
func crowd(t *testing.T) float64 {
	t.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	var load float64
	if _, err := fmt.Sscan(string(text), &load); err != nil {
		t.Fatalf("/proc/loadavg says %q: %v", text, err)
	}
	return max(1, load/float64(runtime.NumCPU()))
}

// get asks the agent's page under a host name; "" = its address.
func (m *machine) get(path, host string) (code int, body string) {
	m.t.Helper()
	r, err := http.NewRequest(http.MethodGet, m.url+path, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	r.Host = host
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}
