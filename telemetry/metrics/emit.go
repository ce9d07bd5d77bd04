package metrics

import "pychron-edge/buffer"

// emit gives the points of everything that is counted here.
func (m *Metrics) emit(emit func(Point)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.series {
		emit(s.point(id))
	}
	m.exchanges.emit(emit, m.trusted.Load())
}

// emitVisitors gives the points that others have posted and renewed.
func (m *Metrics) emitIngested(emit func(Point)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.expire(m.now())
	for id, v := range m.ingested.series {
		emit(v.point(id))
	}
}

func (s *series) point(id identity) Point {
	return Point{Name: id.name, Type: s.kind, Labels: id.labels, Value: s.value, histogram: s.histogram}
}

// RingPoints gives the fill of the rings to a Gatherer.
func RingPoints(lanes buffer.Lanes) func(emit func(Point)) {
	return func(emit func(Point)) {
		lanes.Each(func(lane buffer.Lane, ring *buffer.Ring) {
			s, labels := ring.Stats(), buffer.MakeLabels("lane", lane.String())
			emit(Point{Name: "ring_events", Type: buffer.Gauge, Labels: labels, Value: float64(s.Events)})
			emit(Point{Name: "ring_capacity_events", Type: buffer.Gauge, Labels: labels, Value: float64(s.Capacity)})
			emit(Point{Name: "ring_overwritten_total", Type: buffer.Counter, Labels: labels, Value: float64(s.Overwritten)})
		})
	}
}
