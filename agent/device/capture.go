package device

import (
	"bufio"
	"context"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/drivers/line"
)

// capturedPort makes every exchange of a device a debug event (capture: io), for the day one needs it.
type capturedPort struct {
	port       drivers.Port
	instrument *Device
}

// Transact implements [drivers.Port].
func (p *capturedPort) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	begun := time.Now()
	reply, err := p.port.Transact(ctx, request, split)
	p.record(request, reply, err, time.Since(begun))
	return reply, err
}

// Hold implements [drivers.Port].
func (p *capturedPort) Hold(ctx context.Context, f func(drivers.Port) error) error {
	return p.port.Hold(ctx, func(inner drivers.Port) error { return f(&capturedPort{inner, p.instrument}) })
}

func (p *capturedPort) record(request, reply []byte, err error, took time.Duration) {
	if !p.instrument.env.Capture() {
		return
	}
	n, status := &buffer.Note{}, "success"
	ExchangeNote(n, &line.Exchange{Request: request, Reply: reply, Took: took})
	if err != nil {
		status = err.Error()
	}
	p.instrument.env.Record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Debug, Type: buffer.Histogram, Metric: "device_io_duration_seconds", Value: took.Seconds(), Unit: buffer.Seconds,
		Device: p.instrument.Name, Labels: LabelsOf(p.instrument.Name, ""), Status: status, Note: n.String(),
	})
}
