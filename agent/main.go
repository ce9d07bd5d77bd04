// Command agent runs on the board beside an extraction line: it reads the instruments, keeps and tells what happens, and
// moves what it is told to through one door.
//
// It is not a safety system. It stores nothing for long and draws nothing: that is the viewer's.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"pychron-edge/agent/task"
)

// version is set by the linker.
var version = "development"

// Exit codes.
const (
	exitFine     = 0
	exitMistake  = 1 // in the configuration, or what was asked for did not work
	exitUsage    = 2
	exitUnsafe   = 3 // something could not be halted
	exitPanicked = 4
)

// verbs are what the program can be told on its command line.
var verbs = map[string]func(ctx context.Context, args []string, out, problems io.Writer) int{
	"run": runVerb, "check": checkVerb, "once": onceVerb, "ports": portsVerb, "halt": haltVerb, "version": versionVerb,
}

const usage = `usage: agent run     [-config FILE] [-sim] [-script] [-state DIR] [-strict]   run until told to stop
       agent check   [-config FILE]                   name every mistake in a configuration
       agent once    [-config FILE] [-sim]            read every device once and print a table
       agent ports   [-config FILE]                   list serial ports without opening one
       agent halt    [-on-exit]                       make everything inert, whatever it takes
       agent version
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// dispatch runs a verb and gives the exit code.
func dispatch(ctx context.Context, args []string, out, problems io.Writer) int {
	if len(args) > 0 {
		if verb, ok := verbs[args[0]]; ok {
			return verb(ctx, args[1:], out, problems)
		}
		fmt.Fprintf(problems, "agent: %q is not a verb\n", args[0])
	}
	fmt.Fprint(problems, usage)
	return exitUsage
}

func versionVerb(_ context.Context, _ []string, out, _ io.Writer) int {
	fmt.Fprintln(out, version)
	return exitFine
}

// codeOf is the exit code of an error of run.
func codeOf(err error) int {
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errHaltFailed):
		return exitUnsafe
	case errors.Is(err, task.ErrPanic):
		return exitPanicked
	}
	return exitMistake
}
