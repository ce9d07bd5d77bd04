package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pychron-edge/agent/state"
)

// TestMain lets the test binary be the agent itself, so that kills and stops happen to a real process.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_AS_AGENT") == "1" {
		main()
	}
	os.Exit(m.Run())
}

// board is the other end of a laser's line: it answers, and keeps what it was told. It outlives the agents.
type board struct {
	mu       sync.Mutex
	commands []string
	mute     bool // it takes what it is sent, and answers nothing

	heard func(command string) // guarded by mu; nil: nobody listens
}

// serve answers one connection after the other: one line, one owner.
func (b *board) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		lines := bufio.NewScanner(conn)
		lines.Split(func(data []byte, _ bool) (int, []byte, error) {
			if at := bytes.IndexByte(data, '\r'); at >= 0 {
				return at + 1, data[:at], nil
			}
			return 0, nil, nil
		})
		for lines.Scan() {
			b.mu.Lock()
			mute := b.mute
			b.mu.Unlock()
			if !mute {
				fmt.Fprint(conn, b.answer(strings.TrimPrefix(lines.Text(), ";LB.")), "\r")
			}
		}
		conn.Close()
	}
}

func (b *board) answer(command string) string {
	b.mu.Lock()
	heard := b.heard
	b.mu.Unlock()
	if heard != nil {
		heard(command)
	}
	switch command {
	case "VER":
		return "Fusions Logic Board v0.96"
	case "INTLK", "ADC1":
		return "0"
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.commands = append(b.commands, command)
	return "OK"
}

// listen has f called with every command from now on, before it is answered.
func (b *board) listen(f func(command string)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = f
}

// on says whether the laser was enabled last, and not disabled since.
func (b *board) on() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for n := len(b.commands) - 1; n >= 0; n-- {
		if text, ok := strings.CutPrefix(b.commands[n], "ENBL "); ok {
			return text == "1"
		}
	}
	return false
}

// site is a board with a laser, and an agent's configuration and directory.
type site struct {
	t      *testing.T
	board  *board
	config string
	run    string
	agent  *exec.Cmd
	said   *lockedBuffer

	watchdog *net.UnixConn // what the agent tells its service manager
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newSite(t *testing.T) *site {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	dir := t.TempDir()
	s := &site{t: t, board: &board{}, config: filepath.Join(dir, "agent.yaml"), run: filepath.Join(dir, "run")}
	go s.board.serve(l)
	text := fmt.Sprintf(`
agent:
  name: bench
  listen: 127.0.0.1:0
  tokens: [{name: jr, sha256: %x, rights: [command]}]
devices:
  - {name: laser, model: fusions-co2, port: "tcp://%s", every: 100ms, stale_after: 5s, control: true, options: {max_on: 15m}}
`, sha256.Sum256([]byte("let me in")), l.Addr())
	if err := os.WriteFile(s.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// program is the agent with these arguments.
func (s *site) program(args ...string) (*exec.Cmd, *lockedBuffer) {
	c, said := exec.Command(os.Args[0], args...), &lockedBuffer{}
	c.Env = append(os.Environ(), "TEST_AS_AGENT=1", "RUNTIME_DIRECTORY="+s.run, "STATE_DIRECTORY="+s.run+".state")
	c.Stdout, c.Stderr = said, said
	return c, said
}

// start starts an agent.
func (s *site) start() {
	s.t.Helper()
	s.agent, s.said = s.program("run", "-config", s.config)
	s.agent.Env = append(s.agent.Env, s.notified()...)
	if err := s.agent.Start(); err != nil {
		s.t.Fatal(err)
	}
	agent := s.agent
	s.t.Cleanup(func() { agent.Process.Kill(); agent.Wait() })
}

// fire starts an agent and enables the laser through its page.
func (s *site) fire() {
	s.t.Helper()
	s.start()
	s.enable()
}

// enable enables the laser through the page of an agent that was started.
func (s *site) enable() {
	s.t.Helper()
	until(s.t, "the laser's enabling", func() bool {
		r, _ := http.NewRequest(http.MethodPost, s.page()+"/devices/laser/enabled", strings.NewReader(`{"value":1}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Pychron-Edge-Token", "let me in")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		var result struct{ Result, Error string }
		json.NewDecoder(answer.Body).Decode(&result)
		return result.Result == "success"
	})
	if !s.board.on() {
		s.t.Fatal("the laser is not on, so nothing can be shown")
	}
}

// halt runs agent halt and gives its exit code.
func (s *site) halt(args ...string) (int, string) {
	c, said := s.program(append([]string{"halt"}, args...)...)
	c.Run()
	return c.ProcessState.ExitCode(), said.String()
}

func TestTwoAgentsInOneRuntimeDirectory(t *testing.T) {
	s := newSite(t)
	s.fire()
	c, said := s.program("run", "-config", s.config)
	if c.Run(); c.ProcessState.ExitCode() != exitMistake || !strings.Contains(said.String(), "another agent is running") {
		t.Errorf("a second agent exited with %d: %s", c.ProcessState.ExitCode(), said)
	}
	if !s.board.on() {
		t.Error("a second agent that was refused moved something")
	}
}

func TestReloadOfWhatDidNotChangeMovesNothing(t *testing.T) {
	s := newSite(t)
	s.fire()
	before := len(s.board.commands)
	text, _ := os.ReadFile(s.config)
	os.WriteFile(s.config, append(text, "alarms: [{name: warm, when: \"laser.output > 50\", severity: warning}]\n"...), 0o600)
	s.agent.Process.Signal(syscall.SIGHUP)
	until(t, "the reload", func() bool { return strings.Contains(s.said.String(), "reload") })
	if !strings.Contains(s.said.String(), "configuration reloaded") {
		t.Fatal(s.said)
	}
	os.WriteFile(s.config, []byte("devices: [{name: 7}]\n"), 0o600)
	s.agent.Process.Signal(syscall.SIGHUP)
	until(t, "the refusal", func() bool { return strings.Contains(s.said.String(), "the old configuration stays") })
	if !s.board.on() || len(s.board.commands) != before {
		t.Errorf("a reload sent %q", s.board.commands[before:])
	}
}

func TestReloadThatTakesTheLaserAwayHaltsItFirst(t *testing.T) {
	s := newSite(t)
	s.fire()
	os.WriteFile(s.config, []byte("agent: {name: bench, listen: 127.0.0.1:0}\ndevices: [{name: hand, model: manual, control: true}]\n"), 0o600)
	s.agent.Process.Signal(syscall.SIGHUP)
	until(t, "the reload", func() bool { return strings.Contains(s.said.String(), "configuration reloaded") })
	if s.board.on() {
		t.Error("the laser is on though nobody looks after it any more")
	}
	if pid, _ := state.Holder(state.RuntimeDir(s.run).PidFile()); pid == 0 {
		t.Error("the agent ended")
	}
}
