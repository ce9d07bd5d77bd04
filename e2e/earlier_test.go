//go:build e2e

package e2e

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"pychron-edge/uplink/brokertest"
)

// earlierCommit is the version before the layout, the blocks and the second form of the store: what labs may still run.
const earlierCommit = "042023e"

// earlierPrograms builds agent and viewer of the earlier commit, and returns the folder of its files; the programs are in bin/ there.
func earlierPrograms(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, c := range [][]string{
		{"sh", "-c", `git -C "$1" archive ` + earlierCommit + ` | tar -x -C "$2"`, "sh", root(t), dir},
		{"go", "build", "-C", dir, "-buildvcs=false", "-o", "bin/", "./agent", "./uplink/viewer"},
	} {
		cmd := exec.Command(c[0], c[1:]...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s; the commit %s must be in this clone: `git fetch --unshallow`", c, err, tail(string(out), 1000), earlierCommit)
		}
	}
	return dir
}

// mixedLab is one broker, and the folders of an agent and a viewer, of which either version can be run.
type mixedLab struct {
	*testing.T
	broker, agentDir, viewerDir string
	agentAt, viewerAt           string
}

// newMixedLab has the demo of the earlier version, with a journal and a rule that a command trips.
func newMixedLab(t *testing.T, earlier string) *mixedLab {
	t.Helper()
	l := &mixedLab{T: t, broker: mosquitto(t), agentDir: t.TempDir(), viewerDir: t.TempDir(), agentAt: brokertest.FreeAddress(t), viewerAt: brokertest.FreeAddress(t)}
	data, err := os.ReadFile(filepath.Join(earlier, "firmware-cfg/demo.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := yaml.Unmarshal(data, &config); err != nil {
		t.Fatal(err)
	}
	agent := config["agent"].(map[string]any)
	agent["listen"], agent["tokens"] = l.agentAt, tokens()
	agent["journal"] = map[string]any{"path": filepath.Join(l.agentDir, "journal")}
	config["mqtt"] = map[string]any{"broker": "tcp://" + l.broker}
	config["rules"] = append(config["rules"].([]any), map[string]any{"name": "V1 was open", "when": "V1.open == 1", "forbid": []string{"V6.open"}})
	out, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	viewer := fmt.Sprintf("prefix: pychron_sim\nmqtt: {broker: \"tcp://%s\"}\nstore: %q\n", l.broker, filepath.Join(l.viewerDir, "viewer.db"))
	for name, text := range map[string]string{filepath.Join(l.agentDir, "agent.yaml"): string(out), filepath.Join(l.viewerDir, "viewer.yaml"): viewer} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func (l *mixedLab) agentURL() string  { return "http://" + l.agentAt }
func (l *mixedLab) viewerURL() string { return "http://" + l.viewerAt }

// agent starts the agent of a version, by the folder of its files.
func (l *mixedLab) agent(version string) *process {
	l.Helper()
	p := launchIn(l.T, l.agentDir, filepath.Join(version, "bin/agent"), "run", "-sim", "-config", filepath.Join(l.agentDir, "agent.yaml"))
	eventually(l.T, time.Minute, "the agent to answer", func() error { _, err := fetch(l.agentURL() + "/healthz"); return err })
	return p
}

func (l *mixedLab) viewer(version string) *process {
	l.Helper()
	p := launchIn(l.T, l.viewerDir, filepath.Join(version, "bin/viewer"), "run", "-config", filepath.Join(l.viewerDir, "viewer.yaml"), "-listen", l.viewerAt)
	eventually(l.T, time.Minute, "the viewer to answer", func() error { _, err := fetch(l.viewerURL() + "/healthz"); return err })
	return p
}

// end ends a program in order.
func end(p *process) {
	p.Process.Signal(syscall.SIGTERM)
	<-p.done
}

// everything is all that a program tells of, by its number.
func (l *mixedLab) everything(url string) map[string]string {
	l.Helper()
	all := map[string]string{}
	for _, e := range events(l.T, url, "since=2020-01-01T00:00:00Z&limit=10000") {
		if e["source"] != "bench_sim" {
			continue
		}
		key := fmt.Sprint(e["boot"], " ", e["lane"], " ", e["seq"])
		if _, again := all[key]; again {
			l.Errorf("%s is told twice", key)
		}
		all[key] = fmt.Sprint(e["timestamp"], " ", e["kind"], " ", e["metric_name"], " ", e["labels"], " ", e["value"], " ", e["status"], " ", e["note"])
	}
	return all
}

// presentBoot is the boot of the agent's newest start.
func presentBoot(t *testing.T, url string) string {
	t.Helper()
	newest, boot := "", ""
	for _, e := range events(t, url, "kind=system&limit=1000") {
		if at := fmt.Sprint(e["timestamp"]); e["metric_name"] == "agent_starts_total" && at > newest {
			newest, boot = at, fmt.Sprint(e["boot"])
		}
	}
	if boot == "" {
		t.Fatal("no start among the agent's events")
	}
	return boot
}

// arrives waits until the viewer has the first events of both lanes of the agent's present start, without a hole.
func (l *mixedLab) arrives() {
	l.Helper()
	boot := presentBoot(l.T, l.agentURL())
	eventually(l.T, time.Minute, "the events of start "+boot, func() error {
		all := l.everything(l.viewerURL())
		for _, lane := range []string{"audit", "readings"} {
			for seq := 1; seq <= 20; seq++ {
				if _, ok := all[fmt.Sprint(boot, " ", lane, " ", seq)]; !ok {
					return fmt.Errorf("%d of lane %s is not there, of %d events in all", seq, lane, len(all))
				}
			}
		}
		return nil
	})
}

// journalled waits until the earlier agent's journal has the command of a device. That version answers a command first and writes it down up to
// 50 ms later; the present one has written it down when it answers.
func (l *mixedLab) journalled(device string) {
	l.Helper()
	eventually(l.T, time.Minute, "the command in the journal of the earlier agent", func() error {
		files, err := filepath.Glob(filepath.Join(l.agentDir, "journal_sim", "*")) // with -sim
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			for len(data) > 8 { // a record: length of the text, 4 bytes, lowest first; its checksum, 4 bytes; the text
				end := 8 + int(binary.LittleEndian.Uint32(data))
				if end > len(data) {
					break // it is being written
				}
				if text := string(data[8:end]); strings.Contains(text, "commands_total") && strings.Contains(text, `"device":"`+device+`"`) {
					return nil
				}
				data = data[end:]
			}
		}
		return errors.Join(err, fmt.Errorf("it is not in %d files", len(files)))
	})
}

// TestMixedVersions runs each program against the other's earlier version: what an agent hands out reaches the viewer, across a kill -9 of the
// agent once it has promised to keep it.
func TestMixedVersions(t *testing.T) {
	earlier, present := earlierPrograms(t), root(t)
	for name, versions := range map[string][2]string{"earlier agent, present viewer": {earlier, present}, "present agent, earlier viewer": {present, earlier}} {
		t.Run(name, func(t *testing.T) {
			l := newMixedLab(t, earlier)
			l.viewer(versions[1])
			agent := l.agent(versions[0])
			l.arrives()
			if code, answer := command(t, l.agentURL(), "V2", "open", 1); code != 200 {
				t.Fatalf("opening V2: %d %s", code, answer)
			}
			if versions[0] == earlier {
				l.journalled("V2")
			}
			agent.kill()
			l.agent(versions[0])
			l.arrives()
			found := 0
			for _, e := range l.everything(l.viewerURL()) {
				if strings.Contains(e, "commands_total") && strings.Contains(e, "device:V2") {
					found++
				}
			}
			if found != 1 {
				t.Errorf("the command that was answered is at the viewer %d times, want once", found)
			}
			status, err := fetch(l.viewerURL() + "/status")
			if err != nil || !strings.Contains(status, `"bench_sim"`) {
				t.Errorf("the viewer's status: %v, want the agent in it", err)
			}
		})
	}
}

// TestEarlierStateIsTakenOver runs the earlier agent and viewer, and then the present ones over what they kept: file, journal, tripped rules and
// store.
func TestEarlierStateIsTakenOver(t *testing.T) {
	earlier, present := earlierPrograms(t), root(t)
	l := newMixedLab(t, earlier)
	viewer, agent := l.viewer(earlier), l.agent(earlier)
	l.arrives()
	for _, open := range []float64{1, 0} {
		if code, answer := command(t, l.agentURL(), "V1", "open", open); code != 200 {
			t.Fatalf("V1 to %g: %d %s", open, code, answer)
		}
	}
	eventually(t, time.Minute, "the rule to trip", func() error { return l.forbidden("V6") })
	boot := presentBoot(t, l.agentURL())
	end(agent)
	eventually(t, time.Minute, "the stop at the viewer", func() error {
		for key, e := range l.everything(l.viewerURL()) {
			if strings.HasPrefix(key, boot) && strings.Contains(e, "agent_stops_total") {
				return nil
			}
		}
		return errors.New("not there")
	})
	before := l.everything(l.viewerURL())
	end(viewer)

	l.viewer(present)
	eventually(t, time.Minute, "the store to be taken over", func() error {
		after := l.everything(l.viewerURL())
		for key, e := range before {
			if after[key] != e {
				return fmt.Errorf("%s was %q, and is %q; %d of %d are told", key, e, after[key], len(after), len(before))
			}
		}
		return nil
	})
	l.agent(present)
	eventually(t, time.Minute, "the rule to be named", func() error { // before V1 was read, that is why
		err := l.forbidden("V6")
		if errors.Is(err, errLetThrough) {
			t.Fatalf("after the present version started: %v; a rule that has tripped must hold until somebody clears it", err)
		}
		return err
	})
	journal := 0
	for key, e := range l.everything(l.agentURL()) {
		if strings.HasPrefix(key, boot+" audit ") && strings.Contains(e, "commands_total") && strings.Contains(e, "device:V1") {
			journal++
		}
	}
	if journal != 2 {
		t.Errorf("the agent tells of %d moves of V1 before it was replaced, want 2 from the journal", journal)
	}
	l.arrives()
}

var errLetThrough = errors.New("was let through")

// forbidden is an error unless the agent refuses to open a valve.
func (l *mixedLab) forbidden(valve string) error {
	l.Helper()
	if code, answer := command(l.T, l.agentURL(), valve, "open", 1); code == 200 {
		return fmt.Errorf("opening %s %w: %s", valve, errLetThrough, answer)
	} else if !strings.Contains(answer, "V1 was open") {
		return fmt.Errorf("opening %s: %d %s, want a refusal that names the rule", valve, code, answer)
	}
	return nil
}
