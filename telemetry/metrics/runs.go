package metrics

import (
	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// recordRun moves the metrics of queues and runs by what Pychron has said of one.
func (m *Metrics) recordRun(e *buffer.Event) {
	m.runsMu.Lock()
	defer m.runsMu.Unlock()
	m.move(m.runs.Take(e))
}

// ShowRuns shows the metrics of queues and runs before the first of them: Pychron is asked for what it does.
func (m *Metrics) ShowRuns() {
	m.runsMu.Lock()
	defer m.runsMu.Unlock()
	m.move(lifecycle.Zero())
}

func (m *Metrics) move(moves []lifecycle.Move) {
	for _, one := range moves {
		switch one.Type {
		case buffer.Counter:
			m.Add(one.Metric, one.Labels, one.Value)
		case buffer.Histogram:
			m.Observe(one.Metric, one.Labels, one.Value)
		default:
			m.Set(one.Metric, one.Labels, one.Value)
		}
	}
}
