package main

import (
	"context"
	"fmt"
	"io"

	"pychron-edge/agent/reference"
)

// modelsVerb lists the models, or explains one.
func modelsVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("models", args, out, problems)
	if given == nil {
		return code
	}
	var err error
	switch {
	case given.On("names"):
		for _, m := range reference.Models() {
			fmt.Fprintln(out, m.Name)
		}
	case len(given.Words) == 0:
		err = reference.WriteModels(out)
	default:
		return explainModel(given.Words[0], out, problems)
	}
	if err != nil {
		return exitMistake
	}
	return exitFine
}

// explainModel explains the model called name, by us or by its maker.
func explainModel(name string, out, problems io.Writer) int {
	m, err := reference.Find(name)
	if err == nil {
		err = reference.WriteModel(out, m)
	}
	if err != nil {
		fmt.Fprintln(problems, "agent models:", err)
		return exitMistake
	}
	return exitFine
}

// schemaVerb prints the JSON schema of a configuration.
func schemaVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("schema", args, out, problems)
	if given == nil {
		return code
	}
	data, err := reference.Schema()
	if err != nil {
		fmt.Fprintln(problems, "agent schema:", err)
		return exitMistake
	}
	fmt.Fprintf(out, "%s\n", data)
	return exitFine
}
