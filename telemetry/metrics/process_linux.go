package metrics

import (
	"math"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/procfs"
	"golang.org/x/sys/unix"
)

// process collects what the kernel says of this process, by the names that Prometheus' clients have for it. Two things differ from the collector
// of its Go client. That also gives process_network_receive_bytes_total and _transmit_bytes_total, which count every program of the machine. And it
// has the kernel write down its interrupts, of all processors, at each scrape, for the time of the boot.
type process struct {
	boot func() time.Duration // from 1970 to the start of the machine, by the wall clock as it is now: it changes where the clock is set

	mu      sync.Mutex
	set     time.Duration // what boot gave when started was worked out
	started float64       // when the process was started, seconds since 1970
}

// clockSet is by how much the clock has to have been set for a process to have been started at another time. A clock that is only steered stays
// within it for hours; a start that moves at each scrape looks like a process that restarts.
const clockSet = time.Second / 2

var (
	cpuSeconds   = prometheus.NewDesc("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", nil, nil)
	openFiles    = prometheus.NewDesc("process_open_fds", "Number of open file descriptors.", nil, nil)
	maxFiles     = prometheus.NewDesc("process_max_fds", "Maximum number of open file descriptors.", nil, nil)
	virtual      = prometheus.NewDesc("process_virtual_memory_bytes", "Virtual memory size in bytes.", nil, nil)
	maxVirtual   = prometheus.NewDesc("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", nil, nil)
	resident     = prometheus.NewDesc("process_resident_memory_bytes", "Resident memory size in bytes.", nil, nil)
	startSeconds = prometheus.NewDesc("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", nil, nil)
)

func newProcess() prometheus.Collector { return &process{boot: boot} }

// Describe implements [prometheus.Collector].
func (p *process) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{cpuSeconds, openFiles, maxFiles, virtual, maxVirtual, resident, startSeconds} {
		out <- d
	}
}

// Collect implements [prometheus.Collector]. What the kernel does not say is absent.
func (p *process) Collect(out chan<- prometheus.Metric) {
	give := func(d *prometheus.Desc, kind prometheus.ValueType, value float64) {
		out <- prometheus.MustNewConstMetric(d, kind, value)
	}
	limit := func(d *prometheus.Desc, resource int) {
		var l unix.Rlimit
		if unix.Getrlimit(resource, &l) == nil {
			give(d, prometheus.GaugeValue, float64(l.Cur))
		}
	}
	limit(maxFiles, unix.RLIMIT_NOFILE)
	limit(maxVirtual, unix.RLIMIT_AS)
	self, err := procfs.NewProc(os.Getpid())
	if err != nil {
		return
	}
	if n, err := self.FileDescriptorsLen(); err == nil {
		give(openFiles, prometheus.GaugeValue, float64(n))
	}
	s, err := self.Stat()
	if err != nil {
		return
	}
	give(cpuSeconds, prometheus.CounterValue, s.CPUTime())
	give(virtual, prometheus.GaugeValue, float64(s.VirtualMemory()))
	give(resident, prometheus.GaugeValue, float64(s.ResidentMemory()))
	give(startSeconds, prometheus.GaugeValue, p.start(time.Duration(s.Starttime)*ticks))
}

// ticks is the unit of times in /proc/self/stat, on every architecture that Go knows.
const ticks = time.Second / 100

// start is when a process was started that was started so long after the machine, in seconds since 1970.
func (p *process) start(after time.Duration) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.boot(); p.started == 0 || (now-p.set).Abs() >= clockSet {
		p.set, p.started = now, math.Round((now+after).Seconds()*100)/100
	}
	return p.started
}

// boot is what the wall clock as it is now would have shown when the machine was started.
func boot() time.Duration {
	var since unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &since) != nil {
		return 0
	}
	return time.Duration(time.Now().UnixNano() - since.Nano())
}
