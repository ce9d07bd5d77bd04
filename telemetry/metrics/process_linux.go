package metrics

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// process gives the process_* metrics of every Prometheus client, from one small file, one directory and two calls. The
// client's own collector reads eight files, some long: a third of the work of a whole scrape.
type process struct{ up func() time.Duration }

func newProcess(up func() time.Duration) prometheus.Collector { return process{up} }

func processDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("process_"+name, help, nil, nil)
}

var (
	processCPU      = processDesc("cpu_seconds_total", "Total user and system CPU time spent in seconds.")
	processOpen     = processDesc("open_fds", "Number of open file descriptors.")
	processMax      = processDesc("max_fds", "Maximum number of open file descriptors.")
	processVirtual  = processDesc("virtual_memory_bytes", "Virtual memory size in bytes.")
	processResident = processDesc("resident_memory_bytes", "Resident memory size in bytes.")
	processStart    = processDesc("start_time_seconds", "Start time of the process since unix epoch in seconds.")
)

// Describe implements [prometheus.Collector].
func (p process) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{processCPU, processOpen, processMax, processVirtual, processResident, processStart} {
		out <- d
	}
}

// Collect implements [prometheus.Collector]. What cannot be learned is absent.
func (p process) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64) { out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) == nil {
		spent := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		out <- prometheus.MustNewConstMetric(processCPU, prometheus.CounterValue, spent.Seconds())
	}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		gauge(processOpen, float64(len(open)-1)) // one is the directory's own
	}
	var max syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &max) == nil {
		gauge(processMax, float64(max.Cur))
	}
	if virtual, resident, ok := memory(); ok {
		gauge(processVirtual, virtual)
		gauge(processResident, resident)
	}
	gauge(processStart, float64(time.Now().Add(-p.up()).UnixMilli())/1e3) // right even if the clock was set since
}

// memory is the size of the process in bytes: "4321 1234 ..." in pages.
func memory() (virtual, resident float64, ok bool) {
	data, err := os.ReadFile("/proc/self/statm")
	fields := bytes.Fields(data)
	if err != nil || len(fields) < 2 {
		return 0, 0, false
	}
	v, errV := strconv.ParseFloat(string(fields[0]), 64)
	r, errR := strconv.ParseFloat(string(fields[1]), 64)
	page := float64(os.Getpagesize())
	return v * page, r * page, errV == nil && errR == nil
}
