package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"pychron-edge/agent/reference"
	"pychron-edge/agent/verbs"
	"pychron-edge/commandline"
)

// actions are what the verbs of the table do.
func actions() map[string]commandline.Action {
	return map[string]commandline.Action{
		"run": runVerb, "check": checkVerb, "once": onceVerb, "ports": portsVerb, "halt": haltVerb, "notify-test": notifyTestVerb, "version": versionVerb,
		"help": verbs.Agent.Explain, "completion": verbs.Agent.Complete, "man": manVerb, "models": modelsVerb, "schema": schemaVerb, "doctor": doctorVerb, "init": initVerb, "import": importVerb, "probe": probeVerb,
	}
}

// dispatch runs a verb and gives the exit code.
func dispatch(ctx context.Context, args []string, out, problems io.Writer) int {
	return verbs.Agent.Dispatch(ctx, actions(), args, out, problems)
}

func manVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("man", args, out, problems)
	if given == nil {
		return code
	}
	switch strings.Join(given.Words, "") {
	case "", "8":
		fmt.Fprint(out, verbs.Agent.Man())
	case "5":
		fmt.Fprint(out, reference.Man())
	default:
		fmt.Fprintf(problems, "agent man: there is no section %s; must be 5 or 8\n", given.Words[0])
		return exitUsage
	}
	return exitFine
}
