//go:build board

package board

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pychron-edge/drivers"
	"pychron-edge/drivers/pin"
)

const (
	program = "/usr/bin/pychron-edge-agent"
	listen  = "127.0.0.1:9119"
	token   = "board"
)

// The host sends back what it is asked in brackets, so the "gauge" reads 12.5.
const configuration = `agent:
  name: board
  clock: trusted
  tokens: [{name: jr, sha256: %x, rights: [command, admin]}]
devices:
  - {name: V1, model: valve, pins: {solenoid: {line: GPIO1, fail: "off"}}, options: {travel: 0s}, every: 200ms, control: true, on_halt: idle}
  - name: gauge
    model: ascii
    port: serial://?vid=0403&pid=6001&serial=GAUGE1&baud=9600
    every: 200ms
    options:
      end: "\r"
      reply_end: "\n"
      reads: [{send: "12.5", match: '<(\S+)>', name: temperature, unit: celsius}]
      vectors: [{send: "12.5\r", reply: "<12.5>\n", reads: {temperature: 12.5}}]
`

// machine is the agent and where it lives.
type machine struct {
	t      *testing.T
	config string
	run    string
	agent  *exec.Cmd
	said   *log
}

// log is what a program said.
type log struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.all.Write(p) }
func (l *log) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.all.String() }

func newMachine(t *testing.T) *machine {
	t.Helper()
	loopback(t)
	dir := t.TempDir()
	m := &machine{t: t, config: filepath.Join(dir, "agent.yaml"), run: filepath.Join(dir, "run")}
	if err := os.WriteFile(m.config, fmt.Appendf(nil, configuration, sha256.Sum256([]byte(token))), 0o640); err != nil {
		t.Fatal(err)
	}
	t.Setenv("STATE_DIRECTORY", filepath.Join(dir, "state"))
	t.Cleanup(func() { m.kill() })
	return m
}

// loopback brings up the only network there is.
func loopback(t *testing.T) {
	t.Helper()
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(s)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		t.Fatal(err)
	}
	lo.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, lo); err != nil {
		t.Fatal(err)
	}
}

func (m *machine) start() {
	m.t.Helper()
	m.said = &log{}
	m.agent = exec.Command(program, "run", "-config", m.config, "-runtime", m.run)
	m.agent.Stdout, m.agent.Stderr = m.said, m.said
	if err := m.agent.Start(); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) kill() {
	if m.agent != nil {
		m.agent.Process.Kill()
		m.agent.Wait()
		m.agent = nil
	}
}

// until waits for what must come true.
func (m *machine) until(what string, within time.Duration, check func() error) time.Duration {
	m.t.Helper()
	begun := time.Now()
	for {
		err := check()
		if err == nil {
			return time.Since(begun)
		}
		if time.Since(begun) > within {
			m.t.Fatalf("%s: not within %v: %v\n%s", what, within, err, m.said)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// set moves the valve.
func (m *machine) set(value int) error {
	r, err := http.NewRequest(http.MethodPost, "http://"+listen+"/devices/V1/open", strings.NewReader(fmt.Sprintf(`{"value":%d}`, value)))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Pychron-Edge-Token", token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var said struct{ Result, Error string }
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || said.Result != "success" {
		return fmt.Errorf("%s: %+v, %v", answer.Status, said, err)
	}
	return nil
}

// says waits until /status has a text.
func (m *machine) says(text string, within time.Duration) time.Duration {
	m.t.Helper()
	return m.until("status with "+text, within, func() error {
		answer, err := http.Get("http://" + listen + "/status")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		var all bytes.Buffer
		all.ReadFrom(answer.Body)
		if !strings.Contains(all.String(), text) {
			return fmt.Errorf("it is %.2000s", all.String())
		}
		return nil
	})
}

// left is the level a line was left at by whoever had it: it is taken as it is.
func left(t *testing.T, line string) bool {
	t.Helper()
	chips, err := pin.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer chips.Close()
	p, err := chips.Out(drivers.Pin{Line: line, Fail: "off"})
	if err != nil {
		t.Fatal(err)
	}
	return bool(p.(drivers.Output).Driven())
}

// The agent of the package reads a gauge on the adapter, moves a valve on the chip, and leaves the valve as it is when it is killed; agent halt
// makes it idle then.
func TestBoardAgent(t *testing.T) {
	m := newMachine(t)
	if out, err := exec.Command(program, "check", m.config).CombinedOutput(); err != nil {
		t.Fatalf("check: %v\n%s", err, out)
	}
	begun := time.Now()
	out, err := exec.Command(program, "once", m.config).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "12.5") {
		t.Fatalf("once: %v\n%s", err, out)
	}
	t.Logf("once: first reading after %v", time.Since(begun).Round(time.Millisecond))
	m.start()
	t.Logf("run: first reading after %v", m.says(`12.5`, 30*time.Second).Round(time.Millisecond))
	m.until("opening", 20*time.Second, func() error { return m.set(1) })
	m.kill()
	if !left(t, "GPIO1") {
		t.Fatal("the valve closed when the agent was killed, so nothing can be shown")
	}
	begun = time.Now()
	out, err = exec.Command(program, "halt", "-runtime", m.run).CombinedOutput()
	t.Logf("halt after kill -9: %v\n%s", time.Since(begun).Round(time.Millisecond), out)
	if err != nil || left(t, "GPIO1") {
		t.Errorf("halt: %v, the valve is open: %v\n%s", err, left(t, "GPIO1"), out)
	}
}

// A pin that another program has is named with it, and the valve comes back when it is free.
func TestBoardAgentPinIsTaken(t *testing.T) {
	m := newMachine(t)
	chips, err := pin.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chips.Out(drivers.Pin{Line: "GPIO1", Fail: "off"}); err != nil {
		t.Fatal(err)
	}
	m.start()
	m.says("in use by", 30*time.Second)
	if err := m.set(1); err == nil {
		t.Error("a valve whose pin is another's was opened")
	}
	if err := chips.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("the valve came back after %v", m.until("opening", 30*time.Second, func() error { return m.set(1) }).Round(time.Millisecond))
}

// A chip that is taken away while the agent has its lines ends neither the agent nor its other devices.
func TestBoardAgentChipIsRemoved(t *testing.T) {
	const driver = "/sys/bus/amba/drivers/pl061_gpio"
	devices, err := filepath.Glob(driver + "/*.pl061")
	if err != nil || len(devices) == 0 {
		t.Fatalf("no chip below %s: %v", driver, err)
	}
	m := newMachine(t)
	m.start()
	m.until("opening", 30*time.Second, func() error { return m.set(1) })
	chip := filepath.Base(devices[0])
	if err := os.WriteFile(driver+"/unbind", []byte(chip), 0o200); err != nil {
		t.Fatalf("the chip cannot be taken away: %v", err)
	}
	m.until("failing", 20*time.Second, func() error {
		if err := m.set(0); err != nil {
			return nil
		}
		return fmt.Errorf("it was moved")
	})
	m.says("12.5", 10*time.Second)
	if err := os.WriteFile(driver+"/bind", []byte(chip), 0o200); err != nil {
		t.Fatal(err)
	}
	t.Logf("the valve moved again %v after the chip's return", m.until("opening", 60*time.Second, func() error { return m.set(1) }).Round(time.Millisecond))
}
