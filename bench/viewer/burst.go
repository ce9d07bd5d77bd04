package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"pychron-edge/buffer"
)

const burstLimit = 10 * time.Minute

// measureBurst has the agents come with full rings at once, to each program in its turn, and prints what it took until all of it was stored.
func measureBurst(dir string, programs []string, l load) error {
	for p, path := range programs {
		if err := l.comeAtOnce(path, filepath.Join(dir, fmt.Sprint("burst", p))); err != nil {
			return err
		}
	}
	return nil
}

func (l load) comeAtOnce(path, dir string) (err error) {
	v, err := launch(path, dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	defer func() {
		cancel()
		wg.Wait()
		err = errors.Join(err, v.stop())
	}()
	if _, err := v.until(func() bool { return v.answers("/readyz") }); err != nil {
		return err
	}
	used, begun := processor(v.Process.Pid), time.Now()
	for i := range l.agents {
		name := fmt.Sprint("line", i)
		lanes := buffer.NewLanes(16, l.burst, 16)
		for n := range l.burst {
			lanes.Append(readingOf(name, n, time.Now(), time.Since(begun)))
		}
		if err := publish(ctx, &wg, v.broker, name, lanes); err != nil {
			return err
		}
	}
	for i := range l.agents {
		for name := fmt.Sprint("line", i); v.newest(name) < l.burst; time.Sleep(100 * time.Millisecond) {
			if time.Since(begun) > burstLimit {
				return fmt.Errorf("%s has not stored the readings of %s after %v", path, name, burstLimit)
			}
		}
	}
	events, took := l.agents*l.burst, time.Since(begun)
	used = processor(v.Process.Pid) - used
	row(filepath.Base(path), fmt.Sprintf("%d events of %d agents at once: stored after %.1f s, %.0f a second; %d us of the processor each; %s", events, l.agents,
		took.Seconds(), float64(events)/took.Seconds(), (used/time.Duration(events)).Microseconds(), memory(v.Process.Pid)))
	return nil
}

// newest is the greatest number of an agent's readings that is stored, 0 where that is not known.
func (v *viewer) newest(source string) int {
	response, err := http.Get("http://" + v.page + "/events?lane=readings&limit=1&source=" + source)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	var all []struct{ Seq int }
	if json.NewDecoder(response.Body).Decode(&all) != nil || len(all) == 0 {
		return 0
	}
	return all[len(all)-1].Seq
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
