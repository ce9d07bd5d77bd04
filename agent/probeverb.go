package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"pychron-edge/agent/probe"
	"pychron-edge/agent/verbs"
)

// probeVerb asks on one port what hangs there, after it has said what it will send.
func probeVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("probe", args, out, problems)
	if given == nil {
		return code
	}
	if len(given.Words) == 0 {
		fmt.Fprintf(problems, "agent probe: the port is missing; must be %s\n", verbs.Agent.Find("probe").Synopsis())
		return exitUsage
	}
	file := given.Text("config")
	r := probe.Request{Port: strings.Join(given.Words, ""), File: file, Missing: file == verbs.DefaultConfig, MayReset: given.On("may-reset"), Dry: given.On("dry")}
	if models := given.Text("models"); models != "" {
		r.Models = strings.Split(models, ",")
	}
	found, err := probe.Run(ctx, r, out)
	if err != nil {
		fmt.Fprintln(problems, "agent probe:", err)
	}
	if err != nil || len(found) == 0 && !r.Dry {
		return exitMistake
	}
	return exitFine
}
