//go:build e2e

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestArmPackageUnderARealSystemd installs the package of the smallest boards (armhf, for an ARMv6) as one of a foreign architecture, and lets an
// emulator run what a person is told to say there, up to the first reading.
func TestArmPackageUnderARealSystemd(t *testing.T) {
	emulator, err := exec.LookPath("qemu-arm-static")
	if err != nil {
		t.Fatalf("%v (Debian package qemu-user-static)", err)
	}
	deb := packageOf(t, "agent", "armhf")
	m := bootOn(t, freshRoot(t), func(_ *machine, over string) {
		for to, from := range map[string]string{"srv/" + filepath.Base(deb): deb, "srv/arm": emulator} {
			data, err := os.ReadFile(from)
			if err == nil {
				path := filepath.Join(over, to)
				err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o755))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	m.say("dpkg", "--add-architecture", "armhf")
	begun := time.Now()
	for _, c := range []asWritten{
		{command: "apt-get install -y ./pychron-edge-agent_*_armhf.deb", want: "Setting up pychron-edge-agent:armhf"},
		{command: "./arm /usr/bin/pychron-edge-agent version", want: "linux/arm"},
		{command: "./arm /usr/bin/pychron-edge-agent check", want: "no mistakes"},
		{command: "./arm /usr/bin/pychron-edge-agent init co2=fusions-co2@tcp://ADDRESS", want: "wrote /etc/pychron-edge/agent.yaml"},
		{command: "./arm /usr/bin/pychron-edge-agent once", want: "co2"},
	} {
		c.command = strings.ReplaceAll(c.command, "ADDRESS", m.board.address)
		c.run(t, m.shell)
	}
	t.Logf("armhf under an emulator, from the installation to the first reading: %v", time.Since(begun).Round(10*time.Millisecond))
}
