package metrics

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pychron-edge/buffer"
)

// The metrics of exchanges.
const (
	operationsTotal  = "device_io_operations_total"
	durationsSeconds = "device_io_duration_seconds"
)

// exchanges are the counters and histograms of exchanges with devices.
type exchanges struct {
	operations map[[2]string]*operation  // by the labels device and operation
	last       map[string]*atomic.Uint64 // by device
}

// operation is what one operation with one device counts. Devices whose names differ only in what [Fold] takes away share it.
type operation struct {
	good, bad atomic.Uint64
	begin     sync.Once // the histogram is there from the first exchange: before, it is fourteen lines that say nothing
	took      *histogram

	succeeded, failed, timed buffer.Labels
}

// IO counts the exchanges of one operation with one device. It is resolved once, with [Metrics.IO]; Done allocates
// nothing and may be called from any goroutine.
type IO struct {
	*operation
	last *atomic.Uint64 // of the device: bits of unix seconds, 0 = never
}

// IO is the counter of an operation (read, open, close, enable, disable, set, move, fire, halt, identify) with a device.
func (m *Metrics) IO(device, name string) *IO {
	m.mu.Lock()
	defer m.mu.Unlock()
	last := m.last[device]
	if last == nil {
		last = new(atomic.Uint64)
		m.last[device] = last
	}
	key := [2]string{Fold(device), Fold(name)}
	o := m.operations[key]
	if o == nil {
		o = &operation{
			succeeded: buffer.MakeLabels("device", key[0], "operation", key[1], "result", "success"),
			failed:    buffer.MakeLabels("device", key[0], "operation", key[1], "result", "failure"),
			timed:     buffer.MakeLabels("device", key[0], "operation", key[1]),
		}
		m.operations[key] = o
	}
	return &IO{o, last}
}

// Done counts one exchange: whether it failed, how long it took, and when it ended by the wall clock.
func (io *IO) Done(err error, took time.Duration, at time.Time) {
	io.begin.Do(func() { io.took = newHistogram(exchangeBounds) })
	io.took.observe(took.Seconds())
	if err != nil {
		io.bad.Add(1)
		return
	}
	io.good.Add(1)
	io.last.Store(math.Float64bits(float64(at.UnixMicro()) / 1e6))
}

// forget drops the series of a device. What still counts for it counts for nobody. The caller holds mu.
func (x *exchanges) forget(device string) {
	for key := range x.operations {
		if key[0] == Fold(device) {
			delete(x.operations, key)
		}
	}
	delete(x.last, device)
}

// emit gives the points of the operation.
func (o *operation) emit(emit func(Point)) {
	good, bad := o.good.Load(), o.bad.Load()
	emit(Point{Name: operationsTotal, Type: buffer.Counter, Labels: o.succeeded, Value: float64(good)})
	emit(Point{Name: operationsTotal, Type: buffer.Counter, Labels: o.failed, Value: float64(bad)})
	if good+bad > 0 { // took is there: it is made before they count
		emit(Point{Name: durationsSeconds, Type: buffer.Histogram, Labels: o.timed, histogram: o.took})
	}
}

// emit gives the points of every operation, and when each device last answered where the clock is trusted.
func (x *exchanges) emit(emit func(Point), trusted bool) {
	for _, o := range x.operations {
		o.emit(emit)
	}
	if !trusted {
		return
	}
	for device, last := range x.last {
		if bits := last.Load(); bits != 0 {
			emit(Point{Name: "device_last_success_timestamp_seconds", Type: buffer.Gauge,
				Labels: buffer.MakeLabels("device", device), Value: math.Float64frombits(bits)})
		}
	}
}

// Fold makes a label of device_io_* as Pychron does: lower case, spaces to "_", at most 50 characters.
func Fold(s string) string {
	s = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))), " ", "_")
	if runes := []rune(s); len(runes) > 50 {
		s = string(runes[:50])
	}
	return s
}
