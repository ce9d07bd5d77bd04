package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const (
	// longWatch is how long an agent runs before its memory is looked at: it gives back what it no longer needs a minute after the last look
	// at its page.
	longWatch = 75 * time.Second

	longName  = "memory" // what -only selects it by
	few, many = 10, 200  // instruments
)

// long looks at the memory of an agent that has run for a while, scraped each second, with one look at its page; with few instruments and
// with many. With another agent, that is looked at in turns with it.
func (b *bench) long(o *options, out io.Writer) error {
	programs := []program{byUnit("agent", o.agent)}
	rounds := 1
	if o.against != "" {
		programs, rounds = append(programs, byUnit("other agent", o.against)), o.rounds
	}
	shown := map[int][][]figures{few: make([][]figures, len(programs)), many: make([][]figures, len(programs))}
	for range rounds {
		for _, n := range []int{few, many} {
			for i, p := range programs {
				f, err := b.settled(p, scene{framing: "ascii", instruments: n, every: time.Second, scrape: true})
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				shown[n][i] = append(shown[n][i], f)
			}
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(out, "\nmemory after one look at the page, scraped (load %s)\n", strings.Fields(string(load))[0])
	for i, p := range programs {
		var all [2]int64
		for k, n := range []int{few, many} {
			anonymous := spreadOf(shown[n][i], func(f *figures) int64 { return f.anonymous }).median
			file := spreadOf(shown[n][i], func(f *figures) int64 { return f.file }).median
			all[k] = anonymous
			row(out, fmt.Sprintf("%s: RSS, %d instruments", p.name, n), mib(anonymous+file)+" MiB ("+mib(anonymous)+" + "+mib(file)+")", map[int]string{few: "<= 16 MiB"}[n])
		}
		for _, n := range []int{few, many} {
			cpu := spreadOf(shown[n][i], func(f *figures) float64 { return float64(f.cpu.Microseconds()) })
			row(out, fmt.Sprintf("%s: CPU a reading and its scrapes, %d", p.name, n), fmt.Sprintf("%.0f (%.0f - %.0f) us", cpu.median, cpu.min, cpu.max), "")
		}
		row(out, p.name+": each instrument more, anonymous", fmt.Sprintf("%d KiB", (all[1]-all[0])/(many-few)>>10), "<= 50 KiB")
	}
	return nil
}

func (b *bench) settled(p program, s scene) (f figures, err error) {
	unplug, err := b.plugIn(s)
	if err != nil {
		return f, err
	}
	defer unplug()
	cmd, listen, _, err := b.begin(p, s)
	if err != nil {
		return f, err
	}
	defer stop(cmd)
	if err := until(20*time.Second, func() bool { return get("http://"+listen+"/status") == nil }); err != nil { // a reading comes before the page
		return f, err
	}
	end, err := readers(listen, s)
	if err != nil {
		return f, err
	}
	defer end()
	for _, path := range strings.Fields("/ /built/page.js /status /series?point=g0.p") {
		if err := get("http://" + listen + path); err != nil {
			return f, err
		}
	}
	before, err := used(cmd.Process.Pid)
	if err != nil {
		return f, err
	}
	n := b.answered()
	time.Sleep(longWatch)
	after, err := used(cmd.Process.Pid)
	f.anonymous, f.file = after.anonymous, after.file
	f.cpu = (after.cpu - before.cpu) / time.Duration(max(b.answered()-n, 1))
	return f, err
}
