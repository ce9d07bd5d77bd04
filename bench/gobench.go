package main

import (
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// measured is a Go benchmark whose figure is a budget.
type measured struct {
	what, folder, name string
	units              []string // of the figures shown, as the benchmark reports them
	budget             string
}

var budgets = []measured{
	{"scrape of 1000 series, p50", "./telemetry", "Scrape", []string{"p50-ms"}, "<= 1.5 ms"},
	{"ring append", "./buffer", "Append", []string{"ns/op", "allocs/op"}, "<= 40 ns, 0 allocations"},
	{"event to JSON", "./buffer", "AppendJSON", []string{"ns/op", "allocs/op"}, "<= 500 ns, 0 allocations"},
	{"viewer ingest, SQLite", "./uplink/viewer/store", "Ingest", []string{"events/s"}, ">= 20000/s"},
	{"reading in to halt byte out, p99", "./agent", "ReadingToHalt", []string{"p99-us"}, "<= 5000 us"},
}

// benchmarks runs each and gives its row. `make bench` runs all the others too.
func benchmarks(out io.Writer) {
	for _, m := range budgets {
		text, err := exec.Command("go", "test", "-run", "^$", "-bench", "^Benchmark"+m.name+"$", "-benchmem", m.folder).CombinedOutput()
		figure := shown(string(text), m.units)
		if err != nil || figure == "" {
			figure = "failed"
		}
		row(out, m.what, figure, m.budget)
	}
}

// shown is the figures with these units of a benchmark's line, "" if there is none.
func shown(text string, units []string) string {
	var figures []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 {
			for _, u := range units {
				if fields[i+1] == u {
					figures = append(figures, strings.TrimSuffix(fmt.Sprintf("%s %s", fields[i], u), "/op"))
				}
			}
		}
	}
	return strings.Join(figures, ", ")
}
