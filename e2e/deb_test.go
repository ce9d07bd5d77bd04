//go:build e2e

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// packages are the newest Debian packages of this machine's architecture; `make deb` builds them.
func packages(t *testing.T) (agent, viewer string) {
	t.Helper()
	for name, into := range map[string]*string{"agent": &agent, "viewer": &viewer} {
		found, err := filepath.Glob(filepath.Join(root(t), "bin/deb/pychron-edge-"+name+"_*_"+runtime.GOARCH+".deb"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no package of %s in bin/deb (%v); run make deb", name, err)
		}
		*into = found[len(found)-1]
	}
	return agent, viewer
}

// TestPackagesUnderARealSystemd installs, upgrades, removes and purges the packages with dpkg on a running system.
func TestPackagesUnderARealSystemd(t *testing.T) {
	agentDeb, viewerDeb := packages(t)
	m := bootWith(t, func(m *machine, over string) {
		for to, from := range map[string]string{"agent.deb": agentDeb, "viewer.deb": viewerDeb} {
			data, err := os.ReadFile(from)
			path := filepath.Join(over, "srv", to)
			if err := errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
	})
	sh := func(command string) string { return m.say("sh", "-c", command) }
	want := func(what, command, expected string) {
		t.Helper()
		if out := sh(command); !strings.Contains(out, expected) {
			t.Errorf("%s: %s gave %q, want %q", what, command, out, expected)
		}
	}
	want("install", "dpkg --force-depends -i /srv/agent.deb /srv/viewer.deb && echo installed", "installed")
	want("install", "systemctl is-enabled "+unit, "enabled")
	want("no device is on", "systemctl is-active "+unit+" || true", "inactive")
	want("viewer", "systemctl is-active "+viewerUnit, "active")
	want("the file", "stat -c '%U:%G %a' /etc/pychron-edge/agent.yaml", "root:pychron-edge 640")
	want("the file", "pychron-edge-agent check", "no mistakes")
	want("man", "man -l /usr/share/man/man8/pychron-edge-agent.8.gz 2>/dev/null || zcat /usr/share/man/man8/pychron-edge-agent.8.gz", "pychron")
	want("licences", "cat /usr/share/doc/pychron-edge-agent/copyright", "Eclipse Public License")

	sh(`printf 'agent: {name: a}\ndevices:\n  - {name: hand, model: manual}\n' > /etc/pychron-edge/agent.yaml && systemctl start ` + unit)
	want("a device is on", "systemctl is-active "+unit, "active")
	before := m.property("MainPID")
	want("upgrade", "dpkg --force-depends --force-confold -i /srv/agent.deb && echo upgraded", "upgraded")
	m.runs(before)
	want("the file stays", "cat /etc/pychron-edge/agent.yaml", "name: hand")
	want("remove", "dpkg -r pychron-edge-agent && echo removed", "removed")
	want("removed", "systemctl is-active "+unit+" || true", "inactive")
	want("the file stays", "cat /etc/pychron-edge/agent.yaml", "name: hand")
	want("purge", "dpkg -P pychron-edge-agent pychron-edge-viewer && echo purged", "purged")
	want("purged", "ls /etc/pychron-edge /var/lib/pychron-edge 2>&1", "No such file")
	want("purged", "ls /etc/pychron-edge 2>&1", "No such file")
}
