package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/notify"
)

// notifyTestVerb sends a test message to every receiver of alarms, or to the one that is named, and prints what became of it.
// Exit 1 if one did not take it.
func notifyTestVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	f := flag.NewFlagSet("notify-test", flag.ContinueOnError)
	f.SetOutput(problems)
	path := f.String("config", defaultConfig, "the configuration `FILE`")
	if err := f.Parse(args); err != nil || f.NArg() > 1 {
		fmt.Fprint(problems, usage)
		return exitUsage
	}
	plan, _, _, err := config.ReadPlan(*path)
	if err != nil {
		fmt.Fprintf(problems, "agent notify-test: %v\n", err)
		return exitMistake
	}
	results, err := notify.Test(ctx, plan.Receivers, f.Arg(0), plan.Config.Agent.Name, time.Now().UTC())
	if err == nil && len(results) == 0 {
		err = fmt.Errorf("%s names no receiver; must be notify at the top level or in an alarm", *path)
	}
	if err != nil {
		fmt.Fprintf(problems, "agent notify-test: %v\n", err)
		return exitMistake
	}
	return printResults(out, results)
}

// printResults prints a table of receivers and gives the exit code.
func printResults(out io.Writer, results []buffer.NotifyResult) int {
	code := exitFine
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RECEIVER\tRESULT")
	for _, r := range results {
		fmt.Fprintf(w, "%s\t%s\n", r.Receiver, buffer.OneLine(r.Result))
		if !r.Sent {
			code = exitMistake
		}
	}
	w.Flush()
	return code
}
