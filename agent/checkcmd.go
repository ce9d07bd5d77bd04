package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
)

// checkVerb prints every mistake of a configuration on a line of its own. It opens nothing but the file. Exit 1 if there
// is a mistake; warnings alone are fine.
func checkVerb(_ context.Context, args []string, out, problems io.Writer) int {
	f := flag.NewFlagSet("check", flag.ContinueOnError)
	f.SetOutput(problems)
	path := f.String("config", defaultConfig, "the configuration `FILE`")
	if err := f.Parse(args); err != nil || f.NArg() > 0 {
		fmt.Fprint(problems, usage)
		return exitUsage
	}
	data, err := os.ReadFile(*path)
	if err != nil {
		fmt.Fprintf(problems, "agent check: %v\n", err)
		return exitMistake
	}
	plan, list, err := planOf(*path, data)
	for _, p := range list {
		fmt.Fprintln(problems, p)
	}
	if err != nil {
		return exitMistake
	}
	fmt.Fprintf(out, "%s: %s\n", *path, plan.summary())
	return exitFine
}

// summary says in a line what a plan holds.
func (p *Plan) summary() string {
	points, controls := len(p.Derived), 0
	for _, d := range p.Devices {
		points += len(d.Points)
		for _, c := range d.Moves {
			if c.Enabled {
				controls++
			}
		}
	}
	return fmt.Sprintf("no mistakes; %s, %s, %s enabled, %s, %s", count(len(p.Devices), "device"), count(points, "point"),
		count(controls, "control"), count(len(p.Rules), "rule"), count(len(p.Alarms), "alarm"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
