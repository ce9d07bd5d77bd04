//go:build e2e

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// service is a program that several faults at once may keep down or stopped. One that ends by itself is started again, as systemd would.
type service struct {
	name         string
	prepare      func() *process
	family       bool // signals go to its children, too
	mayEnd       bool // it may end by itself: it is not ours
	process      *process
	down, halted int
	deaths       []string // what it printed when it ended by itself
}

// prepared is a program whose folders for what it keeps are on a disk.
func (l *lab) prepared(dir, path string, args ...string) *process {
	p := &process{Cmd: exec.Command(path, args...)}
	p.Dir = dir
	p.Env = append(os.Environ(), "RUNTIME_DIRECTORY="+l.dir, "STATE_DIRECTORY="+filepath.Join(dir, "state"))
	return p
}

func (l *lab) add(s *service) {
	l.programs[s.name] = s
	l.start(s)
}

// start starts a program and does not wait until it answers.
func (l *lab) start(s *service) {
	l.Helper()
	s.process = s.prepare()
	s.process.launch(l.T)
	if s.halted > 0 {
		l.signal(s, syscall.SIGSTOP)
	}
	if s.name == "agent" {
		start, p := int(l.starts.Load()), s.process
		l.calls.Go(func() { l.askBoot(start, p) })
	}
}

// askBoot learns which boot a start of the agent is, if it lives to tell.
func (l *lab) askBoot(start int, p *process) {
	for {
		if boot := bootOf(l.agentURL); boot != "" {
			l.mu.Lock()
			defer l.mu.Unlock()
			if int(l.starts.Load()) == start {
				l.boots[start] = boot
			}
			return
		}
		select {
		case <-p.done:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// takeDown keeps a program down until bringUp.
func (l *lab) takeDown(name string, with syscall.Signal) {
	s := l.programs[name]
	if s.down++; s.down > 1 {
		return
	}
	if with != syscall.SIGKILL {
		l.signal(s, syscall.SIGCONT)
	}
	l.signal(s, with)
	l.awaitEnd(s)
	if name == "agent" {
		l.noteUnwritten()
		for _, c := range l.counters {
			if err := c.interrupted(); err != nil {
				l.Errorf("releasing %s: %v", c.name, err)
			}
		}
	}
}

// noteUnwritten looks whether the start of the agent that has ended stands on its card.
func (l *lab) noteUnwritten() {
	text, _ := os.ReadFile(filepath.Join(l.card.dir, "state", "boots.json"))
	start := int(l.starts.Load())
	l.mu.Lock()
	defer l.mu.Unlock()
	boot := l.boots[start]
	l.unwritten[start] = boot == "" && string(text) == l.written || boot != "" && !strings.Contains(string(text), boot)
	l.written = string(text)
}

// awaitEnd waits until a program has ended; one that does not is killed and named.
func (l *lab) awaitEnd(s *service) {
	select {
	case <-s.process.done:
	case <-time.After(30 * time.Second):
		s.deaths = append(s.deaths, "did not end within 30 s")
		l.signal(s, syscall.SIGKILL)
		<-s.process.done
	}
}

func (l *lab) bringUp(name string) {
	s := l.programs[name]
	if s.down--; s.down == 0 {
		l.start(s)
	}
}

func (l *lab) halt(name string) {
	s := l.programs[name]
	if s.halted++; s.halted == 1 {
		l.signal(s, syscall.SIGSTOP)
	}
}

func (l *lab) resume(name string) {
	s := l.programs[name]
	if s.halted--; s.halted == 0 {
		l.signal(s, syscall.SIGCONT)
	}
}

// signal sends a signal to a program that was started here, and to its children where it has some.
func (l *lab) signal(s *service, with syscall.Signal) {
	select {
	case <-s.process.done:
		return
	default:
	}
	pids := []int{s.process.Process.Pid}
	if s.family {
		pids = append(pids, childrenOf(pids[0])...)
	}
	for _, pid := range pids {
		_ = syscall.Kill(pid, with)
	}
}

// supervise starts again what has ended by itself.
func (l *lab) supervise() {
	for _, s := range l.programs {
		select {
		case <-s.process.done:
		default:
			continue
		}
		if s.down > 0 {
			continue
		}
		if !s.mayEnd {
			s.deaths = append(s.deaths, tail(s.process.out.String(), 2000))
		}
		l.start(s)
	}
}

// dead is a program that ended by itself; nil = none did.
func (l *lab) dead() *service {
	for _, s := range l.programs {
		if len(s.deaths) > 0 {
			return s
		}
	}
	return nil
}

// healthy waits until every program answers.
func (l *lab) healthy() {
	l.Helper()
	eventually(l.T, 2*time.Minute, "everything to run", func() error {
		l.supervise()
		if s := l.dead(); s != nil {
			l.Fatalf("%s ended by itself: %s", s.name, s.deaths[0])
		}
		_, agent := fetch(l.agentURL + "/healthz")
		_, viewer := fetch(l.viewerURL + "/healthz")
		return errors.Join(agent, viewer)
	})
}
