package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

// load is what agents do.
type load struct {
	agents int
	rate   float64 // readings a second of each
	watch  time.Duration
	burst  int // readings of each that come at once
	rounds int // how often

	idleFor time.Duration // how long it is watched at rest
	outside outside
}

// measureMemory looks each second, from half of the time on, at the memory of each program with agents of its own.
func measureMemory(dir string, programs []string, l load) (err error) {
	var running []*viewer
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	defer func() {
		cancel()
		wg.Wait()
		for _, v := range running {
			err = errors.Join(err, v.stop())
		}
	}()
	for p, path := range programs {
		v, err := launch(path, filepath.Join(dir, fmt.Sprint("memory", p)), l.outside)
		if err != nil {
			return err
		}
		running = append(running, v)
		if _, err := v.until(func() bool { return v.answers("/readyz") }); err != nil {
			return err
		}
		row(filepath.Base(path), "without agents: "+memory(v.Process.Pid))
		for i := range l.agents {
			if err := l.agent(ctx, &wg, v.broker, fmt.Sprint("line", i)); err != nil {
				return err
			}
		}
	}
	watched(running, l)
	return nil
}

// watched prints the memory of the viewers.
func watched(running []*viewer, l load) {
	begun := time.Now()
	anonymous := make([][]float64, len(running))
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for now := begun; now.Sub(begun) < l.watch; now = <-ticker.C {
		if now.Sub(begun) < l.watch/2 {
			continue
		}
		for i, v := range running {
			anonymous[i] = append(anonymous[i], mib(v.Process.Pid, "RssAnon"))
		}
	}
	for i, v := range running {
		row(filepath.Base(v.Path), fmt.Sprintf("%s of %d agents online: anonymous MiB %s, %s", v.online(), l.agents, spread(anonymous[i]), memory(v.Process.Pid)))
	}
}

func memory(pid int) string {
	return fmt.Sprintf("anonymous %.1f, file %.1f MiB", mib(pid, "RssAnon"), mib(pid, "RssFile"))
}

// mib is a line of a process' status, NaN where it cannot be read.
func mib(pid int, name string) float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // without it there is no such line
	_, rest, _ := strings.Cut(string(text), name+":")
	n, err := strconv.ParseFloat(strings.Fields(rest + " none")[0], 64)
	if err != nil {
		return math.NaN()
	}
	return n / 1024
}

// agent connects one and has it record readings until ctx is done.
func (l load) agent(ctx context.Context, wg *sync.WaitGroup, broker, name string) error {
	lanes := buffer.NewLanes(16, 4096, 16)
	if err := publish(ctx, wg, broker, name, lanes); err != nil {
		return err
	}
	wg.Go(func() { l.record(ctx, lanes, name) })
	return nil
}

// publish connects an agent that publishes what its rings hold, until ctx is done.
func publish(ctx context.Context, wg *sync.WaitGroup, broker, name string, lanes buffer.Lanes) error {
	p, err := uplink.New(uplink.Options{Broker: "tcp://" + broker, Agent: name, Boot: "b1", Lanes: lanes, Status: func(online bool) []byte {
		return fmt.Appendf(nil, `{"state":%q,"boot":"b1"}`, map[bool]string{true: "online", false: "offline"}[online])
	}})
	if err != nil {
		return err
	}
	wg.Go(func() { _ = p.Run(ctx) }) // it ends with ctx
	return nil
}

func (l load) record(ctx context.Context, lanes buffer.Lanes, name string) {
	ticker := time.NewTicker(time.Duration(float64(time.Second) / l.rate))
	defer ticker.Stop()
	begun := time.Now()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			lanes.Append(readingOf(name, n, now, now.Sub(begun)))
		}
	}
}

// readingOf is reading n of an agent.
func readingOf(name string, n int, now time.Time, up time.Duration) *buffer.Event {
	point := fmt.Sprint("p", n%10)
	return &buffer.Event{Source: name, Boot: "b1", Time: now.UTC(), Up: up, Kind: buffer.Reading, Severity: buffer.Info,
		Type: buffer.Gauge, Metric: "pressure_pascals", Device: "ion1", Point: point, Unit: buffer.Pascals, Value: 1e-7 * float64(1+n%97),
		Labels: buffer.MakeLabels("device", "ion1", "channel", point), Status: "success"}
}
