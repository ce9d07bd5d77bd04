package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
)

const burstLimit = 10 * time.Minute

// burst is what it took to store what agents had at once.
type burst struct {
	second  float64 // events stored a second
	viewer  float64 // us of the processor an event: the viewer's
	agents  float64 // and this program's, which is the agents
	server  float64 // and PostgreSQL's
	memory  float64 // of the viewer at the end, anonymous, MiB
	greater float64 // events stored a second, by those that the first program stored in the same round
	lost    float64 // connections that the broker closed
}

// measureBurst has the agents come with full rings at once, to each program in its turn, and prints what it took until all of it was stored.
func measureBurst(dir string, programs []string, l load) error {
	all := make([][]burst, len(programs))
	for round := range l.rounds {
		for p, path := range programs {
			b, err := l.comeAtOnce(path, filepath.Join(dir, fmt.Sprint("burst", p, "-", round)))
			if err != nil {
				return err
			}
			all[p] = append(all[p], b)
			all[p][round].greater = b.second / all[0][round].second
		}
	}
	row(fmt.Sprintf("%d x %d at once, %d rounds", l.agents, l.burst, l.rounds), "stored a second", "by the first's", "us an event", "of the agents", "of PostgreSQL", "anonymous MiB", "connections lost")
	for p, path := range programs {
		row(filepath.Base(path), column(all[p], func(b burst) float64 { return b.second }), column(all[p], func(b burst) float64 { return b.greater }),
			column(all[p], func(b burst) float64 { return b.viewer }), column(all[p], func(b burst) float64 { return b.agents }),
			column(all[p], func(b burst) float64 { return b.server }),
			column(all[p], func(b burst) float64 { return b.memory }), column(all[p], func(b burst) float64 { return b.lost }))
	}
	return nil
}

func column(all []burst, of func(burst) float64) string {
	var one []float64
	for _, b := range all {
		one = append(one, of(b))
	}
	slices.Sort(one)
	if one[len(one)-1] < 10 {
		return fmt.Sprintf("%.2f (%.2f - %.2f)", one[len(one)/2], one[0], one[len(one)-1])
	}
	return spread(one)
}

func (l load) comeAtOnce(path, dir string) (b burst, err error) {
	v, err := launch(path, dir, l.outside)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, v.stop()) }()
	if _, err := v.until(func() bool { return v.answers("/readyz") }); err != nil {
		return b, err
	}
	agents := make([]*rawAgent, l.agents)
	for i := range agents {
		agents[i], err = newRawAgent(v.broker, fmt.Sprint("line", i), l.burst)
		defer agents[i].close()
		if err != nil {
			return b, err
		}
	}
	viewer, own, server, begun := processor(v.Process.Pid), processor(os.Getpid()), ofDatabase(v.db), time.Now()
	if err := sendAll(agents); err != nil {
		return b, err // what was not sent is not stored
	}
	if err := v.stored(l.agents * l.burst); err != nil {
		return b, err
	}
	events := float64(l.agents * l.burst)
	lost := 0
	for _, a := range agents {
		lost += a.lost
	}
	each := func(used time.Duration) float64 { return float64(used.Microseconds()) / events }
	return burst{second: events / time.Since(begun).Seconds(), viewer: each(processor(v.Process.Pid) - viewer), agents: each(processor(os.Getpid()) - own),
		server: each(ofDatabase(v.db) - server), memory: mib(v.Process.Pid, "RssAnon"), lost: float64(lost)}, nil
}

// sendAll has all agents send what they have, at the same time.
func sendAll(agents []*rawAgent) error {
	failed := make([]error, len(agents))
	var wg sync.WaitGroup
	for i, a := range agents {
		wg.Go(func() { failed[i] = a.send() })
	}
	wg.Wait()
	return errors.Join(failed...)
}

// stored waits until the store has so many readings. It looks into the database, and does not ask the viewer, so as not to give it anything to do.
func (v *viewer) stored(readings int) error {
	for begun := time.Now(); time.Since(begun) < burstLimit; time.Sleep(10 * time.Millisecond) {
		var n int
		err := v.db.QueryRow(`SELECT coalesce(sum(last - first + 1), 0) FROM span WHERE lane = $1 AND declared = 0`, int64(buffer.Readings)).Scan(&n)
		if err != nil || n >= readings {
			return err
		}
	}
	return fmt.Errorf("%s has not stored all %v after the last was sent", v.Path, burstLimit)
}

// processor is the time of the processor that a process has used.
func processor(pid int) (sum time.Duration) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // a process that is gone has used none
	_, rest, _ := strings.Cut(string(text), ") ")
	if fields := strings.Fields(rest); len(fields) > 12 {
		for _, f := range fields[11:13] {
			ticks, _ := strconv.Atoi(f)
			sum += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return sum
}
