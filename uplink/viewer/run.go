package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"go.yaml.in/yaml/v3"

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
func run(ctx context.Context, config Config, log *slog.Logger) error {
	memory := spareMemory(config.MQTT.Broker == "embedded")
	defer memory.Stop()
	embedded, err := newBroker(&config, log.With("part", "broker"))
	if err != nil {
		return err
	}
	v := &Viewer{config: config, boot: bootID(), started: time.Now(), now: time.Now, history: newHistory(config.Store, time.Now, log.With("part", "store")),
		fleet: newFleet(time.Now), lanes: buffer.NewLanes(auditRing, readingsRing, ingestRing)}
	v.fleet.local = embedded != nil
	v.embedded = embedded
	node, err := newNode(&config, log.With("part", "hub"))
	if err != nil {
		return err
	}
	forwarder, err := newForwarder(&config, embedded, v.history.again, log.With("part", "hub"))
	if err != nil {
		return err
	}
	v.hub = hubTrouble(node, forwarder)
	l, err := newLink(&v.config, embedded, node, v.history, newLive(v.lanes, v.fleet), log)
	if err != nil {
		return err
	}
	l.stored = memory.Batch
	v.history.opened = func(s *store.Store) {
		l.open(s, v.now)
		if size, err := s.Size(ctx); err == nil {
			v.size.Store(size)
		}
	}
	v.history.report = v.record
	v.link = l.status
	v.absent = func() map[laneKey]string { return l.arrival.absent(v.now()) }
	v.copied = func() map[laneKey]string { return l.twins.present(v.now()) }
	server := v.server(l, log)
	v.listen = func() string {
		if a := server.Addr(); a != "" {
			return a
		}
		return config.Listen
	}
	var serving sync.WaitGroup
	defer serving.Wait()
	until, end := context.WithCancel(context.WithoutCancel(ctx)) // after all that speaks to them
	defer end()
	if embedded != nil {
		serving.Go(func() { embedded.Run(until) })
	}
	if node != nil {
		serving.Go(func() { node.Run(until) })
	}
	var parts sync.WaitGroup
	defer parts.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts.Go(func() { v.history.run(ctx) })
	parts.Go(func() {
		select { // what comes before the store is open stays at the broker, which is no trouble of either
		case <-v.history.tried:
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		if embedded != nil {
			started, cancel := context.WithTimeout(ctx, 2*time.Second)
			_, _ = embedded.Wait(started) // why it does not start is what the link says next
			cancel()
		}
		l.run(ctx)
	})
	if forwarder != nil {
		parts.Go(func() { forwarder.Run(ctx) })
	}
	parts.Go(func() { v.housekeeping(ctx, log) })
	parts.Go(func() { v.packing(ctx, log) })
	parts.Go(func() { v.watch(ctx, l, memory, log) })
	log.Info("viewer", "page", config.page(), "store", store.Redact(config.Store), "version", version)
	notifyReady(log)
	return server.Run(ctx)
}

// page is the address of the page, as it is written into a browser on this machine.
func (c *Config) page() string {
	scheme := "http"
	var web struct {
		TLS map[string]any `yaml:"tls_server_config"`
	}
	if text, err := os.ReadFile(c.WebConfig); err == nil && yaml.Unmarshal(text, &web) == nil && len(web.TLS) > 0 {
		scheme = "https"
	}
	return scheme + "://" + c.Listen + "/"
}

// notifyReady tells systemd that the program works, where it wants to know.
func notifyReady(log *slog.Logger) {
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		log.Warn("notifying systemd", "error", err)
	}
}

// bootID is a random name for this start.
func bootID() string {
	b := make([]byte, 4)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func (v *Viewer) server(l *link, log *slog.Logger) *telemetry.Server {
	metrics := metrics.New(metrics.DefaultNamespace, func() time.Duration { return time.Since(v.started) })
	return telemetry.NewServer(telemetry.ServerOptions{
		Backend: v, Archive: v.history, Trips: trips{v.history}, Lanes: v.lanes, Boot: v.boot, Gatherer: metrics.Gatherer(&buffer.Present{}, v.points),
		Units: v.config.Units, Hosts: v.config.Hosts, Tokens: v.config.tokens(), WebConfig: v.config.WebConfig, Listen: v.config.Listen,
		Forget: func(who, agent string) error { return v.forget(l, who, agent) },
		Alive:  func() error { return nil }, Ready: v.ready, Now: v.now, Record: v.record, Log: log.With("part", "web"),
		Routes: map[string]http.Handler{"GET /targets": http.HandlerFunc(v.fleet.targets)},
	})
}

// ready returns why the viewer is not ready: the store fails, or no broker.
func (v *Viewer) ready() error {
	if err := v.history.fails(); err != nil {
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

// startTimeout is how long a start may take; what comes later is no part of it.
const startTimeout = 10 * time.Second

// watch checks every agent once a second for silence, and records what was set aside. It tells the collector when the viewer has started.
func (v *Viewer) watch(ctx context.Context, l *link, memory *collector, log *slog.Logger) {
	s := &silence{fleet: v.fleet, after: v.config.Silence, record: v.record, expect: l.subscriber.Expect}
	missing := &standing{alarm: "not arriving", record: v.record}
	copied := &standing{alarm: "two agents of one name", record: v.record}
	away := &standing{alarm: "broker not connected", record: v.record}
	failing := &standing{alarm: "store failing", record: v.record}
	hubless := &standing{alarm: "hub not connected", record: v.record}
	diskless := &standing{alarm: "embedded broker without its disk", record: v.record}
	every(ctx, time.Second, func(now time.Time) {
		if v.link().Connected || now.Sub(v.started) > startTimeout {
			memory.Started()
		}
		s.check(now)
		failing.update(now, v.storeFailing(now))
		diskless.update(now, v.brokerFailing())
		hubless.update(now, v.hubAway(now))
		missing.update(now, l.arrival.absent(now))
		copied.update(now, l.twins.present(now))
		away.update(now, v.brokerAway(now))
		v.recordRefusals(l.refused, now, log)
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
	if link.Connected || now.Sub(since) < brokerTimeout {
		return nil
	}
	return map[laneKey]string{{}: link.Error}
}

// brokerFailing returns why the embedded broker runs without its disk, if that is so.
func (v *Viewer) brokerFailing() map[laneKey]string {
	if v.embedded == nil || !v.link().Connected || v.embedded.Trouble() == nil {
		return nil
	}
	return map[laneKey]string{{}: fmt.Sprintf("%.400s", v.embedded.Trouble())}
}

// storeFailing returns why nothing is stored, if that is so.
func (v *Viewer) storeFailing(now time.Time) map[laneKey]string {
	if err := v.history.failing(now); err != nil {
		return map[laneKey]string{{}: fmt.Sprintf("%.400s", err)}
	}
	return nil
}

// recordRefusals records the events about messages that were set aside.
func (v *Viewer) recordRefusals(r *refusals, now time.Time, log *slog.Logger) {
	for _, e := range r.due(now) {
		log.Warn("messages are set aside", "agent", e.Labels.Value("agent"), "note", e.Note)
		v.record(&e)
	}
}

// notifyWatchdog tells systemd that the fleet can be looked at, where it wants to know.
func notifyWatchdog(log *slog.Logger) {
	if interval, err := daemon.SdWatchdogEnabled(false); err != nil || interval == 0 {
		return
	}
	if _, err := daemon.SdNotify(false, daemon.SdNotifyWatchdog); err != nil {
		log.Warn("feeding the watchdog", "error", err)
	}
}

// record appends an event of the viewer itself to the rings, and has it stored. It does not block.
func (v *Viewer) record(e *buffer.Event) {
	e.Source, e.Boot = v.config.Name, v.boot
	e.Up = v.now().Sub(v.started).Truncate(time.Microsecond)
	e.Time = e.Time.Truncate(time.Microsecond)
	v.lanes.Append(e)
	v.history.keep(*e)
}

// housekeeping prunes the store and records its size, once a minute.
func (v *Viewer) housekeeping(ctx context.Context, log *slog.Logger) {
	every(ctx, time.Minute, func(time.Time) {
		size, err := v.history.housekeep(ctx, v.config.retain())
		if err == nil {
			v.size.Store(size)
		} else if ctx.Err() == nil {
			log.Error("store", "error", err)
		}
		if v.embedded != nil {
			debug.FreeOSMemory() // what a burst of messages needed
		}
	})
}
