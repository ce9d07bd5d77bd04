package main

import (
	"io"

	"pychron-edge/agent/verbs"
	"pychron-edge/commandline"
)

// parsed reads what follows a verb, nil where there is nothing to run.
func parsed(name string, args []string, out, problems io.Writer) (*commandline.Given, int) {
	return verbs.Agent.Parse(name, args, out, problems)
}
