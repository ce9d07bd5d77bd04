package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"

	"pychron-edge/agent/config"
)

// defaultConfig is where the configuration is looked for.
const defaultConfig = "/etc/pychron-edge/agent.yaml"

// runOptions are the flags of run.
type runOptions struct {
	config  string
	runtime string
	state   string
	strict  bool
	sim     bool
	script  bool
	log     *slog.Logger
}

// The collector is told to keep the heap near what lives in it: a board has other things to do with its memory.
const (
	gcPercent   = 50
	memoryLimit = 48 << 20
)

func runVerb(ctx context.Context, args []string, _, problems io.Writer) int {
	var o runOptions
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	f.SetOutput(problems)
	f.StringVar(&o.config, "config", defaultConfig, "the configuration `FILE`")
	f.BoolVar(&o.sim, "sim", false, "talk to simulated instruments instead of real ones")
	f.BoolVar(&o.script, "script", false, "with -sim: every minute open and close V1 and silence a gauge for 10 s")
	f.StringVar(&o.runtime, "runtime", "", "the `DIRECTORY` for socket, latch and running configuration")
	f.StringVar(&o.state, "state", "", "the `DIRECTORY` for what survives a restart: locks, latches, counts")
	f.BoolVar(&o.strict, "strict", false, "end where the configuration is refused, instead of running the last one that was in force")
	if err := f.Parse(args); err != nil || f.NArg() > 0 || o.script && !o.sim {
		fmt.Fprint(problems, usage)
		return exitUsage
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	o.log = slog.New(slog.NewTextHandler(problems, nil))
	err := run(ctx, o)
	var m config.Mistakes
	switch {
	case errors.As(err, &m):
		fmt.Fprintln(problems, m)
	case err != nil:
		o.log.Error("agent ended", "err", err)
	}
	return codeOf(err)
}
