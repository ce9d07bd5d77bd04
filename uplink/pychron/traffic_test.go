package pychron

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// The traffic of section 5a of three clients for an hour, while a script of each moves a valve now and then: every word has the
// right CRC and all valves, and every checksum is that of the words.
func TestTheWindowsTrafficForAnHour(t *testing.T) {
	f := valvesABC(Closed)
	f.travel["A"], f.travel["B"] = 300*time.Millisecond, 50*time.Millisecond
	simulated(t, f, func(t *testing.T, h *handler) {
		end := time.Now().Add(time.Hour)
		var wg sync.WaitGroup
		for n, by := range []Client{mac, pc, {Address: "10.0.0.4", Via: "tcp", Commands: true}} {
			wg.Go(func() {
				time.Sleep(time.Duration(n) * 70 * time.Millisecond)
				for round := 0; time.Now().Before(end); round++ {
					monitor(t, h, by, round)
					if round%7 == n {
						handshake(t, h, by, "AB"[n%2:n%2+1], round%2 == 0)
					}
				}
			})
		}
		wg.Wait()
		if len(f.noted("commands_total")) < 100 {
			t.Errorf("%d commands in an hour, want some", len(f.noted("commands_total")))
		}
	})
}

// monitor is one round of the window's status monitor.
func monitor(t *testing.T, h *handler, by Client, round int) {
	time.Sleep(time.Second)
	ask := func(request string) string { return h.answer(t.Context(), by, request) }
	if round%3 == 0 {
		checkStates(t, ask("GetValveStates"))
		time.Sleep(500 * time.Millisecond)
	}
	if round%5 == 0 {
		checkStates(t, ask("GetValveLockStates"))
		time.Sleep(500 * time.Millisecond)
		if got := ask("GetValveOwners"); got != "A,B,C" {
			t.Errorf("owners %q, want A,B,C", got)
		}
		time.Sleep(500 * time.Millisecond)
	}
	if states, sum := ask("GetValveStates"), ask("GetStateChecksum A,B,C"); round%3 == 0 && sum != checksumOf(states) {
		t.Errorf("checksum %s beside %s, want %s", sum, states, checksumOf(states))
	}
}

// checkStates checks a word: all valves of the line, and the CRC computed here.
func checkStates(t *testing.T, states string) {
	if len(states) != len("A0,B0,C0")+4 || withCRC(states[:8]) != states || states[0] != 'A' || states[3] != 'B' || states[6] != 'C' {
		t.Errorf("word %q, want A, B and C with a CRC", states)
	}
}

// checksumOf is the checksum that belongs to a word where nothing is locked.
func checksumOf(states string) string {
	var valves []*Valve
	for _, part := range strings.Split(states[:8], ",") {
		valves = append(valves, &Valve{Name: part[:1], Position: positionOf(part[1] == '1')})
	}
	return stateChecksum(valves)
}
