package metrics

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"pychron-edge/buffer"
)

// The metrics of exchanges.
const (
	operationsTotal  = "device_io_operations_total"
	durationsSeconds = "device_io_duration_seconds"
)

// exchanges are the counters and histograms of exchanges with devices.
type exchanges struct {
	operations *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	io         map[[2]string]*IO
	last       map[string]*atomic.Uint64
}

func newExchanges(namespace string) exchanges {
	count, took := buffer.Declared(operationsTotal), buffer.Declared(durationsSeconds)
	return exchanges{
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: count.Name, Help: count.Help}, count.Labels),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: took.Name, Help: took.Help,
			Buckets: exchangeBounds}, took.Labels),
		io: map[[2]string]*IO{}, last: map[string]*atomic.Uint64{},
	}
}

// IO counts the exchanges of one operation with one device. It is resolved once, with [Metrics.IO]; Done allocates
// nothing and may be called from any goroutine.
type IO struct {
	good, bad prometheus.Counter
	last      *atomic.Uint64 // of the device: bits of unix seconds, 0 = never

	begin sync.Once                  // the histogram is there from the first exchange: before, it is fourteen lines that say nothing
	first func() prometheus.Observer // makes it
	took  prometheus.Observer

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
		good: m.operations.WithLabelValues(device, operation, "success"),
		bad:  m.operations.WithLabelValues(device, operation, "failure"),
		last: last, first: func() prometheus.Observer { return m.durations.WithLabelValues(device, operation) },
		succeeded: buffer.MakeLabels("device", device, "operation", operation, "result", "success"),
		failed:    buffer.MakeLabels("device", device, "operation", operation, "result", "failure"),
		timed:     buffer.MakeLabels("device", device, "operation", operation),
	}
	m.io[key] = io
	return io
}

// Done counts one exchange: whether it failed, how long it took, and when it ended by the wall clock.
func (io *IO) Done(err error, took time.Duration, at time.Time) {
	io.begin.Do(func() { io.took = io.first() })
	io.took.Observe(took.Seconds())
	if err != nil {
		io.bad.Inc()
		return
	}
	io.good.Inc()
	io.last.Store(math.Float64bits(float64(at.UnixMicro()) / 1e6))
}

// forget drops the series of a device. What still counts for it counts for nobody. The caller holds mu.
func (x *exchanges) forget(device string) {
	for key, io := range x.io {
		if key[0] == device {
			io.begin.Do(func() { io.took = prometheus.ObserverFunc(func(float64) {}) })
			delete(x.io, key)
		}
	}
	delete(x.last, device)
	of := prometheus.Labels{"device": Fold(device)}
	x.operations.DeletePartialMatch(of)
	x.durations.DeletePartialMatch(of)
}

// emit gives the points of the operation.
func (io *IO) emit(emit func(Point)) {
	good, bad := valueOf(io.good), valueOf(io.bad)
	emit(Point{Name: operationsTotal, Type: buffer.Counter, Labels: io.succeeded, Value: good})
	emit(Point{Name: operationsTotal, Type: buffer.Counter, Labels: io.failed, Value: bad})
	if good+bad == 0 {
		return
	}
	if took, ok := io.took.(prometheus.Histogram); ok {
		emit(Point{Name: durationsSeconds, Type: buffer.Histogram, Labels: io.timed, histogram: took, count: uint64(good + bad)})
	}
}

// valueOf is what a counter counts.
func valueOf(c prometheus.Counter) float64 {
	var m dto.Metric
	_ = c.Write(&m) // it never fails
	return m.GetCounter().GetValue()
}

// emit gives the points of every operation, and when each device last answered where the clock is trusted.
func (x *exchanges) emit(emit func(Point), trusted bool) {
	for _, io := range x.io {
		io.emit(emit)
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
