package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"pychron-edge/agent/reference"
	"pychron-edge/agent/verbs"
)

// actions are what the verbs of the table do.
func actions() map[string]verb {
	return map[string]verb{
		"run": runVerb, "check": checkVerb, "once": onceVerb, "ports": portsVerb, "halt": haltVerb, "notify-test": notifyTestVerb, "version": versionVerb,
		"help": helpVerb, "completion": completionVerb, "man": manVerb, "models": modelsVerb, "schema": schemaVerb, "doctor": doctorVerb, "init": initVerb, "import": importVerb, "probe": probeVerb,
	}
}

// dispatch runs a verb and gives the exit code.
func dispatch(ctx context.Context, args []string, out, problems io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(problems, verbs.Usage())
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help":
		fmt.Fprint(out, verbs.Usage())
		return exitFine
	case "-version", "--version":
		return versionVerb(ctx, args[1:], out, problems)
	}
	action, ok := actions()[args[0]]
	if !ok {
		return unknownVerb(args[0], problems)
	}
	return action(ctx, args[1:], out, problems)
}

func helpVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("help", args, out, problems)
	switch {
	case given == nil:
		return code
	case len(given.Words) == 0:
		fmt.Fprint(out, verbs.Usage())
		return exitFine
	}
	v := verbs.Find(given.Words[0])
	if v == nil {
		return unknownVerb(given.Words[0], problems)
	}
	fmt.Fprint(out, v.Help())
	return exitFine
}

func completionVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("completion", args, out, problems)
	if given == nil {
		return code
	}
	switch strings.Join(given.Words, "") {
	case "bash":
		fmt.Fprint(out, verbs.Bash())
	case "zsh":
		fmt.Fprint(out, verbs.Zsh())
	default:
		fmt.Fprintln(problems, "agent completion: the shell is missing or unknown; must be bash or zsh")
		return exitUsage
	}
	return exitFine
}

func manVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("man", args, out, problems)
	if given == nil {
		return code
	}
	switch strings.Join(given.Words, "") {
	case "", "8":
		fmt.Fprint(out, verbs.Man())
	case "5":
		fmt.Fprint(out, reference.Man())
	default:
		fmt.Fprintf(problems, "agent man: there is no section %s; must be 5 or 8\n", given.Words[0])
		return exitUsage
	}
	return exitFine
}

// verb is what a verb does with what follows it; it gives the exit code.
type verb func(ctx context.Context, args []string, out, problems io.Writer) int
