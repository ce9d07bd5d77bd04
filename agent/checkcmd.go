package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"pychron-edge/agent/config"
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
	plan, list, err := config.PlanOf(*path, data)
	for _, p := range list {
		fmt.Fprintln(problems, p)
	}
	if err != nil {
		return exitMistake
	}
	for _, p := range plan.Unkept(os.Getenv("STATE_DIRECTORY")) {
		fmt.Fprintln(problems, p)
	}
	fmt.Fprintf(out, "%s: %s\n", *path, plan.Summary())
	return exitFine
}
