//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// lab is one agent with two counters, a broker, a viewer and its database, each of which can be killed and started again with what it
// keeps. Between them stand proxies; what they keep is on small disks of their own.
type lab struct {
	*testing.T
	labKind
	template              string // files of a new database server
	dir                   string
	agentURL, viewerURL   string
	brokerAt              string
	fromAgent, fromViewer *wireProxy
	card, store, spool    *disk // of the agent; of the viewer's store; of the broker
	programs              map[string]*service
	counters              []*counter
	sent                  int    // commands so far
	written               string // what the card had of the agent's starts when one ended last
	calls                 sync.WaitGroup
	starts                atomic.Int64 // of the agent

	mu        sync.Mutex     // guards what follows
	boots     map[int]string // by start, as far as the agent was asked
	answered  []order        // commands that were answered with success
	unwritten map[int]bool   // starts of which nothing is on the card: its disk took nothing while they ran
}

// order is a command by its id, the number it set, and the start of the agent it was given to.
type order struct {
	id           string
	value, start int
}

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

// labKind is what a lab is made of: the broker inside the viewer, else mosquitto, which may keep nothing; PostgreSQL, else SQLite; TLS to
// the broker.
type labKind struct{ embedded, forgetful, sql, tls bool }

// newLab starts a lab. template are the files of a database server, see postgresTemplate.
func newLab(t *testing.T, kind labKind, template string) *lab {
	t.Helper()
	l := &lab{T: t, labKind: kind, dir: sharedDir(t), programs: map[string]*service{}, boots: map[int]string{}, unwritten: map[int]bool{}}
	agentAt, viewerAt := quietPort(t), quietPort(t)
	l.brokerAt, l.agentURL, l.viewerURL = quietPort(t), "http://"+agentAt, "http://"+viewerAt
	l.card, l.store, l.spool = newDisk(t, l.dir, "card", 8), newDisk(t, l.dir, "store", 64), newDisk(t, l.dir, "spool", 24)
	l.fromAgent, l.fromViewer = &wireProxy{to: l.brokerAt, tls: l.tls}, &wireProxy{to: l.brokerAt, tls: l.tls}
	agentTo, viewerTo := l.fromAgent.listen(t), l.fromViewer.listen(t)
	for _, name := range []string{"counter1", "counter2"} {
		l.counters = append(l.counters, newCounter(t, name, filepath.Join(l.dir, name), func() int { return int(l.starts.Load()) }))
	}
	if l.tls {
		l.certify()
	}
	l.configureAgent(agentAt, agentTo)
	l.configureViewer(viewerTo)
	bin := filepath.Join(root(t), "bin")
	if l.sql {
		l.addPostgres(template)
	}
	if !l.embedded {
		l.configureMosquitto()
		l.add(&service{name: "mosquitto", mayEnd: true, prepare: func() *process {
			return l.prepared(l.spool.dir, program(t, "mosquitto"), "-c", filepath.Join(l.dir, "mosquitto.conf"))
		}})
	}
	l.add(&service{name: "viewer", prepare: func() *process {
		return l.prepared(l.spool.dir, filepath.Join(bin, "viewer"), "run", "-config", filepath.Join(l.dir, "viewer.yaml"), "-listen", viewerAt)
	}})
	l.add(&service{name: "agent", prepare: func() *process {
		l.starts.Add(1)
		return l.prepared(l.card.dir, filepath.Join(bin, "agent"), "run", "-config", filepath.Join(l.dir, "agent.yaml"))
	}})
	return l
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

// flows waits until every counter is read again, and a command is answered.
func (l *lab) flows(r *rand.Rand) {
	l.Helper()
	before := map[*counter]int{}
	for _, c := range l.counters {
		all, _ := c.record()
		before[c] = len(all)
	}
	answered := l.answers()
	eventually(l.T, 2*time.Minute, "values and commands after it all", func() error {
		l.supervise()
		for _, c := range l.counters {
			if all, _ := c.record(); len(all) < before[c]+3 {
				return fmt.Errorf("%s has handed out %d values since", c.name, len(all)-before[c])
			}
		}
		l.command(r)
		if l.answers() == answered {
			return errors.New("no command is answered with success")
		}
		return nil
	})
}

// answers is how many commands were answered with success.
func (l *lab) answers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.answered)
}

// command sets a counter to a number that no other command has, under an id of ours.
func (l *lab) command(r *rand.Rand) {
	l.sent++
	o := order{fmt.Sprint("chaos-", l.sent), l.sent, int(l.starts.Load())}
	url := l.agentURL + "/devices/" + l.counters[r.IntN(len(l.counters))].name + "/level"
	l.calls.Go(func() {
		request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(fmt.Sprintf(`{"value":%d,"id":%q}`, o.value, o.id)))
		if err != nil {
			l.Error(err)
			return
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Pychron-Edge-Token", token)
		reply, err := (&http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
		if err != nil {
			return // it was not answered
		}
		reply.Body.Close()
		if reply.StatusCode == http.StatusOK {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.answered = append(l.answered, o)
		}
	})
}

// sharedDir is a folder that every user may enter: the database runs as another one.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "edge-chaos")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

var lastPort atomic.Int64

// quietPort is a free address below the ports that the kernel gives to connections: it is still free when a program is started again.
func quietPort(t *testing.T) string {
	t.Helper()
	for range 2000 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+(int64(os.Getpid())*37+lastPort.Add(1))%12000)
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
	t.Fatal("no free port from 20000 to 31999")
	return ""
}
