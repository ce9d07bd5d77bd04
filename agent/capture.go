package main

import (
	"bufio"
	"context"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// listenedPort makes every exchange of a device a debug event (capture: io), for the day one needs it.
type listenedPort struct {
	port       drivers.Port
	instrument *instrument
}

// Transact implements [drivers.Port].
func (p *listenedPort) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	begun := time.Now()
	reply, err := p.port.Transact(ctx, request, split)
	p.tell(request, reply, err, time.Since(begun))
	return reply, err
}

// Hold implements [drivers.Port].
func (p *listenedPort) Hold(ctx context.Context, f func(drivers.Port) error) error {
	return p.port.Hold(ctx, func(inner drivers.Port) error { return f(&listenedPort{inner, p.instrument}) })
}

func (p *listenedPort) tell(request, reply []byte, err error, took time.Duration) {
	if !p.instrument.env.Capture() {
		return
	}
	n, status := &note{}, "success"
	exchangeNote(n, &line.Exchange{Request: request, Reply: reply, Took: took})
	if err != nil {
		status = err.Error()
	}
	p.instrument.env.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Debug, Type: buffer.Histogram, Metric: "device_io_duration_seconds", Value: took.Seconds(), Unit: buffer.Seconds,
		Device: p.instrument.name, Labels: labelsOf(p.instrument.name, ""), Status: status, Note: n.String(),
	})
}
