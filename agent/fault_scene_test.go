package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/rules"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// bubble is an agent with a gauge, a laser that is on, and a rule between them.
type bubble struct {
	t            *testing.T
	agent        *agent
	gauge, laser *fake
	disk         string       // of the journal
	broker       net.Listener // takes connections and answers nothing
}

func newBubble(t *testing.T) *bubble {
	b := &bubble{t: t, gauge: &fake{}, laser: &fake{}}
	gauge := gaugePlan("ion1", b.gauge)
	gauge.Every = 1030 * time.Millisecond // so that a poll does not fall on a round of the supervisor
	b.agent = quietAgent([]*config.DevicePlan{gauge, laserPlan("laser", b.laser, time.Hour)}, pressureRule(t))
	return b
}

// fire enables the laser.
func (b *bubble) fire() {
	b.t.Helper()
	if _, err := b.agent.commander.Command(b.t.Context(), order("laser", "enabled", 1)); err != nil {
		b.t.Fatalf("enabling the laser = %v, want nil", err)
	}
}

func (b *bubble) after(d time.Duration, change func()) {
	time.AfterFunc(d, func() { b.gauge.with(func() { b.laser.with(change) }) })
}

// bad makes the gauge read what trips the rule.
func (b *bubble) bad() { b.gauge.with(func() { b.gauge.gauge.Value = 1 }) }

// halts are the notes of the halt events.
func (b *bubble) halts() string {
	var all []string
	for _, e := range b.agent.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Labels.Value("control") == "halt" }) {
		all = append(all, e.Note)
	}
	return strings.Join(all, "\n")
}

// unwell are the services that were told to be.
func (b *bubble) unwell() string {
	var all []string
	for _, e := range b.agent.picked(buffer.Audit, func(e *buffer.Event) bool { return e.Kind == buffer.Failure && e.Metric == "service_health_state" }) {
		all = append(all, e.Labels.Value("service")+": "+e.Status)
	}
	return strings.Join(all, "\n")
}

// chat records more than the journal's last page has room for.
func (b *bubble) chat() {
	for range 40 {
		b.agent.commander.Lock(b.t.Context(), buffer.LockRequest{By: anybody, Device: "laser"})
	}
}

// breakStatus puts a bug where only a call for the status meets it.
func (b *bubble) breakStatus() {
	broken := *b.agent.plan()
	broken.Pipettes = []*rules.Pipette{nil}
	b.agent.commander.Adopt(&broken)
}

// order tells the laser something by HTTP, as who may command it.
func (b *bubble) order(control, body string) {
	r, _ := http.NewRequest(http.MethodPost, "http://"+b.agent.services.address()+"/devices/laser/"+control, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Pychron-Edge-Token", letMeIn)
	if answer, err := http.DefaultClient.Do(r); err == nil { // else it was cut off by a panic
		answer.Body.Close()
	}
}

// awaitOff waits until the laser is off, for at most patience.
func (b *bubble) awaitOff(begun time.Time, timeout time.Duration) ending {
	for b.laser.is("enabled") == 1 && time.Since(begun) < timeout {
		time.Sleep(time.Millisecond)
	}
	return ending{on: b.laser.is("enabled") == 1, took: time.Since(begun)}
}

// inBubble changes the instruments in fake time and looks for 15 minutes.
func inBubble(fault func(*bubble)) func(*testing.T) ending {
	return inBubbleDo(func(b *bubble) {
		if fault != nil {
			b.gauge.with(func() { b.laser.with(func() { fault(b) }) })
		}
	})
}

// inBubbleDo does something to the agent in fake time and looks for 15 minutes.
func inBubbleDo(fault func(*bubble)) func(*testing.T) ending {
	return func(t *testing.T) (e ending) {
		synctest.Test(t, func(t *testing.T) {
			defer wallShift.Store(0)
			b := newBubble(t)
			stop := b.agent.runLoops(t)
			defer stop()
			time.Sleep(1100 * time.Millisecond)
			b.fire()
			begun := time.Now()
			fault(b)
			e = b.awaitOff(begun, 15*time.Minute)
			synctest.Wait()
			e.said = b.halts()
		})
		return e
	}
}

// inAgent does something to a whole agent, with a journal and a broker, in real time, and looks for 5.5 s.
func inAgent(fault func(*bubble)) func(*testing.T) ending {
	return func(t *testing.T) ending {
		t.Parallel()
		b := newBubble(t)
		for _, d := range b.agent.plan().Devices {
			d.Every = 20 * time.Millisecond
		}
		var err error
		if b.broker, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		defer b.broker.Close()
		b.disk = smallDisk(t)
		c := b.agent.plan().Config
		c.Agent.Journal.Path, c.MQTT.Broker, c.MQTT.Prefix = filepath.Join(b.disk, "journal"), config.Brokers("tcp://"+b.broker.Addr().String()), "pychron"
		c.Agent.Tokens = []config.TokenConfig{{Name: "jr", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(letMeIn))), Rights: []string{buffer.RightCommand}}}
		end := alive(t, b.agent)
		until(t, "the first answers", func() bool {
			return b.agent.heard("laser", "ion1") && b.agent.services.address() != ""
		})
		b.fire()
		begun := time.Now()
		fault(b)
		e := b.awaitOff(begun, 5500*time.Millisecond)
		e.real = true
		unwell := b.unwell()
		end() // an event is made after what it is about: the laser is seen off before the halt is told
		e.said = b.halts() + unwell
		return e
	}
}

// smallDisk is a directory on a file system of 256 kB, which takes root.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Logf("no disk can be filled here: %v", err)
		return dir
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fillDisk leaves no room on a small disk.
func fillDisk(t *testing.T, dir string) {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil || fs.Blocks*uint64(fs.Bsize) > 1<<20 {
		t.Skip("a small file system can be mounted by root only")
	}
	if err := os.WriteFile(filepath.Join(dir, "full"), make([]byte, 1<<20), 0o600); err == nil {
		t.Fatal("the disk took more than there is room for")
	}
}

// inProcess does something to a real agent, then runs a verb (nil: none), and looks.
func inProcess(verb []string, fault func(*site)) func(*testing.T) ending {
	return inSite(func(*site) {}, verb, fault)
}

// haltDone is the line of a halt that went well, which is written before it counts as done. That of its event may come much later, as may the one of
// the start.
var haltDone = regexp.MustCompile(`msg=halt [^\n]*result=success`)

// inSite is inProcess of a site that prepare changed.
func inSite(prepare func(*site), verb []string, fault func(*site)) func(*testing.T) ending {
	return func(t *testing.T) ending {
		t.Parallel()
		s := newSite(t)
		prepare(s)
		s.fire()
		begun, said, before := time.Now(), "", len(s.said.String())
		agent := s.agent
		fault(s)
		if s.agent != agent {
			before = 0
		}
		if verb != nil {
			code := 0
			if code, said = s.halt(verb[1:]...); code != exitFine {
				t.Errorf("agent %v exited with %d: %s", verb, code, said)
			}
		}
		until(t, "the laser's going off", func() bool { return !s.board.on() })
		e := ending{took: time.Since(begun), real: true}
		if verb == nil {
			until(t, "its being said", func() bool { return haltDone.MatchString(s.said.String()[before:]) })
		}
		s.checkAfter(verb)
		e.said = said + s.said.String()
		return e
	}
}

// checkAfter looks at the latch: only a halt that was asked for, and that the agent could not do, leaves one.
func (s *site) checkAfter(verb []string) {
	s.t.Helper()
	pid, _ := state.Holder(state.RuntimeDir(s.run).PidFile())
	_, err := os.Stat(state.RuntimeDir(s.run).Latch())
	if latched := err == nil; latched != (len(verb) == 1 && pid == 0) {
		s.t.Errorf("latched = %t after %v, the agent is %d", latched, verb, pid)
	}
}

func (s *site) mute(on bool) {
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	s.board.mute = on
}

// starve does what systemd does when its watchdog is not fed: it waits for the time to be over, and kills.
func (s *site) starve() {
	s.t.Helper()
	fed := make([]byte, 256)
	for s.watchdog.SetReadDeadline(time.Now().Add(600 * time.Millisecond)); ; s.watchdog.SetReadDeadline(time.Now().Add(600 * time.Millisecond)) {
		if _, err := s.watchdog.Read(fed); err != nil {
			break
		}
	}
	s.agent.Process.Kill()
	s.agent.Wait()
}

// TestHealthyAgentFeedsItsWatchdog: without it the row of the watchdog would pass with an agent that never fed.
func TestHealthyAgentFeedsItsWatchdog(t *testing.T) {
	s := newSite(t)
	s.fire()
	said, seen := make([]byte, 256), map[string]int{}
	s.watchdog.SetReadDeadline(time.Now().Add(5 * time.Second))
	for seen["READY=1"] == 0 || seen["WATCHDOG=1"] < 3 {
		n, err := s.watchdog.Read(said)
		if err != nil {
			t.Fatalf("the agent told systemd %v, then: %v; want READY=1 and a watchdog that is fed", seen, err)
		}
		seen[string(said[:n])]++
	}
}

// notified is the environment of an agent under a service manager with a watchdog, which the test reads as.
func (s *site) notified() []string {
	s.t.Helper()
	if s.watchdog == nil {
		path := filepath.Join(filepath.Dir(s.config), "notify")
		var err error
		if s.watchdog, err = net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"}); err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { s.watchdog.Close() })
	}
	return []string{"NOTIFY_SOCKET=" + s.watchdog.LocalAddr().String(), fmt.Sprintf("WATCHDOG_USEC=%d", 600*time.Millisecond/time.Microsecond)}
}

// runLoops runs the supervisor and the loops of an agent. What it gives stops them, with the halts of every exit.
func (a *agent) runLoops(t *testing.T) (stop func()) {
	a.work = task.NewGroup(context.Background(), func(err error) { t.Errorf("a goroutine failed: %v", err) })
	loops, lines := task.NewGroup(context.Background(), a.work.Fail), task.NewGroup(context.Background(), a.work.Fail)
	a.work.Start("supervisor", a.commander.Supervise)
	a.fleet.Start(loops, lines, a.plan(), device.RealTransport(), func(*config.DevicePlan) bool { return true })
	return func() { a.shutdown(loops, lines, "test") }
}
