//go:build e2e

package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestChaos does everything to agent, broker, viewer, database, network, disks, instruments and rights, overlapping, and asks afterwards for an
// account of every value that an instrument handed out and of every command that was answered. It is in the viewer's store once, or in a gap
// that was declared; of a value it may also be that the agent never read it.
// CHAOS_SEEDS says how many histories (1), CHAOS_SEED which is the first (1): a seed gives the same deeds again. CHAOS_TABLE names a file for
// the table of all of it.
// The wall clock of the real programs is the machine's, which is not ours to step: that is done to the simulated ones, in the tests of uplink/viewer
// and agent.
func TestChaos(t *testing.T) {
	n, first := number("CHAOS_SEEDS", 1), number("CHAOS_SEED", 1)
	template := postgresTemplate(t)
	table := &chaosTable{rows: map[string]*chaosRow{}}
	t.Cleanup(func() { table.print(t, os.Getenv("CHAOS_TABLE")) })
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			chaos(t, seed, template, table)
		})
	}
}

func number(variable string, otherwise uint64) uint64 {
	n, err := strconv.ParseUint(os.Getenv(variable), 10, 32)
	if err != nil {
		return otherwise
	}
	return n
}

// chaosDeed is a fault of a history: when it begins and ends.
type chaosDeed struct {
	at, until time.Duration
	fault     *chaosFault
	chance    *rand.Rand
	end       func()
	ended     bool
}

const chaosLength = 16 * time.Second // of the deeds of a history

// script draws the deeds of a history, in the order of their begin.
func script(l *lab, r *rand.Rand) (deeds []*chaosDeed) {
	var fitting []*chaosFault
	for i := range chaosFaults {
		f := &chaosFaults[i]
		for range f.weight {
			if f.fits == nil || f.fits(l) {
				fitting = append(fitting, f)
			}
		}
	}
	for range 8 + r.IntN(5) {
		f := fitting[r.IntN(len(fitting))]
		at := time.Duration(r.Int64N(int64(chaosLength)))
		length := f.min + time.Duration(r.Int64N(int64(f.max-f.min)+1))
		deeds = append(deeds, &chaosDeed{at: at, until: at + length, fault: f, chance: rand.New(rand.NewPCG(r.Uint64(), 0))})
	}
	slices.SortStableFunc(deeds, func(a, b *chaosDeed) int { return int(a.at - b.at) })
	return deeds
}

// told is a history in words, for who reads a failure.
func told(deeds []*chaosDeed) string {
	var all []string
	for _, d := range deeds {
		all = append(all, fmt.Sprintf("%.1f-%.1f s %s", d.at.Seconds(), d.until.Seconds(), d.fault.name))
	}
	return strings.Join(all, ", ")
}

func chaos(t *testing.T, seed uint64, template string, table *chaosTable) {
	r := rand.New(rand.NewPCG(seed, 0))
	l := newLab(t, labKind{embedded: seed%2 == 1, sql: seed/2%2 == 1, tls: r.IntN(2) == 0, forgetful: r.IntN(2) == 0}, template)
	defer l.shutDown()
	deeds := script(l, r)
	l.Logf("seed %d: %+v: %s", seed, l.labKind, told(deeds))
	l.healthy()
	l.play(deeds, r)
	l.healthy()
	l.flows(r)
	for _, c := range l.counters {
		c.stand()
	}
	l.calls.Wait()
	a := l.settle()
	l.Logf("seed %d: %s", seed, a)
	table.add(deeds, a)
	if a.wrong != nil {
		l.explain()
		l.Errorf("seed %d (again with CHAOS_SEED=%d CHAOS_SEEDS=1): %v", seed, seed, a.wrong)
	}
	for _, s := range l.programs {
		for _, why := range s.deaths {
			l.Errorf("seed %d: %s ended by itself: %s", seed, s.name, why)
		}
	}
}

// play lets the deeds begin and end at their times, and commands in between.
func (l *lab) play(deeds []*chaosDeed, r *rand.Rand) {
	begun := time.Now()
	nextCommand := time.Duration(0)
	for left := len(deeds); left > 0 || time.Since(begun) < chaosLength; {
		now := time.Since(begun)
		for _, d := range deeds {
			switch {
			case d.ended || now < d.at:
			case d.end == nil:
				if d.end = d.fault.begin(l, d.chance); d.end == nil {
					d.end = func() {}
				}
			case now >= d.until:
				d.end()
				d.ended = true
				left--
			}
		}
		l.supervise()
		if now >= nextCommand {
			l.command(r)
			nextCommand = now + 300*time.Millisecond
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// shutDown ends everything in order, the database after its client.
func (l *lab) shutDown() {
	for _, s := range l.programs {
		l.signal(s, syscall.SIGCONT)
	}
	l.fromAgent.release()
	l.fromViewer.release()
	for _, name := range []string{"agent", "viewer", "mosquitto", "postgres"} {
		s := l.programs[name]
		if s == nil {
			continue
		}
		with := syscall.SIGTERM
		if name == "postgres" {
			with = syscall.SIGINT // does not wait for clients
		}
		l.signal(s, with)
		l.awaitEnd(s)
	}
	l.calls.Wait()
}
