package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"

	"pychron-edge/agent/agentlog"
	"pychron-edge/agent/config"
	"pychron-edge/agent/verbs"
)

// runOptions are the flags of run.
type runOptions struct {
	config  string
	runtime string
	state   string
	strict  bool
	sim     bool
	script  bool
	hangups <-chan os.Signal // the configuration is to be read again; nil: never
	thrifty bool             // the process is the agent's alone: it may take less of the board than the runtime does
	log     *slog.Logger
}

// The collector is told to keep the heap near what lives in it: a board has other things to do with its memory. Where the board is the agent's alone
// nothing is collected while it starts, and then by the percentage of package thrift.
const (
	gcPercent   = 50
	memoryLimit = 48 << 20
)

func runVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("run", args, out, problems)
	if given == nil {
		return code
	}
	o := runOptions{config: given.Text("config"), runtime: given.Text("runtime"), sim: given.On("sim"), script: given.On("script"), state: given.Text("state"), strict: given.On("strict")}
	o.hangups = outlive()
	if o.script && !o.sim {
		fmt.Fprintf(problems, "agent run: -script moves simulated instruments only; must be with -sim\nusage: %s\n", verbs.Agent.Find("run").Synopsis())
		return exitUsage
	}
	o.thrifty = !o.sim
	percent := gcPercent
	if o.thrifty {
		percent = -1
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	o.log = agentlog.New(problems)
	err := run(ctx, o)
	var m config.Mistakes
	switch {
	case errors.As(err, &m):
		agentlog.Mistakes(problems, m.Error())
	case err != nil:
		o.log.Error("agent ended", "err", err)
	}
	return codeOf(err)
}
