//go:build e2e

package e2e

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pychron-edge/uplink/brokertest"
)

// machine is a real systemd in namespaces of its own, with the shipped unit as it is shipped.
type machine struct {
	t     *testing.T
	init  string // its process, from outside
	url   string
	board *logicBoard
}

const (
	unit       = "pychron-edge-agent.service"
	viewerUnit = "pychron-edge-viewer.service"
)

// waitOnline is a network that never comes.
const waitOnline = "[Unit]\nBefore=network-online.target\n[Service]\nType=oneshot\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=network-online.target\n"

// boot starts it, and the unit in it.
func boot(t *testing.T) *machine {
	t.Helper()
	m := bootWith(t, (*machine).lay)
	m.say("systemctl", "start", unit)
	return m
}

// bootWith starts it with what lay lays over this machine's root.
func bootWith(t *testing.T, lay func(m *machine, over string)) *machine {
	t.Helper()
	return bootOn(t, "/", lay)
}

// freshRoot is a machine on which nothing was ever installed: the debootstrap that EDGE_FRESH_ROOT names (e2e/testdata/debootstrap.sh makes one).
// Without it this machine's own root stands in for it, and the test says so.
func freshRoot(t *testing.T) string {
	t.Helper()
	root := os.Getenv("EDGE_FRESH_ROOT")
	if root == "" {
		t.Log("NOT ON A FRESH DEBOOTSTRAP: EDGE_FRESH_ROOT is not set, so a copy of this machine stands in for it")
		return "/"
	}
	if _, err := os.Stat(filepath.Join(root, "usr/bin/dpkg")); err != nil {
		t.Fatalf("EDGE_FRESH_ROOT: %v; must be a root that debootstrap made", err)
	}
	t.Logf("on a fresh debootstrap: %s", root)
	return root
}

// bootOn starts it on a root, with what lay lays over that.
func bootOn(t *testing.T, base string, lay func(m *machine, over string)) *machine {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("a systemd of one's own needs root, or a machine to start it on")
	}
	m := &machine{t: t, board: newLogicBoard(t)}
	over, work := t.TempDir(), t.TempDir()
	lay(m, over)
	p := exec.Command("unshare", "--mount", "sh", filepath.Join(root(t), "e2e/testdata/boot.sh"), work, over, base)
	said := &output{}
	p.Stdout, p.Stderr = said, said
	p.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("systemd said:\n%s\n%s", tail(said.String(), 3000), m.say("journalctl", "--no-pager", "-n", "80"))
		}
		p.Process.Kill() // with the first process of a process namespace goes all of it
		p.Wait()
		exec.Command("unshare", "--mount", "sh", "-c", "mount --make-rprivate / && mount -t cgroup2 cgroup2 \"$1\" && sleep 0.2; find \"$1\"/pychron-edge-e2e-* -depth -type d -exec rmdir {} +", "sh", work).Run()
	})
	eventually(t, time.Minute, "the first process", func() error {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", p.Process.Pid, p.Process.Pid))
		if m.init = strings.TrimSpace(string(children)); err == nil && m.init == "" {
			err = fmt.Errorf("unshare has no child: %s", said)
		}
		if err != nil {
			return err
		}
		exe, err := os.Readlink("/proc/" + m.init + "/exe") // the script's own children come and go before it
		if err == nil && filepath.Base(exe) != "systemd" {
			err = fmt.Errorf("its child is %s", exe)
		}
		return err
	})
	eventually(t, 90*time.Second, "systemd", func() error {
		if state := m.say("systemctl", "is-system-running"); !strings.HasPrefix(state, "running") && !strings.HasPrefix(state, "degraded") {
			return fmt.Errorf("it is %q: %s", state, said)
		}
		return nil
	})
	return m
}

// lay makes what is laid over the root: the program, the unit, its users, its configuration.
func (m *machine) lay(over string) {
	m.t.Helper()
	for to, data := range map[string][]byte{
		"usr/bin/pychron-edge-agent":           m.shipped("bin/agent"),
		"etc/systemd/system/" + unit:           m.shipped("systemd/" + unit),
		"usr/lib/sysusers.d/pychron-edge.conf": m.shipped("systemd/sysusers.conf"),
		"usr/lib/tmpfiles.d/pychron-edge.conf": m.shipped("systemd/tmpfiles.conf"),
		"etc/pychron-edge/agent.yaml":          []byte(m.configuration()),

		"usr/bin/pychron-edge-viewer":                             m.shipped("bin/viewer"),
		"etc/systemd/system/" + viewerUnit:                        m.shipped("systemd/" + viewerUnit),
		"usr/lib/sysusers.d/pychron-edge-viewer.conf":             m.shipped("systemd/sysusers-viewer.conf"),
		"etc/pychron-edge/viewer.yaml":                            []byte("listen: " + brokertest.FreeAddress(m.t) + "\nstore: /var/lib/pychron-edge-viewer/events.sqlite\nmqtt: {broker: \"tcp://127.0.0.1:1\"}\n"),
		"etc/systemd/system/systemd-networkd-wait-online.service": []byte(waitOnline),
	} {
		path := filepath.Join(over, to)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o755)); err != nil {
			m.t.Fatal(err)
		}
	}
}

// configuration is the agent's, with the board's laser; its page is at m.url from now on.
func (m *machine) configuration() string {
	m.t.Helper()
	listen := brokertest.FreeAddress(m.t)
	m.url = "http://" + listen
	return fmt.Sprintf(`
agent:
  name: bench
  listen: %s
  clock: trusted
  journal: {path: /var/lib/pychron-edge/journal}
  tokens: [{name: e2e, sha256: %x, rights: [command, admin]}]
devices:
  - {name: laser, model: fusions-co2, port: "tcp://%s", every: 100ms, control: true, options: {max_on: 15m}}
`, listen, sha256.Sum256([]byte(token)), m.board.address)
}

// shipped is a file of this tree.
func (m *machine) shipped(path string) []byte {
	m.t.Helper()
	data, err := os.ReadFile(filepath.Join(root(m.t), path))
	if err != nil {
		m.t.Fatal(err)
	}
	return data
}

// say runs a program in the machine and gives what it printed.
func (m *machine) say(program string, args ...string) string {
	c := exec.Command("nsenter", append([]string{"-t", m.init, "-m", "-p", "-u", "-i", "-C", "-r", "-w", program}, args...)...)
	out, _ := c.CombinedOutput()
	return strings.TrimSpace(string(out))
}

// property is one of the unit.
func (m *machine) property(name string) string {
	return m.say("systemctl", "show", "-P", name, unit)
}

// fire enables the laser through the page.
func (m *machine) fire() {
	m.t.Helper()
	eventually(m.t, 30*time.Second, "the laser's enabling", func() error {
		r, _ := http.NewRequest(http.MethodPost, m.url+"/devices/laser/enabled", strings.NewReader(`{"value":1}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Pychron-Edge-Token", token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		var said struct{ Result, Error string }
		json.NewDecoder(answer.Body).Decode(&said)
		if said.Result != "success" {
			return fmt.Errorf("%s: %+v", answer.Status, said)
		}
		return nil
	})
	if on, _ := m.board.enabled(); !on {
		m.t.Fatal("the laser is not on, so nothing can be shown")
	}
}

// clear clears the latch of a halt, as a person does.
func (m *machine) clear() {
	m.t.Helper()
	eventually(m.t, 10*time.Second, "the clearing of the latch", func() error {
		r, _ := http.NewRequest(http.MethodPost, m.url+"/rules/halt/clear", strings.NewReader("{}"))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Pychron-Edge-Token", token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("it answered %s", answer.Status)
		}
		return nil
	})
}

// goesOff waits until the laser is off and says how long that took.
func (m *machine) goesOff(begun time.Time, within time.Duration) {
	m.t.Helper()
	eventually(m.t, within, "the laser's going off", func() error {
		if on, _ := m.board.enabled(); on {
			return fmt.Errorf("it is on")
		}
		return nil
	})
	_, at := m.board.enabled()
	m.t.Logf("off after %v", at.Sub(begun).Round(time.Millisecond))
}

// runs waits until the unit is active again, with another process than before.
func (m *machine) runs(before string) {
	m.t.Helper()
	eventually(m.t, 30*time.Second, "the unit", func() error {
		if state, pid := m.property("ActiveState"), m.property("MainPID"); state != "active" || pid == before {
			return fmt.Errorf("it is %s as %s", state, pid)
		}
		return nil
	})
}

// TestUnitUnderARealSystemd starts the shipped unit under systemd itself, and ends it in every way it can end while the laser
// is on.
func TestUnitUnderARealSystemd(t *testing.T) {
	m := boot(t)
	m.runs("0")
	t.Run("reload moves nothing", func(t *testing.T) {
		m.t = t
		m.fire()
		pid := m.property("MainPID")
		if out := m.say("systemctl", "reload", unit); out != "" {
			t.Errorf("reload: %s", out)
		}
		if on, _ := m.board.enabled(); !on || m.property("MainPID") != pid {
			t.Error("a reload of the same configuration ended the run")
		}
	})
	t.Run("kill -9", func(t *testing.T) {
		m.t = t
		m.fire()
		pid, begun := m.property("MainPID"), time.Now()
		m.say("sh", "-c", "kill -9 "+pid)
		m.goesOff(begun, 10*time.Second)
		m.runs(pid)
		if on, _ := m.board.enabled(); on {
			t.Error("a restart switched the laser on")
		}
	})
	t.Run("SIGSTOP", func(t *testing.T) {
		m.t = t
		m.fire()
		pid, begun := m.property("MainPID"), time.Now()
		m.say("sh", "-c", "kill -STOP "+pid)
		m.goesOff(begun, 30*time.Second)
		m.runs(pid)
		if result := m.property("NRestarts"); result == "0" {
			t.Error("the watchdog restarted nothing")
		}
	})
	t.Run("agent halt of one that is stopped", func(t *testing.T) {
		m.t = t
		m.fire()
		pid, begun := m.property("MainPID"), time.Now()
		m.say("sh", "-c", "kill -STOP "+pid)
		out := m.say("/usr/bin/pychron-edge-agent", "halt")
		m.goesOff(begun, 10*time.Second)
		m.runs(pid)
		if latch := m.say("cat", "/run/pychron-edge/halt.latch"); !strings.Contains(latch, "command line") {
			t.Errorf("the latch did not outlive the restart: %q; halt said %q", latch, out)
		}
		m.clear()
	})
	t.Run("stop", func(t *testing.T) {
		m.t = t
		m.fire()
		begun := time.Now()
		m.say("systemctl", "stop", unit)
		m.goesOff(begun, 10*time.Second)
		if state := m.property("Result"); state != "success" {
			t.Errorf("the unit ended with %s, want success", state)
		}
	})
}
