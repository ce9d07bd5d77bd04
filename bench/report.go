package main

import (
	"fmt"
	"io"
	"time"
)

// report prints what the pairs showed.
func report(out io.Writer, ours, naive figures, ratio float64) {
	mb := func(b int64) string { return fmt.Sprintf("%.1f MiB", float64(b)/(1<<20)) }
	rows := [][4]string{
		{"", "agent", "naive loop", "budget"},
		{"RSS anonymous", mb(ours.anonymous), mb(naive.anonymous), "<= 8 MiB"},
		{"RSS total", mb(ours.total), mb(naive.total), "<= 20 MiB"},
		{"CPU per 1000 readings", ms(ours.perThousand), ms(naive.perThousand),
			fmt.Sprintf("ratio <= 1.0, here %.2f", ratio)},
		{"context switches per reading", fmt.Sprintf("%.1f", ours.switches), fmt.Sprintf("%.1f", naive.switches), ""},
		{"wire to subscriber p50", ms(ours.p50), ms(naive.p50), ""},
		{"wire to subscriber p99", ms(ours.p99), ms(naive.p99), "<= 2.5 ms"},
		{"start to first request", ms(ours.cold), ms(naive.cold), "<= 50 ms"},
		{"scrape p50", ms(ours.scrape), ms(naive.scrape), "<= 1.5 ms at 1000 series"},
	}
	for _, r := range rows {
		row(out, r[0], r[1], r[2], r[3])
	}
}

// afterFaults prints how the agent came back.
func afterFaults(out io.Writer, f figures) {
	row(out, "broker away 20 s: readings lost", fmt.Sprint(f.lost), "", "0")
	row(out, "broker away 20 s: data again", ms(f.outage), "", "<= 2000 ms")
	row(out, "unplugged 7 s: read again", ms(f.replug), "", "<= 1000 ms")
	row(out, "answers in hand at SIGTERM, not told", fmt.Sprint(f.atEnd), "", "<= 1 a line: the poll is cut")
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", d.Seconds()*1e3) }

func row(out io.Writer, what, agent, naive, budget string) {
	fmt.Fprintf(out, "%-34s %18s %14s   %s\n", what, agent, naive, budget)
}
