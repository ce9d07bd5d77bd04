package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"pychron-edge/uplink/viewer/store"
)

// version is set when the program is built.
var version = "unknown"

const usage = `usage: viewer run [-config FILE] [-broker embedded|URL] [-broker-listen HOST:PORT] [-store FILE|URL] [-listen HOST:PORT]
       viewer hub [-config FILE]    a node of an institute's hub, by the configuration's hub_node, and nothing else
       viewer export [-config FILE] [-store FILE|URL] [-from TIME] [-to TIME] [-format csv|ndjson|blocks]    what is stored, to standard output
       viewer check [FILE]          name every mistake in a configuration
       viewer version
       viewer help [VERB]`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	switch err := command(ctx, os.Args[1:], os.Stdout, log); {
	case errors.Is(err, errUsage):
		fmt.Fprintf(os.Stderr, "viewer: %v\n%s\n", err, usage)
		os.Exit(2)
	case errors.Is(err, errMistakes):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case err != nil && ctx.Err() == nil:
		log.Error("viewer ended", "error", err)
		os.Exit(1)
	}
}

var (
	errUsage    = errors.New("the command is not understood")
	errMistakes = errors.New("the configuration has mistakes") // each is named, a line each
)

func command(ctx context.Context, args []string, out io.Writer, log *slog.Logger) error {
	if len(args) == 0 {
		return errUsage
	}
	switch args[0] {
	case "version", "-version", "--version":
		_, err := fmt.Fprintln(out, version)
		return err
	case "help", "-h", "-help", "--help":
		if len(args) > 1 {
			return command(ctx, []string{args[1], "-h"}, out, log)
		}
		_, err := fmt.Fprintln(out, usage)
		return err
	case "check":
		return helped(check(args[1:], out))
	case "export":
		return helped(exportCommand(ctx, args[1:], out))
	case "hub":
		return helped(nodeCommand(ctx, args[1:], out, log))
	case "run":
		return helped(runCommand(ctx, args[1:], out, log))
	}
	return fmt.Errorf("%w: %q is not a verb; it must be run, hub, export, check, version or help", errUsage, args[0])
}

// helped is nothing where all that was asked for was help.
func helped(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}

// parse reads the flags of a verb and at most that many words after them. Help goes to out.
func parse(flags *flag.FlagSet, args []string, maxWords int, out io.Writer) error {
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(out, "usage: %s [FLAGS]\n\n", flags.Name())
		flags.SetOutput(out)
		flags.PrintDefaults()
		return err
	case err != nil:
		return fmt.Errorf("%w: %s: %w", errUsage, flags.Name(), err)
	case flags.NArg() > maxWords:
		return fmt.Errorf("%w: %s: %q is one word too many", errUsage, flags.Name(), flags.Arg(maxWords))
	}
	return nil
}

// check says whether a configuration is good; the error names every mistake.
func check(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("viewer check", flag.ContinueOnError)
	path := flags.String("config", "/etc/pychron-edge/viewer.yaml", "configuration file")
	if err := parse(flags, args, 1, out); err != nil {
		return err
	}
	if flags.NArg() == 1 {
		*path = flags.Arg(0)
	}
	config, err := load(*path)
	if err != nil {
		return fmt.Errorf("%w\n%w", err, errMistakes)
	}
	if _, err := config.MQTT.Embedded.certificate(); err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	if _, err := config.Hub.leaf(); err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	o := config.nodeOptions()
	if err := config.HubNode.files(&o); err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	_, err = fmt.Fprintf(out, "%s: no mistakes; page on %s, broker %s, store %s\n", *path, config.Listen, config.MQTT.Broker, store.Redact(config.Store))
	return err
}

func runCommand(ctx context.Context, args []string, out io.Writer, log *slog.Logger) error {
	flags := flag.NewFlagSet("viewer run", flag.ContinueOnError)
	path := flags.String("config", "", "configuration file; default: the built-in defaults")
	broker := flags.String("broker", "", "broker URL, or embedded: a broker in this program, by the configuration's mqtt.embedded")
	brokerListen := flags.String("broker-listen", "", "address on which the embedded broker listens; default 127.0.0.1:1883, off loopback with users only")
	where := flags.String("store", "", "SQLite file or postgres:// URL")
	listen := flags.String("listen", "", "address of the page")
	if err := parse(flags, args, 0, out); err != nil {
		return err
	}
	config, err := read(*path)
	if err != nil {
		return err
	}
	if *broker != "" {
		config.MQTT.Broker = brokers(*broker)
	}
	for _, o := range []struct{ given, into *string }{{where, &config.Store}, {listen, &config.Listen}, {brokerListen, &config.MQTT.Embedded.Listen}} {
		if *o.given != "" {
			*o.into = *o.given
		}
	}
	if err := config.checkAs(*path); err != nil {
		return err
	}
	return run(ctx, config, log)
}

func nodeCommand(ctx context.Context, args []string, out io.Writer, log *slog.Logger) error {
	flags := flag.NewFlagSet("viewer hub", flag.ContinueOnError)
	path := flags.String("config", "/etc/pychron-edge/viewer.yaml", "configuration file")
	if err := parse(flags, args, 0, out); err != nil {
		return err
	}
	return hubCommand(ctx, *path, log)
}
