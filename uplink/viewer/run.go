package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"
	"pychron-edge/uplink/viewer/store"
)

// Sizes of the viewer's rings: what is shown live; the store has the rest.
const (
	auditRing    = 4000
	readingsRing = 20000
	ingestRing   = 4000
)

// run is the whole program: broker if it is ours, store, link, page, housekeeping. It returns when ctx is done and
// everything has ended, or at once if it cannot start.
func run(ctx context.Context, config Config, brokerListen string, log *slog.Logger) error {
	embedded := config.MQTT.Broker == "embedded"
	if embedded {
		b, err := startBroker(brokerListen, log.With("part", "broker"))
		if err != nil {
			return err
		}
		defer b.close()
		config.MQTT.Broker = b.url
		log.Info("broker for trying out: nothing it holds survives it", "url", b.url)
	}
	kept, err := store.Open(ctx, config.Store)
	if err != nil {
		return err
	}
	defer kept.Close()
	h := &house{config: config, boot: bootID(), started: time.Now(), now: time.Now, store: kept,
		fleet: newFleet(time.Now), lanes: buffer.NewLanes(auditRing, readingsRing, ingestRing)}
	h.fleet.local = embedded
	l, err := newLink(h, embedded, log)
	if err != nil {
		return err
	}
	h.link = l.status
	server := h.server(log)
	h.listen = func() string {
		if a := server.Addr(); a != "" {
			return a
		}
		return config.Listen
	}
	var parts sync.WaitGroup
	defer parts.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts.Go(func() { l.run(ctx) })
	parts.Go(func() { h.housekeeping(ctx, log) })
	parts.Go(func() { h.watch(ctx, log) })
	log.Info("viewer", "page", "http://"+config.Listen+"/", "store", store.Redact(config.Store), "version", version)
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		log.Warn("telling systemd", "error", err)
	}
	return server.Run(ctx)
}

// bootID is a random name for this start.
func bootID() string {
	b := make([]byte, 4)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func (h *house) server(log *slog.Logger) *telemetry.Server {
	metrics := metrics.New(metrics.DefaultNamespace, func() time.Duration { return time.Since(h.started) })
	return telemetry.NewServer(telemetry.ServerOptions{
		Backend: h, Archive: h.store, Lanes: h.lanes, Boot: h.boot, Gatherer: metrics.Gatherer(&buffer.Present{}, h.points),
		Units: h.config.Units, Hosts: h.config.Hosts, Tokens: h.config.tokens(), WebConfig: h.config.WebConfig, Listen: h.config.Listen,
		Alive: func() error { return nil }, Ready: h.ready, Now: h.now, Log: log.With("part", "web"),
		Routes: map[string]http.Handler{"GET /targets": http.HandlerFunc(h.fleet.targets)},
	})
}

// ready says what is missing before the viewer is of use.
func (h *house) ready() error {
	if link := h.link(); !link.Connected {
		return fmt.Errorf("no broker: %s", link.Error)
	}
	if err := h.storeErr.Load(); err != nil && *err != nil {
		return *err
	}
	return nil
}

// points are the viewer's own series: agents by state, store, gaps.
func (h *house) points(emit func(metrics.Point)) {
	gauge := func(metric string, value float64, labels ...string) {
		emit(metrics.Point{Name: metric, Type: buffer.Gauge, Labels: buffer.MakeLabels(labels...), Value: value})
	}
	for _, s := range h.fleet.sources(h.now()) {
		up := 0.0
		if s.State == "online" {
			up = 1
		}
		gauge("agent_up", up, "agent", s.Source)
	}
	gauge("store_bytes", float64(h.size.Load()))
	connected := 0.0
	if h.link().Connected {
		connected = 1
	}
	gauge("uplink_connected", connected)
}

// watch looks at every agent once a second and alarms when one falls silent.
func (h *house) watch(ctx context.Context, log *slog.Logger) {
	s := &silence{fleet: h.fleet, after: h.config.Silence, record: func(e *buffer.Event) error { return h.record(ctx, e) }}
	every(ctx, time.Second, func(now time.Time) {
		if err := s.look(now); err != nil && ctx.Err() == nil {
			log.Error("alarm not stored", "error", err)
		}
	})
}

// record makes an event of the viewer's own: shown, then stored.
func (h *house) record(ctx context.Context, e *buffer.Event) error {
	e.Source, e.Boot = h.config.Name, h.boot
	e.Up = h.now().Sub(h.started).Truncate(time.Microsecond)
	e.Time = e.Time.Truncate(time.Microsecond)
	h.lanes.Append(e)
	_, err := h.store.Append(ctx, []buffer.Event{*e})
	return err
}

// housekeeping prunes what is not to be kept, and looks at the store's size and health.
func (h *house) housekeeping(ctx context.Context, log *slog.Logger) {
	look := func(now time.Time) {
		size, err := h.store.Size(ctx)
		if err == nil {
			h.size.Store(size)
			var n int64
			if n, err = h.store.Prune(ctx, h.config.retain(), now); n > 0 {
				log.Info("pruned", "events", n)
			}
		}
		if ctx.Err() == nil {
			h.storeErr.Store(&err)
			if err != nil {
				log.Error("store", "error", err)
			}
		}
	}
	look(h.now())
	every(ctx, time.Minute, look)
}
