package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"pychron-edge/agent/near"
	"pychron-edge/agent/verbs"
)

// parsed reads what follows a verb. Where there is nothing to run, it has printed help or what is wrong, and the code is
// what the program ends with.
func parsed(name string, args []string, out, problems io.Writer) (*verbs.Given, int) {
	v := verbs.Find(name)
	given, err := v.Parse(args)
	switch {
	case errors.Is(err, verbs.ErrHelp):
		fmt.Fprint(out, v.Help())
		return nil, exitFine
	case err != nil:
		fmt.Fprintf(problems, "agent %s: %v\nusage: %s\n", name, err, v.Synopsis())
		return nil, exitUsage
	}
	return given, exitFine
}

func unknownVerb(name string, problems io.Writer) int {
	fmt.Fprintf(problems, "agent: %q is not a verb; must be one of %s%s\n", name, strings.Join(verbs.Names(), ", "), near.Hint(name, verbs.Names()))
	fmt.Fprintln(problems, "usage: agent VERB [FLAGS]; `agent help` says more")
	return exitUsage
}
