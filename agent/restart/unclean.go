package restart

import (
	"maps"
	"math"
	"slices"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
)

// found is what was found after a start whose forerunner did not stop in order.
type found struct {
	unclean     bool
	recorded    bool
	differences []Difference
}

// CompareFrom begins to compare with the states from before an unclean start.
func (l *States) CompareFrom(p *config.Plan) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.found.unclean = true
	for _, d := range p.Devices {
		if s := l.saved[d.Name].States; len(s) > 0 && !d.Off {
			l.compare[d.Name] = maps.Clone(s)
		}
	}
}

// CompareWith compares the states of a device with those before an unclean start, until each was known once. It says whether
// this was the last device that had not been read at all.
func (l *States) CompareWith(name string, samples []buffer.Sample) (complete bool) {
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
		l.set(Difference{Device: name, Point: s.Point(), Before: was}, s, l.watched[name][s.Point()])
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
func (l *States) set(d Difference, s *buffer.Sample, same float64) {
	r := &l.found
	r.differences = slices.DeleteFunc(r.differences, func(o Difference) bool { return o.Device == d.Device && o.Point == d.Point })
	if s.Missing == "" {
		d.Now = new(s.Value)
	}
	if s.Missing != "" || math.Abs(d.Before-s.Value) > same {
		r.differences = append(r.differences, d)
	}
}

// unread are the devices that were not read since an unclean start. The caller holds mu.
func (l *States) unread() []string {
	out := []string{}
	for _, name := range slices.Sorted(maps.Keys(l.compare)) {
		if !slices.ContainsFunc(l.found.differences, func(d Difference) bool { return d.Device == name }) {
			out = append(out, name)
		}
	}
	return out
}

// due says, once, that the list is complete. The caller holds mu.
func (l *States) due() bool {
	r := &l.found
	if !r.unclean || r.recorded || len(l.unread()) > 0 {
		return false
	}
	r.recorded = true
	return true
}

// Give says, once, that the list is not waited for any longer: after its time, or because there is nothing to compare.
func (l *States) Give(over bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &l.found
	due := r.unclean && !r.recorded && (over || len(l.compare) == 0)
	r.recorded = r.recorded || due
	return due
}

// Report is what is known of the states from before an unclean start.
type Report struct {
	Unclean     bool
	Unread      []string // devices that were not read since
	Differences []Difference
}

// Difference is a point that is not as it was, or is not known. Now is nil where it is not known.
type Difference struct {
	Device, Point string
	Before        float64
	Now           *float64
}

// Report is the list as it stands.
func (l *States) Report() Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Report{Unclean: l.found.unclean, Unread: l.unread(), Differences: append([]Difference{}, l.found.differences...)}
}
