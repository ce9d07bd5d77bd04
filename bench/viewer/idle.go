package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

// measureIdle prints what each program costs while nothing happens in it but readings now and then: with 1, 10 and 100 agents, with nobody
// looking and with two pages open. The programs take turns.
func measureIdle(dir string, programs []string, l load) error {
	for _, l.agents = range []int{1, 10, 100} {
		for p, path := range programs {
			if err := l.idle(path, filepath.Join(dir, fmt.Sprint("idle", l.agents, "-", p))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l load) idle(path, dir string) (err error) {
	v, err := launch(path, dir, l.outside)
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
	for i := range l.agents {
		if err := l.agent(ctx, &wg, v.broker, fmt.Sprint("line", i)); err != nil {
			return err
		}
	}
	time.Sleep(l.idleFor / 2) // past the start
	alone := v.costs(l.idleFor)
	pages := looked{ctx: ctx, viewer: v}
	wg.Go(func() { pages.open("") })
	wg.Go(func() { pages.open("?source=line0") })
	time.Sleep(l.idleFor / 4)
	both := v.costs(l.idleFor)
	row(filepath.Base(path), fmt.Sprintf("%s of %d agents", v.online(), l.agents), "nobody: "+alone, "two pages: "+both)
	return nil
}

// costs is the share of one processor that the viewer takes for a while, and the memory at its end.
func (v *viewer) costs(d time.Duration) string {
	used, begun := processor(v.Process.Pid), time.Now()
	time.Sleep(d)
	share := float64(processor(v.Process.Pid)-used) / float64(time.Since(begun))
	return fmt.Sprintf("%.2f %%, %s", 100*share, memory(v.Process.Pid))
}

// looked is pages that are open: each follows the stream of events and asks for the status each second, as the page does. The one without a
// source is the fleet's.
type looked struct {
	ctx    context.Context
	viewer *viewer
}

func (p looked) open(source string) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { p.read("/events"+source, "text/event-stream") })
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for p.ctx.Err() == nil {
		p.read("/status"+source, "application/json")
		select {
		case <-ticker.C:
		case <-p.ctx.Done():
		}
	}
}

// read takes all that comes; what fails is asked for again by the next tick, as by the page.
func (p looked) read(path, accept string) {
	r, err := http.NewRequestWithContext(p.ctx, http.MethodGet, "http://"+p.viewer.page+path, nil)
	if err != nil {
		return
	}
	r.Header.Set("Accept", accept)
	r.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body) // it ends with the context
}
