package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
)

// broker is a small MQTT broker on the loopback address, for trials. It stores nothing on disk.
type broker struct {
	server *mqtt.Server
	url    string
}

// startBroker listens on address, which must be loopback: anybody who reaches it may publish.
func startBroker(address string, log *slog.Logger) (*broker, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("embedded broker on %s: the address must be a loopback address, because it checks no passwords; use mosquitto for any other", address)
	}
	capabilities := mqtt.NewDefaultServerCapabilities()
	capabilities.MaximumClients = 64
	capabilities.MaximumInflight = 1024
	capabilities.MaximumMessageExpiryInterval = int64(time.Hour / time.Second)
	server := mqtt.New(&mqtt.Options{Capabilities: capabilities, Logger: slog.New(onlyErrors{log.Handler()})})
	if err := server.AddHook(new(auth.AllowHook), nil); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	listener := listeners.NewTCP(listeners.Config{ID: "loopback", Address: address})
	if err := server.AddListener(listener); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	if err := server.Serve(); err != nil {
		return nil, fmt.Errorf("embedded broker: %w", err)
	}
	return &broker{server, "tcp://" + listener.Address()}, nil
}

// onlyErrors drops mochi's log records below the level error: it logs every client that disconnects, and whole packets.
type onlyErrors struct{ slog.Handler }

func (o onlyErrors) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelError && o.Handler.Enabled(ctx, level)
}

func (o onlyErrors) WithAttrs(attrs []slog.Attr) slog.Handler {
	return onlyErrors{o.Handler.WithAttrs(attrs)}
}

func (o onlyErrors) WithGroup(name string) slog.Handler { return onlyErrors{o.Handler.WithGroup(name)} }

// close ends the broker. It waits at most 2 s: mochi's Close blocks for ever when a client connects while it closes.
func (b *broker) close() {
	ended := make(chan struct{})
	go func() {
		b.server.Close() // an error about listeners that are closed already does not matter
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(2 * time.Second):
	}
}

// clientID is the MQTT client id of this viewer. It contains the host name, because two clients with one id would end each other's
// connection again and again.
func clientID(name string) string {
	host, err := os.Hostname()
	if err != nil {
		host = strconv.Itoa(os.Getpid())
	}
	return "pychron-edge-viewer-" + name + "-" + host
}
