package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"pychron-edge/agent/config"
	"pychron-edge/agent/near"
	"pychron-edge/agent/reference"
	"pychron-edge/drivers"
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
	all := reference.Models()
	at := slices.IndexFunc(all, func(m drivers.Model) bool { return m.Name == name || m.Name == config.MakersModel(name) })
	if at < 0 {
		var names []string
		for _, m := range all {
			names = append(names, m.Name)
		}
		fmt.Fprintf(problems, "agent models: model %q is unknown; must be one of %s%s\n", name, strings.Join(names, ", "), near.Hint(name, names))
		return exitMistake
	}
	if err := reference.WriteModel(out, all[at]); err != nil {
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
