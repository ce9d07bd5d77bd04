package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"pychron-edge/agent/near"
	"pychron-edge/agent/reference"
	"pychron-edge/agent/verbs"
)

// actions are what the verbs of the table do.
func actions() map[string]verb {
	return map[string]verb{
		"run": runVerb, "check": checkVerb, "once": onceVerb, "ports": portsVerb, "halt": haltVerb, "notify-test": notifyTestVerb, "version": versionVerb,
		"help": helpVerb, "completion": completionVerb, "man": manVerb, "models": modelsVerb, "schema": schemaVerb, "doctor": doctorVerb, "init": initVerb, "import": importVerb,
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

func unknownVerb(name string, problems io.Writer) int {
	fmt.Fprintf(problems, "agent: %q is not a verb; must be one of %s%s\n", name, strings.Join(verbs.Names(), ", "), near.Hint(name, verbs.Names()))
	fmt.Fprintln(problems, "usage: agent VERB [FLAGS]; `agent help` says more")
	return exitUsage
}

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
