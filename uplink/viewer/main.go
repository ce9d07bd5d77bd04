package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"pychron-edge/commandline"
	"pychron-edge/uplink/viewer/store"
	"pychron-edge/yamlfile"
)

// version is set when the program is built.
var version = "unknown"

// exitFailed is the exit code of a mistake in the configuration, and of what did not work.
const exitFailed = 1

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := dispatch(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// dispatch runs a verb and gives the exit code.
func dispatch(ctx context.Context, args []string, out, problems io.Writer) int {
	return program.Dispatch(ctx, map[string]commandline.Action{
		"run": runVerb, "hub": hubVerb, "check": checkVerb, "export": exportVerb, "version": versionVerb, "help": program.Explain, "completion": program.Complete, "schema": schemaVerb, "man": manVerb,
	}, args, out, problems)
}

func versionVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := program.Parse("version", args, out, problems)
	if given != nil {
		fmt.Fprintln(out, version)
	}
	return code
}

func manVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := program.Parse("man", args, out, problems)
	if given == nil {
		return code
	}
	switch strings.Join(given.Words, "") {
	case "", "8":
		fmt.Fprint(out, program.Man())
	case "5":
		fmt.Fprint(out, manFile())
	default:
		fmt.Fprintf(problems, "viewer man: there is no section %s; must be 5 or 8\n", given.Words[0])
		return commandline.Misused
	}
	return commandline.Fine
}

// schemaVerb prints the JSON schema of a configuration.
func schemaVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := program.Parse("schema", args, out, problems)
	if given == nil {
		return code
	}
	data, err := schema()
	if err != nil {
		fmt.Fprintln(problems, "viewer schema:", err)
		return exitFailed
	}
	fmt.Fprintf(out, "%s\n", data)
	return commandline.Fine
}

// checkVerb prints every mistake of a configuration on a line of its own.
func checkVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := program.Parse("check", args, out, problems)
	if given == nil {
		return code
	}
	path := given.Config()
	config, list, err := read(path)
	if err != nil {
		fmt.Fprintf(problems, "viewer check: %v\n", err)
		return exitFailed
	}
	if list.Err() == nil {
		config.checkFiles(list)
	}
	for _, p := range list.Sorted() {
		fmt.Fprintln(problems, p)
	}
	if list.Err() != nil {
		return exitFailed
	}
	fmt.Fprintf(out, "%s: no mistakes; page on %s, broker %s, store %s\n", path, config.Listen, config.MQTT.Broker, store.Redact(config.Store))
	return commandline.Fine
}

func runVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := program.Parse("run", args, out, problems)
	if given == nil {
		return code
	}
	signal.Ignore(syscall.SIGPIPE) // a log that nobody reads any more ends nothing
	log := slog.New(slog.NewTextHandler(problems, nil))
	return ended(ctx, "run", runAs(ctx, given, log), problems)
}

func hubVerb(ctx context.Context, args []string, out, problems io.Writer) int {
	given, code := program.Parse("hub", args, out, problems)
	if given == nil {
		return code
	}
	signal.Ignore(syscall.SIGPIPE) // a log that nobody reads any more ends nothing
	log := slog.New(slog.NewTextHandler(problems, nil))
	return ended(ctx, "hub", runNode(ctx, given.Text("config"), log), problems)
}

// ended says why a verb ends, if that is an error, and gives the exit code.
func ended(ctx context.Context, verb string, err error, problems io.Writer) int {
	switch {
	case err == nil || ctx.Err() != nil:
		return commandline.Fine
	case errors.As(err, new(misuse)):
		fmt.Fprintf(problems, "viewer %s: %v\nusage: %s\n", verb, err, program.Find(verb).Synopsis())
		return commandline.Misused
	case errors.As(err, new(mistakes)):
		fmt.Fprintln(problems, err)
	default:
		slog.New(slog.NewTextHandler(problems, nil)).Error("viewer ended", "error", err)
	}
	return exitFailed
}

// misuse is a mistake on the command line.
type misuse struct{ error }

// runAs runs the viewer by its configuration, and by flags in place of what that says.
func runAs(ctx context.Context, given *commandline.Given, log *slog.Logger) error {
	config, list, err := decoded(given.Text("config"))
	if err != nil {
		return err
	}
	asFile := config
	if broker := given.Text("broker"); broker != "" {
		config.MQTT.Broker = brokers(broker)
	}
	for flag, into := range map[string]*string{"store": &config.Store, "listen": &config.Listen, "broker-listen": &config.MQTT.Embedded.Listen} {
		if text := given.Text(flag); text != "" {
			*into = text
		}
	}
	var file yamlfile.Problems
	asFile.check(&file)
	sound := list.Err() == nil && len(file.List) == 0
	if !list.Broken {
		config.check(list)
	}
	switch {
	case list.Err() == nil:
		return run(ctx, config, log)
	case sound: // the flags are wrong, or do not go with the file
		return misuse{errors.New(list.Sorted()[0].Text)}
	}
	return mistakes{list.Err()}
}
