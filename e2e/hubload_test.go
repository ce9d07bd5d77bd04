//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

// generated are agents made up inside the test, of one lab.
type generated struct {
	names []string
	lanes []buffer.Lanes
}

// generate connects so many agents to a broker, until the test ends.
func generate(t *testing.T, broker string, agents int) *generated {
	t.Helper()
	return generateWith(t, broker, agents, 16384)
}

// generateWith is generate of agents whose rings hold so many readings.
func generateWith(t *testing.T, broker string, agents, ring int) *generated {
	t.Helper()
	g := &generated{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, agents)
	for i := range agents {
		name := fmt.Sprint("line", i)
		lanes := buffer.NewLanes(16, ring, 16)
		p, err := uplink.New(uplink.Options{Broker: "tcp://" + broker, Agent: name, Boot: "b1", Lanes: lanes, Heartbeat: time.Minute,
			Status: func(online bool) []byte {
				return fmt.Appendf(nil, `{"state":%q,"boot":"b1"}`, map[bool]string{true: "online", false: "offline"}[online])
			}})
		if err != nil {
			t.Fatal(err)
		}
		g.names, g.lanes = append(g.names, name), append(g.lanes, lanes)
		go func() { ended <- p.Run(ctx) }()
	}
	t.Cleanup(func() {
		cancel()
		for range agents {
			<-ended
		}
	})
	return g
}

// read has each agent record so many readings, of ten gauges.
func (g *generated) read(from, each int) {
	for i, name := range g.names {
		for n := from; n < from+each; n++ {
			point := fmt.Sprint("p", n%10)
			g.lanes[i].Append(&buffer.Event{Source: name, Boot: "b1", Time: time.Now().UTC(), Kind: buffer.Reading, Severity: buffer.Info, Type: buffer.Gauge,
				Metric: "pressure_pascals", Device: "ion1", Point: point, Unit: buffer.Pascals, Value: 1e-7 * float64(1+n%97),
				Labels: buffer.MakeLabels("device", "ion1", "channel", point), Status: "success"})
		}
	}
}

// processorTime is what a process has used, with those that it has started and that still run.
func processorTime(pid int) (sum time.Duration) {
	for _, one := range append(childrenOf(pid), pid) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", one))
		_, rest, _ := strings.Cut(string(text), ") ")
		fields := strings.Fields(rest)
		if err != nil || len(fields) < 13 {
			continue
		}
		for _, f := range fields[11:13] {
			ticks, _ := strconv.Atoi(f)
			sum += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return sum
}

// anonymous is the memory of a process that is its own, MB.
func anonymous(pid int) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, rest, _ := strings.Cut(string(text), "RssAnon:")
	n, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return float64(n) / 1000
}

// onDisk is what is below a folder, MB.
func onDisk(dir string) float64 {
	var sum int64
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, _ error) error {
		if info, err := os.Lstat(path); err == nil && !info.IsDir() {
			sum += info.Size()
		}
		return nil
	})
	return float64(sum) / 1e6
}

// Two labs of five agents each publish 50 events a second and agent, and then full rings at once: all of it is stored at the institute. What each
// part needs for that is printed; docs/scale.md has the numbers.
func TestHubStoresWhatTwoLabsPublish(t *testing.T) {
	const agents, rate, seconds, burst = 5, 50, 20, 4000
	labs := []string{"argon", "helium"}
	where, database := postgresServer(t)
	in := startInstitute(t, 3, labs, 2, where)
	var all []*generated
	for i := range labs {
		in.labs[i].ready()
		all = append(all, generate(t, in.brokers[i], agents))
	}
	for _, v := range in.viewers {
		v.ready()
	}
	parts := map[string][]*hubPart{"node": in.nodes, "lab": in.labs, "viewer of the hub": in.viewers}
	measure := func(what string, events int, f func()) {
		before, begun := map[int]time.Duration{}, time.Now()
		for _, group := range parts {
			for _, p := range group {
				before[p.Process.Pid] = processorTime(p.Process.Pid)
			}
		}
		database0 := processorTime(database.Process.Pid)
		f()
		t.Logf("%s: %d events in %v; the database used %v of processor", what, events, time.Since(begun).Round(time.Second/10),
			processorTime(database.Process.Pid)-database0)
		for name, group := range parts {
			for _, p := range group {
				pid := p.Process.Pid
				used := processorTime(pid) - before[pid]
				t.Logf("  %s: %v of processor (%v an event of all), %.0f MB, disk %.0f MB", name, used.Round(10*time.Millisecond), used/time.Duration(events), anonymous(pid), onDisk(p.dir))
			}
		}
	}
	has := func(url, source string, seq int) {
		eventually(t, 4*time.Minute, "what has been published by "+source, func() error {
			last := events(t, url, "lane=readings&limit=1&source="+source)
			if len(last) != 1 || last[0]["seq"] != float64(seq) {
				return fmt.Errorf("at %s there is %v, want %d", url, last, seq)
			}
			return nil
		})
	}
	stored := func(seq int) {
		begun := time.Now()
		for i := range labs {
			for _, name := range all[i].names {
				has(in.labs[i].url, name, seq)
			}
		}
		t.Logf("all is stored at the labs after %v", time.Since(begun).Round(time.Second/10))
		for i, lab := range labs {
			for _, name := range all[i].names {
				has(in.viewers[0].url, lab+"."+name, seq)
			}
		}
	}
	measure("steady", len(labs)*agents*rate*seconds, func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for n := range seconds {
			for _, g := range all {
				g.read(n*rate, rate)
			}
			<-tick.C
		}
		stored(rate * seconds)
	})
	measure("burst", len(labs)*agents*burst, func() {
		for _, g := range all {
			g.read(rate*seconds, burst)
		}
		stored(rate*seconds + burst)
	})
	for _, lab := range labs {
		for _, name := range all[0].names {
			eventually(t, time.Minute, "what "+lab+" has published, without a hole", func() error {
				if n := len(held(t, in.viewers[0].url, lab+"."+name)["b1 readings"]); n != rate*seconds+burst {
					return fmt.Errorf("%d readings of %s.%s, want %d", n, lab, name, rate*seconds+burst)
				}
				return nil
			})
		}
	}
}
