package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"pychron-edge/agent/agentlog"
	"pychron-edge/agent/config"
	"pychron-edge/agent/state"
)

// checkVerb prints every mistake of a configuration on a line of its own. It opens nothing but the file. Exit 1 if there
// is a mistake; warnings alone are fine.
func checkVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("check", args, out, problems)
	if given == nil {
		return code
	}
	path := given.Config()
	if given.On("any-device") {
		return anyDevice(path)
	}
	plan, _, list, err := config.ReadPlan(path)
	for _, p := range list {
		agentlog.Mistakes(problems, p.String())
	}
	if err != nil {
		if !errors.As(err, new(config.Mistakes)) {
			fmt.Fprintf(problems, "agent check: %v\n", err)
		}
		return exitMistake
	}
	for _, p := range append(plan.Unkept(state.FindStateDir("")), plan.Files(serviceUser)...) {
		agentlog.Mistakes(problems, p.String())
	}
	fmt.Fprintf(out, "%s: %s\n", path, plan.Summary())
	return exitFine
}

// anyDevice gives 1 where the file is good and no device in it is on, so that there is nothing to run for. A file with mistakes is for
// run to judge.
func anyDevice(path string) int {
	if !config.NothingOn(path) {
		return exitFine
	}
	return exitMistake
}
