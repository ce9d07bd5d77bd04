package metrics

import (
	"math"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
)

// IO counts the exchanges of one operation with one device. It is resolved once, with [Metrics.IO]; Done allocates
// nothing and may be called from any goroutine.
type IO struct {
	good, bad                atomic.Uint64
	took                     *histogram
	last                     *atomic.Uint64 // of the device: bits of unix seconds, 0 = never
	succeeded, failed, timed buffer.Labels
}

// IO is the counter of an operation (read, open, close, enable, disable, set, move, fire, halt, identify) with a device.
func (m *Metrics) IO(device, operation string) *IO {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := [2]string{device, operation}
	if io, ok := m.io[key]; ok {
		return io
	}
	last := m.last[device]
	if last == nil {
		last = new(atomic.Uint64)
		m.last[device] = last
	}
	device, operation = Fold(device), Fold(operation)
	io := &IO{
		took: newHistogram(exchangeBounds), last: last,
		succeeded: buffer.MakeLabels("device", device, "operation", operation, "result", "success"),
		failed:    buffer.MakeLabels("device", device, "operation", operation, "result", "failure"),
		timed:     buffer.MakeLabels("device", device, "operation", operation),
	}
	m.io[key] = io
	return io
}

// Done counts one exchange: whether it failed, how long it took, and when it ended by the wall clock.
func (io *IO) Done(err error, took time.Duration, at time.Time) {
	io.took.observe(took.Seconds())
	if err != nil {
		io.bad.Add(1)
		return
	}
	io.good.Add(1)
	io.last.Store(math.Float64bits(float64(at.UnixMicro()) / 1e6))
}

// emit gives the points of the operation.
func (io *IO) emit(emit func(Point)) {
	const operations, duration = "device_io_operations_total", "device_io_duration_seconds"
	emit(Point{Name: operations, Type: buffer.Counter, Labels: io.succeeded, Value: float64(io.good.Load())})
	emit(Point{Name: operations, Type: buffer.Counter, Labels: io.failed, Value: float64(io.bad.Load())})
	if io.good.Load()+io.bad.Load() == 0 {
		return // fourteen lines without a number
	}
	emit(Point{Name: duration, Type: buffer.Histogram, Labels: io.timed, histogram: io.took})
}
