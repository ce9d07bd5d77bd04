package main

import (
	"context"
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
	given, code := parsed("notify-test", args, out, problems)
	if given == nil {
		return code
	}
	path, name := given.Text("config"), ""
	if len(given.Words) > 0 {
		name = given.Words[0]
	}
	plan, _, _, err := config.ReadPlan(path)
	if err != nil {
		fmt.Fprintf(problems, "agent notify-test: %v\n", err)
		return exitMistake
	}
	results, err := notify.Test(ctx, plan.Receivers, name, plan.Config.Agent.Name, time.Now().UTC())
	if err == nil && len(results) == 0 {
		err = fmt.Errorf("%s names no receiver; must be notify at the top level or in an alarm", path)
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
