package agentlog

import (
	"context"
	"log/slog"
	"time"

	"pychron-edge/buffer"
)

// What the log takes of events: at most burst at once, and one more each interval. The rings have all of them.
const (
	logBurst    = 20
	logInterval = 15 * time.Second
)

// Follow writes what matters of the audit lane into the log, until ctx is done: trips, alarms, failures, refusals, everything of
// severity warning and above. It begins after position from. What makes such an event need not log it too.
func Follow(ctx context.Context, log *slog.Logger, audit *buffer.Ring, from uint64) error {
	limit, follow := logLimit{left: logBurst}, audit.Follow(from, logBurst)
	for {
		events, _ := follow.Next()
		for n := range events {
			logEvent(ctx, log, &events[n], &limit)
		}
		if len(events) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-follow.Wait():
		}
	}
}

// logEvent writes one event, as far as the limit goes.
func logEvent(ctx context.Context, log *slog.Logger, e *buffer.Event, limit *logLimit) {
	if e.Severity < buffer.Warning {
		return
	}
	allowed, dropped := limit.take(e.Up)
	if dropped > 0 {
		log.Warn("events were not logged, for there were too many; GET /events has them", "count", dropped)
	}
	if allowed {
		log.Log(ctx, logLevel(e.Severity), e.Kind.String(), eventAttributes(e)...)
	}
}

// eventAttributes are what a line says of an event.
func eventAttributes(e *buffer.Event) []any {
	var attributes []any
	for _, p := range []struct{ key, value string }{{"device", e.Device}, {"point", e.Point}, {"metric", e.Metric}} {
		if p.value != "" {
			attributes = append(attributes, p.key, p.value)
		}
	}
	attributes = append(attributes, "value", e.Value)
	for key, value := range e.Labels.All() {
		if key == "device" && value == e.Device || key == "point" && value == e.Point {
			continue
		}
		attributes = append(attributes, key, value)
	}
	for _, p := range []struct{ key, value string }{{"status", e.Status}, {"note", e.Note}} {
		if p.value != "" {
			attributes = append(attributes, p.key, p.value)
		}
	}
	return attributes
}

func logLevel(s buffer.Severity) slog.Level {
	switch {
	case s >= buffer.Critical:
		return levelCritical
	case s >= buffer.Error:
		return slog.LevelError
	}
	return slog.LevelWarn
}

// logLimit is a bucket of lines that may be written.
type logLimit struct {
	left    int
	filled  time.Duration // when it last got one
	dropped int
}

// take says whether a line may be written at up, and how many were not since the last that was.
func (l *logLimit) take(up time.Duration) (allowed bool, dropped int) {
	if n := int((up - l.filled) / logInterval); n > 0 {
		l.left, l.filled = min(l.left+n, logBurst), l.filled+time.Duration(n)*logInterval
	}
	if l.left == 0 {
		l.dropped++
		return false, 0
	}
	l.left--
	dropped, l.dropped = l.dropped, 0
	return true, dropped
}
