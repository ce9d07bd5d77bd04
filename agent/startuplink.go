package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
)

// startUplink starts the publisher, where a broker is configured. What is wrong with its secrets or certificates stops
// nothing else: the service is unavailable and says why.
func (h *house) startUplink(g *group) {
	c := h.plan().Config.MQTT
	if c.Broker == "" {
		return
	}
	p, err := h.newPublisher(c)
	if err != nil {
		h.log.Error("nothing is published", "err", err)
		h.services.uplink = func() telemetry.UplinkStatus { return telemetry.UplinkStatus{Broker: c.Broker, Error: err.Error()} }
		h.services.add("broker", func() (int, string) { return serviceUnavailable, err.Error() })
		return
	}
	h.publisher.Store(p)
	h.services.uplink = func() telemetry.UplinkStatus { return uplinkStatus(p) }
	h.services.add("broker", func() (int, string) { return brokerState(p.State()) })
	g.start("uplink", p.Run)
}

func (h *house) newPublisher(c MQTTConfig) (*uplink.Publisher, error) {
	password, err := secret(c.PasswordFile)
	if err != nil {
		return nil, err
	}
	secure, err := tlsOf(c.TLS)
	if err != nil {
		return nil, err
	}
	o := uplink.Options{
		Broker: c.Broker, Prefix: c.Prefix, Agent: h.name, Boot: h.boot, User: c.User, Password: password, TLS: secure, Lanes: h.lanes,
		Status: h.word, Synchronised: h.synced.Load, Now: h.clock.now, Log: h.log,
	}
	if c.Commands {
		o.Commands = h.commanded
	}
	if h.services.find != nil {
		o.Find = h.services.find
	}
	return uplink.New(o)
}

// republish has the status said again soon: something it tells has changed.
func (h *house) republish() {
	if p := h.publisher.Load(); p != nil {
		p.Republish()
	}
}

// uplinkStatus is the publisher's state as people see it.
func uplinkStatus(p *uplink.Publisher) telemetry.UplinkStatus {
	s := p.State()
	out := telemetry.UplinkStatus{Broker: s.Broker, Connected: s.Connected, Lag: map[string]uint64{}}
	if !s.Since.IsZero() {
		out.Since = new(s.Since)
	}
	if s.Err != nil {
		out.Error = s.Err.Error()
	}
	for lane, lag := range s.Lag {
		out.Lag[lane.String()] = lag
	}
	return out
}

// brokerPatience is how long a broker may be away before it counts as unavailable.
const brokerPatience = 30 * time.Second

func brokerState(s uplink.PublisherState) (int, string) {
	switch {
	case s.Connected && s.Err == nil:
		return serviceHealthy, ""
	case s.Connected:
		return serviceDegraded, s.Err.Error()
	case s.Err == nil:
		return serviceUnknown, ""
	case !s.Since.IsZero() && time.Since(s.Since) < brokerPatience:
		return serviceDegraded, s.Err.Error()
	}
	return serviceUnavailable, s.Err.Error()
}

// commanded carries out a command that came by MQTT, through the same door as any other.
func (h *house) commanded(ctx context.Context, c uplink.Command) uplink.Result {
	out := uplink.Result{ID: c.ID}
	if c.Value == nil {
		out.Result, out.Why = "refused", "no value"
		return out
	}
	by := telemetry.Principal{Name: "mqtt", Via: "mqtt", Rights: []string{telemetry.Act}}
	r, err := h.door.Command(ctx, telemetry.Command{By: by, Device: c.Device, Control: c.Control, Value: *c.Value, Expires: c.Expires, ID: c.ID})
	out.Result, out.Value = r.Result, r.Value
	if r.Result == "" {
		out.Result = "refused"
	}
	if err != nil {
		out.Why = err.Error()
	}
	return out
}

// secret is the first line of a file, "" without one.
func secret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("mqtt password: %w", err)
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(line), nil
}

// tlsOf is the broker's TLS, nil for the system's authorities.
func tlsOf(c TLSConfig) (*tls.Config, error) {
	if c == (TLSConfig{}) {
		return nil, nil
	}
	out := &tls.Config{ServerName: c.ServerName, MinVersion: tls.VersionTLS12}
	if c.CA != "" {
		data, err := os.ReadFile(c.CA)
		if err != nil {
			return nil, fmt.Errorf("mqtt tls: %w", err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(data) {
			return nil, errors.New("mqtt tls: no certificate in " + c.CA)
		}
	}
	if c.Cert != "" || c.Key != "" {
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return nil, fmt.Errorf("mqtt tls: %w", err)
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}

// uplinkPoints gives a scrape the state of the publisher.
func (h *house) uplinkPoints(gauge, counter func(string, float64, ...string)) {
	p := h.publisher.Load()
	if p == nil {
		return
	}
	s := p.State()
	gauge("uplink_connected", zeroOne(s.Connected))
	for _, lane := range []buffer.Lane{buffer.Audit, buffer.Readings, buffer.Ingest} {
		name := lane.String()
		gauge("uplink_lag_events", float64(s.Lag[lane]), "lane", name)
		counter("uplink_published_total", float64(s.Published[lane]), "lane", name)
		counter("uplink_gap_events_total", float64(s.Gaps[lane]), "lane", name)
	}
}
