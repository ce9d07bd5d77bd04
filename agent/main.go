// Command agent runs on the board beside an extraction line: it reads the instruments, keeps and tells what happens, and
// moves what it is told to through one door.
//
// It is not a safety system. It stores nothing for long and draws nothing: that is the viewer's.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"pychron-edge/agent/task"
)

// Exit codes.
const (
	exitFine     = 0
	exitMistake  = 1 // in the configuration, or what was asked for did not work
	exitUsage    = 2
	exitUnsafe   = 3 // something could not be halted
	exitPanicked = 4
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// verb is what a verb does with what follows it; it gives the exit code.
type verb func(ctx context.Context, args []string, out, problems io.Writer) int

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
