package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/drivers"

	"pychron-edge/agent/state"
)

const unknownAtStart = "at the start it is not known to be off"

// startFaults are the rows of the fault table in which an agent starts after the fault, or an answer is lost.
var startFaults = []faultRow{
	{"line back after 10 min", inBubble(func(b *bubble) {
		b.laser.readErr, b.laser.haltErr = drivers.ErrPortLost, drivers.ErrPortLost
		b.after(10*time.Minute, func() { b.laser.readErr, b.laser.haltErr = nil, nil })
	}), 10*time.Minute + 1500*time.Millisecond, "not heard"},
	{"acknowledgement of an enable lost", inBubbleDo(func(b *bubble) {
		b.laser.with(func() { b.laser.setErr = drivers.ErrTimeout })
		b.agent.commander.Command(b.t.Context(), order("laser", "enabled", 1))
	}), never, ""},
	{"acknowledgement of an enable lost, and nothing heard since", inBubbleDo(func(b *bubble) {
		b.laser.with(func() { b.laser.setErr, b.laser.readErr = drivers.ErrTimeout, drivers.ErrTimeout })
		b.agent.commander.Command(b.t.Context(), order("laser", "enabled", 1))
	}), 7 * time.Second, "not heard for 5s"},
	{"acknowledgement of a disable lost", inBubbleDo(func(b *bubble) {
		b.laser.with(func() { b.laser.setErr = drivers.ErrTimeout })
		b.agent.commander.Command(b.t.Context(), order("laser", "enabled", 0))
	}), 10 * time.Millisecond, ""},
	{"disable lost twice, and nothing heard since", inBubbleDo(func(b *bubble) {
		b.laser.with(func() { b.laser.cut, b.laser.readErr = drivers.ErrTimeout, drivers.ErrTimeout })
		b.agent.commander.Command(b.t.Context(), order("laser", "enabled", 0))
	}), 7 * time.Second, "not heard for 5s"},
	{"acknowledgement of the power lost", inBubbleDo(func(b *bubble) {
		b.laser.with(func() { b.laser.setErr = drivers.ErrTimeout })
		b.agent.commander.Command(b.t.Context(), order("laser", "power", 50))
	}), never, ""},
	{"acknowledgement of the power lost, and nothing heard since", inBubbleDo(func(b *bubble) {
		b.laser.with(func() { b.laser.setErr, b.laser.readErr = drivers.ErrTimeout, drivers.ErrTimeout })
		b.agent.commander.Command(b.t.Context(), order("laser", "power", 50))
	}), 7 * time.Second, "not heard for 5s"},
	{"power cut, and a start without a journal or a state directory", inBubbleStart, 10 * time.Millisecond, unknownAtStart},
	{"container without ExecStopPost: kill -9, and a start", inProcess(nil, (*site).killAndStart), 5 * time.Second, unknownAtStart},
	{"the same with a journal", inSite((*site).keepJournal, nil, (*site).killAndStart), 5 * time.Second, unknownAtStart},
	{"the same with a state directory that cannot be written", inSite((*site).spoilState, nil, (*site).killAndStart), 5 * time.Second, unknownAtStart},
	{"kill -9, and agent halt, which cannot write its latch", inProcess([]string{"halt"}, func(s *site) {
		s.agent.Process.Kill()
		s.agent.Wait()
		os.Mkdir(state.RuntimeDir(s.run).Latch(), 0o700)
	}), 5 * time.Second, "laser   halt  confirmed idle"},
	{"256 idle connections, and agent halt", inProcess([]string{"halt"}, (*site).crowdPage), 3 * time.Second, "laser   halt  confirmed idle"},
	{"256 idle connections, and a halt by HTTP", inProcess(nil, func(s *site) {
		s.crowdPage()
		s.must(letMeIn, "/halt", `{}`)
	}), 3 * time.Second, "who=jr"},
}

// inBubbleStart starts an agent while the laser is on.
func inBubbleStart(t *testing.T) (e ending) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.laser.state["enabled"], b.laser.state["power"] = 1, 50
		begun := time.Now()
		stop := b.agent.runLoops(t)
		defer stop()
		e = b.awaitOff(begun, time.Minute)
		synctest.Wait()
		e.said = b.halts()
	})
	return e
}

// keepJournal gives the agent of a site a journal.
func (s *site) keepJournal() {
	s.edit("  name: bench\n", "  name: bench\n  journal: {path: "+filepath.Join(filepath.Dir(s.config), "journal")+"}\n")
}

// edit changes the configuration of a site.
func (s *site) edit(from, to string) {
	s.t.Helper()
	text, err := os.ReadFile(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.config, []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// spoilState puts a file where the state directory would be.
func (s *site) spoilState() {
	if err := os.WriteFile(s.run+".state", nil, 0o400); err != nil {
		s.t.Fatal(err)
	}
}

// crowdPage opens 256 connections to the page that ask for nothing.
func (s *site) crowdPage() {
	address := strings.TrimPrefix(s.page(), "http://")
	for range 256 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			s.t.Fatal(err)
		}
		s.t.Cleanup(func() { c.Close() })
	}
}
