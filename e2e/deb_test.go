//go:build e2e

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// repacked is a package in the same words but for its version, which is lower or higher than that of the one given.
func repacked(t *testing.T, deb, version string) []byte {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "other.deb")
	for _, args := range [][]string{
		{"dpkg-deb", "-R", deb, filepath.Join(dir, "tree")},
		{"sed", "-i", "s/^Version: .*/Version: " + version + "/", filepath.Join(dir, "tree/DEBIAN/control")},
		{"dpkg-deb", "--root-owner-group", "-Zgzip", "-b", filepath.Join(dir, "tree"), out},
	} {
		if said, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, said)
		}
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// packageOf is the newest Debian package of a program for an architecture; `make deb` builds them.
func packageOf(t *testing.T, name, arch string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root(t), "bin/deb/pychron-edge-"+name+"_*_"+arch+".deb"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no package of %s for %s in bin/deb (%v); run make deb", name, arch, err)
	}
	return found[len(found)-1]
}

// packages are those of this machine's architecture.
func packages(t *testing.T) (agent, viewer string) {
	t.Helper()
	return packageOf(t, "agent", runtime.GOARCH), packageOf(t, "viewer", runtime.GOARCH)
}

// TestPackagesUnderARealSystemd installs, upgrades, downgrades, removes and purges the packages with dpkg on a running system.
func TestPackagesUnderARealSystemd(t *testing.T) {
	agentDeb, viewerDeb := packages(t)
	m := bootOn(t, freshRoot(t), func(m *machine, over string) {
		read := func(path string) []byte {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		for to, data := range map[string][]byte{"agent.deb": read(agentDeb), "viewer.deb": read(viewerDeb),
			"old.deb": repacked(t, agentDeb, "0~1"), "new.deb": repacked(t, agentDeb, "9999")} {
			path := filepath.Join(over, "srv", to)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
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
	want("viewer", "systemctl start "+viewerUnit+" && systemctl is-active "+viewerUnit, "active") // its start may still be under way
	want("the file", "stat -c '%U:%G %a' /etc/pychron-edge/agent.yaml", "root:pychron-edge 640")
	want("the file", "pychron-edge-agent check", "no mistakes")
	for _, name := range []string{"pychron-edge-agent", "pychron-edge-viewer"} {
		page := "/usr/share/man/man8/" + name + ".8.gz"
		want("man", "man -l "+page+" 2>/dev/null || zcat "+page, "check")
		want("completion", "cat /usr/share/bash-completion/completions/"+name, "complete -o filenames -F")
		want("completion", "cat /usr/share/zsh/vendor-completions/_"+name, "#compdef "+name)
		want("help", name+" --help", "usage: "+name[len("pychron-edge-"):]+" VERB")
	}
	for _, file := range []string{"agent/proxy.md", "agent/mqtt.md", "agent/describing-an-instrument.md", "viewer/security.md", "viewer/scale.md",
		"viewer/examples/alerts.yml", "viewer/examples/grafana", "viewer/examples/institute/lab.yaml"} {
		path := "/usr/share/doc/pychron-edge-" + file
		want("what README and manuals name", "ls -d "+path, path)
	}
	want("licences", "cat /usr/share/doc/pychron-edge-agent/copyright", "Eclipse Public License")

	sh("printf '%s' '" + m.configuration() + "' > /etc/pychron-edge/agent.yaml && systemctl start " + unit)
	want("a device is on", "systemctl is-active "+unit, "active")
	before := m.property("MainPID")
	want("upgrade", "dpkg --force-depends --force-confold -i /srv/agent.deb && echo upgraded", "upgraded")
	m.runs(before)
	want("the file stays", "cat /etc/pychron-edge/agent.yaml", "name: laser")
	for _, c := range []struct{ what, file, version string }{{"upgrade", "new", "9999"}, {"downgrade", "old", "0~1"}} {
		m.fire()
		before, begun := m.property("MainPID"), time.Now()
		want(c.what, "dpkg --force-depends --force-confold -i /srv/"+c.file+".deb && echo done", "done")
		m.goesOff(begun, 30*time.Second)
		m.runs(before)
		want(c.what, "dpkg-query -W -f='${Version}' pychron-edge-agent", c.version)
		want(c.what+": the file stays", "cat /etc/pychron-edge/agent.yaml", "name: laser")
		want(c.what+": what survives stays", "ls /var/lib/pychron-edge", "journal")
	}
	want("remove", "dpkg -r pychron-edge-agent && echo removed", "removed")
	want("removed", "systemctl is-active "+unit+" || true", "inactive")
	want("the file stays", "cat /etc/pychron-edge/agent.yaml", "name: laser")
	want("purge", "dpkg -P pychron-edge-agent pychron-edge-viewer && echo purged", "purged")
	want("purged", "ls /etc/pychron-edge /var/lib/pychron-edge 2>&1", "No such file")
	want("purged", "ls /etc/pychron-edge 2>&1", "No such file")
}
