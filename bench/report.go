package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// machine says what this was measured on, and how busy that was.
func machine(out io.Writer) {
	load, _ := os.ReadFile("/proc/loadavg") // left out where there is none
	fmt.Fprintf(out, "%d processors, %s/%s, load %s, %s\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, strings.Join(strings.Fields(string(load))[:3], " "), time.Now().UTC().Format("2006-01-02 15:04 MST"))
}

// report prints what the programs of a scene showed: medians, and in brackets the least and the most of the rounds.
func report(out io.Writer, s scene, shown [][]figures) {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(out, "\n%s (load %s)\n", s.name, strings.Fields(string(load))[0])
	fmt.Fprintf(out, "%-16s %-22s %-12s %-12s %-10s %-8s %-22s %-9s %s\n", "", "CPU a reading, us", "p50, ms", "p99, ms", "switches", "r+w", "RSS MiB (anon + file)", "start ms", "scrape ms")
	for n, p := range s.programs {
		all := shown[n]
		cpu := spreadOf(all, func(f *figures) float64 { return float64(f.cpu.Nanoseconds()) / 1e3 })
		anonymous, file := spreadOf(all, func(f *figures) int64 { return f.anonymous }).median, spreadOf(all, func(f *figures) int64 { return f.file }).median
		fmt.Fprintf(out, "%-16s %-22s %-12s %-12s %-10.1f %-8.1f %-22s %-9s %s\n", p.name, fmt.Sprintf("%.0f (%.0f - %.0f)", cpu.median, cpu.min, cpu.max),
			ms(spreadOf(all, func(f *figures) time.Duration { return f.p50 }).median), ms(spreadOf(all, func(f *figures) time.Duration { return f.p99 }).median),
			spreadOf(all, func(f *figures) float64 { return f.switches }).median, spreadOf(all, func(f *figures) float64 { return f.syscalls }).median,
			fmt.Sprintf("%s (%s + %s)", mib(anonymous+file), mib(anonymous), mib(file)),
			ms(spreadOf(all, func(f *figures) time.Duration { return f.cold }).median), ms(spreadOf(all, func(f *figures) time.Duration { return f.scrape }).median))
	}
	for n := range shown[1:] {
		c := ratio(shown[0], shown[n+1], func(f *figures) float64 { return float64(f.cpu) })
		r := ratio(shown[0], shown[n+1], func(f *figures) float64 { return float64(f.total()) })
		l := ratio(shown[0], shown[n+1], func(f *figures) float64 { return float64(f.p99) })
		fmt.Fprintf(out, "%s / %s: CPU %.2f (%.2f - %.2f), RSS %.2f, p99 %.2f (%.2f - %.2f)\n", s.programs[0].name, s.programs[n+1].name, c.median, c.min, c.max, r.median, l.median, l.min, l.max)
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()*1e3) }

func mib(b int64) string { return fmt.Sprintf("%.1f", float64(b)/(1<<20)) }

func row(out io.Writer, what, figure, budget string) {
	fmt.Fprintf(out, "%-46s %22s   %s\n", what, figure, budget)
}
