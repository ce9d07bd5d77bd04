// Command viewer measures what the viewer with the broker inside costs: the size of the program, how soon after its start the page answers,
// the broker listens and all is ready, the memory that is its own with a hundred agents connected, and, with -burst, what it takes to store what all
// of them have at once. With -against two programs are measured in turns, and with agents at the same time, so that what else the machine does
// meets both.
//
// Agents are made up in this process: each publishes readings of ten gauges as a line of ten gauges does with a deadband of 1 %. Those of a burst
// have theirs as bytes before it begins, since they share the processors with the viewer that is measured.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

func main() {
	viewer := flag.String("viewer", "bin/viewer", "the viewer's `FILE`")
	against := flag.String("against", "", "another viewer's `FILE`, measured in turns; none = only one")
	starts := flag.Int("starts", 15, "starts of each")
	agents := flag.Int("agents", 100, "how many agents; 0 = no memory is measured")
	rate := flag.Float64("rate", 4.6, "readings a second of each agent")
	watch := flag.Duration("watch", 2*time.Minute, "how long they are connected; 0 = no memory is measured")
	burst := flag.Int("burst", 0, "readings of each agent that come at once; 0 = no burst is measured")
	idle := flag.Duration("idle", 0, "how long it is watched with 1, 10 and 100 agents, without and with two pages open; 0 = not")
	rounds := flag.Int("rounds", 1, "how often they come, to each viewer")
	postgres := flag.String("postgres", "", "`URL` of a database of a server: each viewer stores in a new database there, which is dropped afterwards; empty = SQLite")
	mosquitto := flag.Bool("mosquitto", false, "the broker is mosquitto, not the viewer's; with -burst, -watch and -idle")
	flag.Parse()
	programs := []string{*viewer}
	if *against != "" {
		programs = append(programs, *against)
	}
	if err := run(programs, *starts, load{*agents, *rate, *watch, *burst, *rounds, *idle, outside{*postgres, *mosquitto}}); err != nil {
		fmt.Fprintln(os.Stderr, "viewer:", err)
		os.Exit(1)
	}
}

func run(programs []string, starts int, l load) (err error) {
	dir, err := os.MkdirTemp("", "edge-viewer")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, path := range programs {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %.2f MB\n", path, float64(info.Size())/1e6)
	}
	if starts > 0 {
		if err := measureStarts(dir, programs, starts); err != nil {
			return err
		}
	}
	if l.agents > 0 && l.watch > 0 {
		if err := measureMemory(dir, programs, l); err != nil {
			return err
		}
	}
	if l.idleFor > 0 {
		if err := measureIdle(dir, programs, l); err != nil {
			return err
		}
	}
	if l.burst > 0 && l.agents > 0 && l.rounds > 0 {
		return measureBurst(dir, programs, l)
	}
	return nil
}

// spread is the median of figures, and the least and the most.
func spread(all []float64) string {
	if len(all) == 0 {
		return "-"
	}
	slices.Sort(all)
	return fmt.Sprintf("%.1f (%.1f - %.1f)", all[len(all)/2], all[0], all[len(all)-1])
}

// row prints a name and columns.
func row(name string, columns ...string) {
	fmt.Printf("%-28s", name)
	for _, c := range columns {
		fmt.Printf(" %-24s", c)
	}
	fmt.Println()
}
