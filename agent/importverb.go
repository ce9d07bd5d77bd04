package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"pychron-edge/agent/config"
	"pychron-edge/agent/pychronimport"
	"pychron-edge/agent/verbs"
)

// exitRefused is the exit code of an import whose result does not pass check.
const exitRefused = 2

var errAssumedPins = errors.New("its pins were assumed by agent import -assume-pins; must be run with -sim, or imported again with -pins FILE")

// importVerb makes a configuration from the setupfiles of a Pychron laboratory. The report goes to problems.
func importVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("import", args, out, problems)
	if given == nil {
		return code
	}
	if len(given.Words) == 0 {
		fmt.Fprintf(problems, "agent import: the folder is missing; must be %s\n", verbs.Agent.Find("import").Synopsis())
		return exitUsage
	}
	o := pychronimport.Options{Init: given.Text("init"), Valves: given.Text("valves"), AssumePins: given.On("assume-pins")}
	result, err := pychronimport.Folder(given.Words[0], given.Text("pins"), o)
	if err != nil {
		fmt.Fprintln(problems, "agent import:", err)
		return exitMistake
	}
	_, mistakes, refused := config.PlanOf("import", []byte(result.YAML))
	if refused != nil {
		for _, m := range mistakes {
			fmt.Fprintln(problems, m)
		}
		code = exitRefused
	} else if len(result.Failed) > 0 {
		code = exitMistake
	}
	if err := result.Write(given.Text("o"), out); err != nil {
		fmt.Fprintln(problems, "agent import:", err)
		code = exitMistake
	}
	fmt.Fprint(problems, result.Report())
	return code
}

// refuseAssumedPins refuses to drive real pins from a file in which they were assumed.
func refuseAssumedPins(o runOptions, data []byte) error {
	if !o.sim && bytes.Contains(data, []byte(pychronimport.AssumedPins)) {
		return fmt.Errorf("%s: %w", o.config, errAssumedPins)
	}
	return nil
}
