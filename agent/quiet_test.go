package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
)

// started is an agent of its own process with a configuration, whose address is found in what it says. It is told to stop
// when the test ends.
func started(t *testing.T, config string, flags ...string) (process *exec.Cmd, address string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	said := &lockedBuffer{}
	process = exec.Command(os.Args[0], append([]string{"run", "-config", file}, flags...)...)
	process.Env = append(os.Environ(), "TEST_AS_AGENT=1", "RUNTIME_DIRECTORY="+t.TempDir(), "STATE_DIRECTORY="+t.TempDir())
	process.Stdout, process.Stderr = said, said
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Process.Kill(); process.Wait() })
	listening := regexp.MustCompile(`msg=listening address=(\S+)`)
	until(t, "the page", func() bool {
		if m := listening.FindStringSubmatch(said.String()); m != nil {
			address = m[1]
		}
		return address != ""
	})
	return process, address
}

// TestAbsentThingsStopNothingAtTheStart starts an agent whose every line and whose broker are absent, beside one valve
// that a person moves.
func TestAbsentThingsStopNothingAtTheStart(t *testing.T) {
	process, address := started(t, `
agent: {name: bench, listen: 127.0.0.1:0}
mqtt: {broker: "tcp://127.0.0.1:1"}
devices:
  - {name: ion1, model: pfeiffer-tpg, port: "serial:///dev/serial/by-id/none", options: {channels: {1: ig}}}
  - {name: ion2, model: pfeiffer-tpg, port: "tcp://127.0.0.1:1", options: {channels: {1: ig}}}
  - {name: hand, model: manual, control: true}
`)
	health := map[string]string{}
	until(t, "word of every device", func() bool {
		var s telemetry.Status
		get(t, "http://"+address+"/status", &s)
		for _, d := range s.Devices {
			health[d.Name] = string(d.Health)
		}
		return health["ion1"] == "unavailable" && health["ion2"] == "unavailable" && health["hand"] == "healthy"
	})
	if process.ProcessState != nil {
		t.Error("the agent ended")
	}
}

// TestNormalRunningWritesNoFile looks at what the agent holds open for writing while it polls, and at the bytes the kernel
// charged it with: a memory card dies of small writes. A journal is the only exception, and is configured.
func TestNormalRunningWritesNoFile(t *testing.T) {
	process, address := started(t, `
agent: {name: bench, listen: 127.0.0.1:0}
devices:
  - {name: ion1, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0", every: 50ms, deadband: 0, options: {channels: {1: ig}}}
`, "-sim")
	readings := func() int {
		var s telemetry.Status
		get(t, "http://"+address+"/status", &s)
		at := slices.IndexFunc(s.Rings, func(r telemetry.RingStatus) bool { return fmt.Sprint(r.Lane) == "readings" })
		return int(s.Rings[at].Total)
	}
	until(t, "what a start keeps", func() bool { return readings() > 60 })
	proc := fmt.Sprintf("/proc/%d/", process.Process.Pid)
	before := written(t, proc)
	first := readings()
	until(t, "twenty more readings", func() bool { return readings() >= first+20 })
	if after := written(t, proc); after != before {
		t.Errorf("twenty readings wrote %d bytes to disk, want none", after-before)
	}
	for _, file := range writable(t, proc) {
		t.Errorf("%s is open for writing", file)
	}
}

// written is how many bytes a process caused to be written to storage, or will have.
func written(t *testing.T, proc string) (bytes int) {
	t.Helper()
	text, err := os.ReadFile(proc + "io")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fmt.Sscanf(line, "write_bytes: %d", &bytes)
	}
	return bytes
}

// writable are the regular files a process holds open for writing, but for the one that says that it is there.
func writable(t *testing.T, proc string) (files []string) {
	t.Helper()
	all, err := os.ReadDir(proc + "fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range all {
		target, _ := os.Readlink(proc + "fd/" + fd.Name())
		about, err := os.Stat(proc + "fd/" + fd.Name())
		if err != nil || !strings.HasPrefix(target, "/") || !about.Mode().IsRegular() || filepath.Base(target) == "agent.pid" {
			continue
		}
		flags := 0
		info, _ := os.ReadFile(proc + "fdinfo/" + fd.Name())
		for line := range strings.Lines(string(info)) {
			fmt.Sscanf(line, "flags: %o", &flags)
		}
		if flags&(os.O_WRONLY|os.O_RDWR) != 0 {
			files = append(files, target)
		}
	}
	return files
}

// TestOnlyAHungSupervisorStarvesTheWatchdog: instruments that are dead for an hour are failures of devices, and no reason to
// restart; a supervisor that makes no rounds is.
func TestOnlyAHungSupervisorStarvesTheWatchdog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, stop := testAgent(t, []*config.DevicePlan{gaugePlan("ion1", &fake{readErr: drivers.ErrTimeout}), gaugePlan("ion2", &fake{readErr: drivers.ErrPortLost})})
		time.Sleep(time.Hour)
		if err := h.alive(); err != nil {
			t.Errorf("alive with every instrument dead = %v, want nil", err)
		}
		stop()
		time.Sleep(stuck + time.Second)
		if err := h.alive(); err == nil {
			t.Errorf("alive %v after the supervisor's last round = nil, want what hangs", stuck+time.Second)
		}
	})
}
