package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// faults takes the broker away for 20 s and a gauge for 7 s, and measures the agent's return.
func (l *line) faults(f *figures, agent, listen string) {
	for _, g := range l.gauges {
		g.forget()
	}
	l.sub.forget()
	p, err := start(filepath.Join(l.dir, "program.log"), agent, "run", "-config", l.config(listen))
	if err != nil {
		return
	}
	until(10*time.Second, func() bool { return l.sub.total() > 100 })
	address := strings.TrimPrefix(l.broker, "tcp://")
	stop(l.mosq)
	time.Sleep(20 * time.Second)
	if err := l.startBroker(address); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop(p)
		return
	}
	back, seen := time.Now(), l.sub.total()
	until(30*time.Second, func() bool { return l.sub.total() > seen })
	f.outage = time.Since(back)

	g := l.gauges[3]
	g.unplug()
	time.Sleep(7 * time.Second)
	n := g.answered()
	back = time.Now()
	g.plug()
	until(30*time.Second, func() bool { return g.answered() > n })
	f.replug = time.Since(back)
	stop(p)
	until(3*time.Second, func() bool { return l.sub.total() >= l.answered() })
	f.lost, f.atEnd = l.sub.missing(), l.answered()-l.sub.total()
}
