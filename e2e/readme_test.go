//go:build e2e

package e2e

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asWritten is a command of the README, in the order in which the test runs it.
type asWritten struct {
	command string
	stdin   string // what a person types
	within  string // a command that ends by being told to: after how long, as of timeout(1); "" = it ends by itself
	want    string // in what it prints; "" = nothing is asked but that it goes well
	fails   bool   // it may end with another code than 0
}

// onABoard are run in a machine on which nothing was installed, in the folder of the package.
var onABoard = []asWritten{
	{command: "sudo apt install ./pychron-edge-agent_*.deb"},
	{command: "sudo pychron-edge-agent init", stdin: "line1\ntorr\nnone\nfusions-co2\nADDRESS\nco2\n\n", want: "Instrument on another place"},
	{command: "pychron-edge-agent once", want: "co2"},
	{command: "sudo systemctl restart pychron-edge-agent"},
	{command: "sudo systemctl reload pychron-edge-agent"},
	{command: "pychron-edge-agent ports", want: "NAME THAT STAYS"},
	{command: "pychron-edge-agent probe /dev/ttyUSB0", want: "/dev/ttyUSB0", fails: true}, // there is no such port
	{command: "pychron-edge-agent models tpg366", want: "pfeiffer-tpg"},
	{command: "pychron-edge-agent schema > agent.schema.json"},
	{command: "pychron-edge-agent check", want: "no mistakes"},
	{command: "pychron-edge-agent notify-test", want: "names no receiver", fails: true}, // init asks for none
	{command: "sudo pychron-edge-agent doctor", want: "configuration", fails: true},     // what it finds of this machine is another matter
	{command: "pychron-edge-agent halt", want: "co2"},
	{command: "journalctl -u pychron-edge-agent -p warning", want: "halt"},
	{command: "sudo tar czf edge.tgz /etc/pychron-edge /var/lib/pychron-edge"},
	{command: "sudo tar xzf edge.tgz -C /"},
	{command: "sudo apt install --allow-downgrades ./pychron-edge-agent_OLD.deb"},
	{command: "pychron-edge-agent import DIR -o line1.yaml", want: "pins"},
	{command: "pychron-edge-agent run -sim", within: "5", want: "agent started", fails: true},
	{command: "pychron-edge-agent run -strict", within: "5", want: "agent started", fails: true},
}

// atADesk are run in this folder, beside `make demo`.
var atADesk = []asWritten{
	{command: "curl -s localhost:9119/events | jq '.[-1]'", want: `"boot"`},
	{command: "curl -s 'localhost:9119/events?kind=command,failure,recovery'", want: "["},
	{command: "curl -sN -H 'Accept: text/event-stream' localhost:9119/events", within: "3", want: "data:", fails: true},
	{command: "curl -s 'localhost:9119/events?format=csv' > events.csv"},
	{command: "curl -s localhost:9119/metrics | grep pressure", want: "pressure"},
	{command: "bin/agent once -sim -config firmware-cfg/demo.yaml", want: "ion1"},
	{command: `printf %s "$SECRET" | sha256sum`, want: "  -"},
	{command: `curl -X POST -H 'Content-Type: application/json' -H "X-Pychron-Edge-Token: $SECRET" -d '{"value":1,"note":"pump down"}' localhost:9119/devices/V1/open`, want: `"result"`},
	{command: "viewer check viewer.yaml", want: "no mistakes"},
	{command: "viewer schema > viewer.schema.json"},
	{command: "viewer run -config viewer.yaml", within: "5", want: "viewer", fails: true},
	{command: "viewer export -from 2026-11-22T00:00:00Z -to 2026-11-23T00:00:00Z -format csv", want: "Timestamp"},
}

// readmeCommands are the commands of the README: those that stand indented or in the table of what to say, and those of our programs in its text.
func readmeCommands(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(string(data), "")
	text = regexp.MustCompile(`\\\n\s+`).ReplaceAllString(text, "")
	var all []string
	ours := regexp.MustCompile(`^(sudo|pychron-edge-\w+|agent|bin/\w+|curl|printf|journalctl|systemctl|viewer|run|make|go|apt|dpkg) .`)
	for line := range strings.Lines(text) {
		var found []string
		if indented, ok := strings.CutPrefix(line, "    "); ok {
			command, _, _ := strings.Cut(indented, "   ")
			found = []string{strings.TrimSpace(strings.TrimSuffix(regexp.MustCompile(`\s+# .*`).ReplaceAllString(command, ""), "\n"))}
		} else {
			for _, q := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(line, -1) {
				found = append(found, q[1])
			}
		}
		for _, command := range found {
			if ours.MatchString(command) && !slices.Contains(all, command) {
				all = append(all, command)
			}
		}
	}
	return all
}

// TestEveryCommandOfTheREADMEIsRun compares the lists with the README; it runs none of them.
func TestEveryCommandOfTheREADMEIsRun(t *testing.T) {
	all := readmeCommands(t)
	for _, c := range slices.Concat(onABoard, atADesk) {
		if !slices.Contains(all, c.command) {
			t.Errorf("%s is run, and does not stand in the README", c.command)
		}
		all = slices.DeleteFunc(all, func(command string) bool { return command == c.command })
	}
	for _, command := range all {
		if !strings.HasPrefix(command, "make ") && command != "go generate ./telemetry" { // which CI runs, the test of the Makefile's targets, and that of the built page
			t.Errorf("the README says %s, and nothing runs it", command)
		}
	}
}

// TestREADMEUnderARealSystemd runs every command of the README as it is written, in a network of its own: on a fresh machine what a board is told,
// and beside the demo what a desk is.
func TestREADMEUnderARealSystemd(t *testing.T) {
	if os.Getenv("README_IN_A_NETWORK") == "" {
		c := exec.Command("unshare", "--net", "sh", "-c", `ip link set lo up && exec "$@"`, "sh", os.Args[0], "-test.run=^TestREADMEUnderARealSystemd$", "-test.v")
		c.Env = append(os.Environ(), "README_IN_A_NETWORK=yes")
		c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		out, err := c.CombinedOutput()
		t.Logf("%s", out)
		if err != nil {
			t.Error(err)
		}
		return
	}
	t.Run("on a board", readmeOnABoard)
	t.Run("at a desk", readmeAtADesk)
}

// readmeOnABoard begins on a machine without us.
func readmeOnABoard(t *testing.T) {
	agentDeb, _ := packages(t)
	data, err := os.ReadFile(agentDeb)
	if err != nil {
		t.Fatal(err)
	}
	base := freshRoot(t)
	m := bootOn(t, base, func(_ *machine, over string) {
		files := map[string]string{"srv/" + filepath.Base(agentDeb): string(data), "srv/old/pychron-edge-agent_OLD.deb": string(repacked(t, agentDeb, "0~1")),
			"etc/apt/apt.conf.d/90yes": "APT::Get::Assume-Yes \"true\";\n"} // what a person answers
		if _, err := os.Stat(filepath.Join(base, "usr/bin/sudo")); err != nil {
			files["usr/bin/sudo"] = "#!/bin/sh\nexec \"$@\"\n"
		}
		for to, text := range files {
			path := filepath.Join(over, to)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o755)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.CopyFS(filepath.Join(over, "srv/DIR"), os.DirFS(filepath.Join(root(t), "agent/pychronimport/testdata/box"))); err != nil {
			t.Fatal(err)
		}
	})
	begun := time.Now()
	for _, c := range onABoard {
		c.stdin = strings.ReplaceAll(c.stdin, "ADDRESS", "tcp://"+m.board.address)
		switch {
		case strings.Contains(c.command, "_OLD"):
			m.say("sh", "-c", "mv /srv/old/*.deb /srv/")
		case strings.HasSuffix(c.command, " -sim"):
			m.say("systemctl", "stop", unit)
		}
		c.run(t, m.shell)
		if c.command == "pychron-edge-agent once" {
			t.Logf("from apt install to the first reading: 3 commands, %v", time.Since(begun).Round(10*time.Millisecond))
		}
	}
	if version := m.say("dpkg-query", "-W", "-f=${Version}", "pychron-edge-agent"); version != "0~1" {
		t.Errorf("the version after going back is %s, want 0~1", version)
	}
}

// shell is a command in the machine, in the folder of its packages.
func (m *machine) shell(command string) *exec.Cmd {
	return exec.Command("nsenter", "-t", m.init, "-m", "-p", "-u", "-i", "-C", "-r", "-w", "sh", "-c", "cd /srv && export HOME=/root && "+command)
}

// readmeAtADesk begins with the demo.
func readmeAtADesk(t *testing.T) {
	demo := launchMake(t, "demo")
	secret := ""
	eventually(t, 5*time.Minute, "the demo", func() error {
		found := regexp.MustCompile(`\b[A-Z2-7]{26}\b`).FindString(demo.String())
		if secret = found; found == "" {
			return fmt.Errorf("it said %s", tail(demo.String(), 2000))
		}
		return nil
	})
	work := t.TempDir()
	if err := errors.Join(os.Symlink(filepath.Join(root(t), "bin"), filepath.Join(work, "bin")), os.Symlink(filepath.Join(root(t), "firmware-cfg"), filepath.Join(work, "firmware-cfg")),
		os.WriteFile(filepath.Join(work, "viewer.yaml"), []byte("listen: 127.0.0.1:9121\nname: second\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, c := range atADesk {
		c.run(t, func(command string) *exec.Cmd {
			p := exec.Command("sh", "-c", "cd "+work+" && "+command)
			p.Env = append(os.Environ(), "SECRET="+secret, "PATH="+filepath.Join(root(t), "bin")+":"+os.Getenv("PATH"))
			return p
		})
	}
}

// launchMake starts a target of the Makefile that runs until it is told to stop.
func launchMake(t *testing.T, target string) *output {
	t.Helper()
	p, said := exec.Command("make", target), &output{}
	p.Dir, p.Stdout, p.Stderr = root(t), said, said
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-p.Process.Pid, syscall.SIGINT) // Ctrl-C
		p.Wait()
	})
	return said
}

// run runs the command as it is written: how makes a process of it.
func (c asWritten) run(t *testing.T, how func(command string) *exec.Cmd) {
	t.Helper()
	begun, command := time.Now(), c.command
	switch {
	case c.stdin != "": // at a terminal
		command = "script -qec '" + command + "' /dev/null"
	case c.within != "":
		command = "timeout " + c.within + " " + command
	}
	p := how(command)
	if c.stdin != "" {
		p.Stdin = strings.NewReader(c.stdin)
	}
	out, err := p.CombinedOutput()
	t.Logf("%v  %s", time.Since(begun).Round(10*time.Millisecond), c.command)
	if (err != nil && !c.fails) || !strings.Contains(string(out), c.want) {
		t.Errorf("%s: %v, want %s in\n%s", c.command, err, cmp.Or(c.want, "no error"), tail(string(out), 3000))
	}
}
