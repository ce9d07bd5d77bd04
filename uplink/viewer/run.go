package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
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

// Sizes of the viewer's rings, in events. The rings are for the live page; the store has all events.
const (
	auditRing    = 4000
	readingsRing = 20000
	ingestRing   = 4000
)

// run runs the embedded broker (if configured), store, link, page and housekeeping. It returns when ctx is done and all of them have
// ended, or at once if one of them cannot start.
func run(ctx context.Context, config Config, brokerListen string, log *slog.Logger) error {
	embedded := config.MQTT.Broker == "embedded"
	if embedded {
		b, err := startBroker(brokerListen, log.With("part", "broker"))
		if err != nil {
			return err
		}
		defer b.close()
		config.MQTT.Broker = b.url
		log.Info("embedded broker, for trials: it stores nothing on disk", "url", b.url)
	}
	db, err := store.Open(ctx, config.Store)
	if err != nil {
		return err
	}
	defer db.Close()
	v := &Viewer{config: config, boot: bootID(), started: time.Now(), now: time.Now, store: db,
		fleet: newFleet(time.Now), lanes: buffer.NewLanes(auditRing, readingsRing, ingestRing)}
	v.fleet.local = embedded
	l, err := newLink(&v.config, embedded, log)
	if err != nil {
		return err
	}
	l.intake = newIntake(v.store, v.lanes, v.fleet, v.now, l.request, log)
	l.intake.report = l.report
	l.stored = func(err error) { v.storeErr.Store(&err) }
	v.link = l.status
	v.absent = func() map[laneKey]string { return l.intake.arrival.absent(v.now()) }
	server := v.server(log)
	v.listen = func() string {
		if a := server.Addr(); a != "" {
			return a
		}
		return config.Listen
	}
	var parts sync.WaitGroup
	defer parts.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	v.recordMovedAside(ctx, log)
	parts.Go(func() { l.run(ctx) })
	parts.Go(func() { v.housekeeping(ctx, log) })
	parts.Go(func() { v.watch(ctx, l, log) })
	log.Info("viewer", "page", "http://"+config.Listen+"/", "store", store.Redact(config.Store), "version", version)
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		log.Warn("notifying systemd", "error", err)
	}
	return server.Run(ctx)
}

// recordMovedAside says, in the log and as an event, that the store was damaged and a new one was begun.
func (v *Viewer) recordMovedAside(ctx context.Context, log *slog.Logger) {
	why := v.store.MovedAside()
	if why == "" {
		return
	}
	log.Error("the history is not shown", "why", why)
	err := v.record(ctx, &buffer.Event{Time: v.now().UTC(), Kind: buffer.System, Severity: buffer.Critical, Type: buffer.Counter,
		Metric: "viewer_stores_damaged_total", Value: 1, Status: "damaged", Note: why})
	if err != nil {
		log.Error("event not stored", "error", err)
	}
}

// bootID is a random name for this start.
func bootID() string {
	b := make([]byte, 4)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func (v *Viewer) server(log *slog.Logger) *telemetry.Server {
	metrics := metrics.New(metrics.DefaultNamespace, func() time.Duration { return time.Since(v.started) })
	return telemetry.NewServer(telemetry.ServerOptions{
		Backend: v, Archive: v.store, Trips: trips{v.store}, Lanes: v.lanes, Boot: v.boot, Gatherer: metrics.Gatherer(&buffer.Present{}, v.points),
		Units: v.config.Units, Hosts: v.config.Hosts, Tokens: v.config.tokens(), WebConfig: v.config.WebConfig, Listen: v.config.Listen,
		Alive: func() error { return nil }, Ready: v.ready, Now: v.now, Log: log.With("part", "web"),
		Routes: map[string]http.Handler{"GET /targets": http.HandlerFunc(v.fleet.targets)},
	})
}

// ready returns why the viewer is not ready: the store fails, or no broker.
func (v *Viewer) ready() error {
	if err := v.storeFails(); err != nil {
		return err
	}
	if link := v.link(); !link.Connected {
		return fmt.Errorf("no broker: %s", link.Error)
	}
	return nil
}

// points emits the viewer's own metrics.
func (v *Viewer) points(emit func(metrics.Point)) {
	gauge := func(metric string, value float64, labels ...string) {
		emit(metrics.Point{Name: metric, Type: buffer.Gauge, Labels: buffer.MakeLabels(labels...), Value: value})
	}
	for _, s := range v.fleet.sources(v.now()) {
		up := 0.0
		if s.State == "online" {
			up = 1
		}
		gauge("agent_up", up, "agent", s.Source)
	}
	gauge("store_bytes", float64(v.size.Load()))
	connected := 0.0
	if v.link().Connected {
		connected = 1
	}
	gauge("uplink_connected", connected)
}

// watch checks every agent once a second for silence, and records what was set aside.
func (v *Viewer) watch(ctx context.Context, l *link, log *slog.Logger) {
	record := func(e *buffer.Event) error { return v.record(ctx, e) }
	s := &silence{fleet: v.fleet, after: v.config.Silence, record: record}
	missing := &standing{alarm: "not arriving", record: record}
	away := &standing{alarm: "broker not connected", record: record}
	failing := &standing{alarm: "store failing", record: record}
	every(ctx, time.Second, func(now time.Time) {
		err := errors.Join(s.check(now), failing.update(now, v.storeFailing()), missing.update(now, l.intake.arrival.absent(now)), away.update(now, v.brokerAway(now)))
		if err != nil && ctx.Err() == nil {
			log.Error("alarm not stored", "error", err)
		}
		v.recordRefusals(ctx, l.intake, now, log)
		notifyWatchdog(log)
	})
}

// brokerTimeout is how long the broker may be away, or refuse the subscription, before that is an alarm.
const brokerTimeout = 30 * time.Second

// brokerAway returns why there is no connection, if there has been none for brokerTimeout.
func (v *Viewer) brokerAway(now time.Time) map[laneKey]string {
	link := v.link()
	since := v.started
	if link.Since != nil {
		since = *link.Since
	}
	if link.Connected || now.Sub(since) < brokerTimeout || v.storeFails() != nil {
		return nil
	}
	return map[laneKey]string{{}: link.Error}
}

// storeFailing returns why nothing is stored, if that is so.
func (v *Viewer) storeFailing() map[laneKey]string {
	if err := v.storeFails(); err != nil {
		return map[laneKey]string{{}: fmt.Sprintf("%.400s", err)}
	}
	return nil
}

// recordRefusals records the events about messages that were set aside.
func (v *Viewer) recordRefusals(ctx context.Context, in *intake, now time.Time, log *slog.Logger) {
	for _, e := range in.refused.due(now) {
		log.Warn("messages are set aside", "agent", e.Labels.Value("agent"), "note", e.Note)
		if err := v.record(ctx, &e); err != nil && ctx.Err() == nil {
			log.Error("event not stored", "error", err)
		}
	}
}

// notifyWatchdog tells systemd that the fleet can be looked at and the store answers, where it wants to know.
func notifyWatchdog(log *slog.Logger) {
	if interval, err := daemon.SdWatchdogEnabled(false); err != nil || interval == 0 {
		return
	}
	if _, err := daemon.SdNotify(false, daemon.SdNotifyWatchdog); err != nil {
		log.Warn("feeding the watchdog", "error", err)
	}
}

// record appends an event of the viewer itself to the rings and stores it.
func (v *Viewer) record(ctx context.Context, e *buffer.Event) error {
	e.Source, e.Boot = v.config.Name, v.boot
	e.Up = v.now().Sub(v.started).Truncate(time.Microsecond)
	e.Time = e.Time.Truncate(time.Microsecond)
	v.lanes.Append(e)
	_, err := v.store.Append(ctx, []buffer.Event{*e})
	return err
}

// housekeeping prunes the store and records its size and error, once a minute.
func (v *Viewer) housekeeping(ctx context.Context, log *slog.Logger) {
	prune := func(now time.Time) {
		size, err := v.store.Size(ctx)
		if err == nil {
			v.size.Store(size)
			var n int64
			if n, err = v.store.Prune(ctx, v.config.retain(), now); n > 0 {
				log.Info("pruned", "events", n)
			}
		}
		if ctx.Err() == nil {
			v.storeErr.Store(&err)
			if err != nil {
				log.Error("store", "error", err)
			}
		}
	}
	prune(v.now())
	every(ctx, time.Minute, prune)
}
