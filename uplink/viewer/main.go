package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// version is set when the program is built.
var version = "unknown"

const usage = `usage: viewer run [-config FILE] [-broker embedded|URL] [-broker-listen HOST:PORT] [-store FILE|URL] [-listen HOST:PORT]
       viewer version`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	switch err := command(ctx, os.Args[1:], log); {
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	case err != nil && ctx.Err() == nil:
		log.Error("viewer ended", "error", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage")

func command(ctx context.Context, args []string, log *slog.Logger) error {
	if len(args) == 1 && args[0] == "version" {
		fmt.Println(version)
		return nil
	}
	if len(args) == 0 || args[0] != "run" {
		return errUsage
	}
	flags := flag.NewFlagSet("viewer run", flag.ContinueOnError)
	path := flags.String("config", "", "configuration file; default: the built-in defaults")
	broker := flags.String("broker", "", "broker URL, or embedded: a broker on the loopback address, for trials")
	brokerListen := flags.String("broker-listen", "127.0.0.1:1883", "address on which the embedded broker listens")
	where := flags.String("store", "", "SQLite file or postgres:// URL")
	listen := flags.String("listen", "", "address of the page")
	if err := flags.Parse(args[1:]); err != nil || flags.NArg() > 0 {
		return errUsage
	}
	config, err := load(*path)
	if err != nil {
		return err
	}
	for _, o := range []struct{ given, into *string }{{broker, &config.MQTT.Broker}, {where, &config.Store}, {listen, &config.Listen}} {
		if *o.given != "" {
			*o.into = *o.given
		}
	}
	return run(ctx, config, *brokerListen, log)
}
