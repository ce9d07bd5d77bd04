//go:build !linux

package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// newProcess gives the process_* metrics where a viewer runs elsewhere than on Linux.
func newProcess(func() time.Duration) prometheus.Collector {
	return collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})
}
