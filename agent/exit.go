package main

import (
	"errors"

	"pychron-edge/agent/task"
	"pychron-edge/commandline"
)

// Exit codes.
const (
	exitFine     = commandline.Fine
	exitMistake  = 1 // in the configuration, or what was asked for did not work
	exitUsage    = commandline.Misused
	exitUnsafe   = 3 // something could not be halted
	exitPanicked = 4
)

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

// errHaltFailed says that the program ends with something not halted.
var errHaltFailed = errors.New("could not be halted")
