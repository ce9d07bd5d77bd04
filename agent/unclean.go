package main

import (
	"maps"
	"math"
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
)

// restart is what was found after a start whose forerunner did not stop in order.
type restart struct {
	unclean     bool
	recorded    bool
	differences []telemetry.Difference
}

// compareFrom begins to compare with the states from before an unclean start.
func (l *lastStates) compareFrom(p *config.Plan) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.restart.unclean = true
	for _, d := range p.Devices {
		if s := l.saved[d.Name].States; len(s) > 0 && !d.Off {
			l.compare[d.Name] = maps.Clone(s)
		}
	}
}

// compareWith compares the states of a device with those before an unclean start, until each was known once. It says whether
// this was the last device that had not been read at all.
func (l *lastStates) compareWith(name string, samples []buffer.Sample) (complete bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.compare[name]
	if len(before) == 0 {
		return false
	}
	for n := range samples {
		s := &samples[n]
		was, ok := before[s.Point()]
		if !ok {
			continue
		}
		l.set(telemetry.Difference{Device: name, Point: s.Point(), Before: was}, s, l.watched[name][s.Point()])
		if s.Missing == "" {
			delete(before, s.Point())
		}
	}
	if len(before) == 0 {
		delete(l.compare, name)
	}
	return l.due()
}

// set enters a difference, or takes it out where there is none. The caller holds mu.
func (l *lastStates) set(d telemetry.Difference, s *buffer.Sample, same float64) {
	r := &l.restart
	r.differences = slices.DeleteFunc(r.differences, func(o telemetry.Difference) bool { return o.Device == d.Device && o.Point == d.Point })
	if s.Missing == "" {
		d.Now = new(s.Value)
	}
	if s.Missing != "" || math.Abs(d.Before-s.Value) > same {
		r.differences = append(r.differences, d)
	}
}

// unread are the devices that were not read since an unclean start. The caller holds mu.
func (l *lastStates) unread() []string {
	out := []string{}
	for _, name := range slices.Sorted(maps.Keys(l.compare)) {
		if !slices.ContainsFunc(l.restart.differences, func(d telemetry.Difference) bool { return d.Device == name }) {
			out = append(out, name)
		}
	}
	return out
}

// due says, once, that the list is complete. The caller holds mu.
func (l *lastStates) due() bool {
	r := &l.restart
	if !r.unclean || r.recorded || len(l.unread()) > 0 {
		return false
	}
	r.recorded = true
	return true
}

// give says, once, that the list is not waited for any longer: after its time, or because there is nothing to compare.
func (l *lastStates) give(over bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &l.restart
	due := r.unclean && !r.recorded && (over || len(l.compare) == 0)
	r.recorded = r.recorded || due
	return due
}

// status is the list as people see it.
func (l *lastStates) status() telemetry.RestartStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	return telemetry.RestartStatus{Unclean: l.restart.unclean, Unread: l.unread(), Differences: append([]telemetry.Difference{}, l.restart.differences...)}
}
