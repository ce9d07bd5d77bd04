package telemetry

import "time"

// silence is a stretch in which nobody knew the value of a point: after its last value, before its next one.
type silence struct {
	from, to time.Duration // up of the two values
	value    float64       // of the next one
}

// silences are the newest stretches of one point without a value, oldest first: it was asked and did not answer, had no value, or was not asked for
// longer than a value counts. A reading is told only when it moves, so its events alone cannot say so.
type silences struct {
	all     []silence
	counts  time.Duration // how long a value counts without the next, 0 = for ever
	missing bool          // asked since the last value, in vain
}

const maxSilences = 512 // of a point

// value takes a value that follows the last one.
func (s *silences) value(last, up, counts time.Duration, v float64) {
	if last >= 0 && (s.missing || s.over(last, up)) {
		if len(s.all) >= maxSilences {
			s.all = append(s.all[:0], s.all[maxSilences/8:]...)
		}
		s.all = append(s.all, silence{last, up, v})
	}
	s.missing, s.counts = false, counts
}

// over reports whether a value of last does not count any more.
func (s *silences) over(last, up time.Duration) bool { return s.counts > 0 && up-last > s.counts }

// between gives the silences that reach into a stretch. The one that still lasts reaches to its end.
func (s *silences) between(from, until, last, now time.Duration) []silence {
	var out []silence
	for _, one := range s.all {
		if one.to > from && one.from < until {
			out = append(out, one)
		}
	}
	if last >= 0 && last < until && (s.missing || s.over(last, now)) {
		out = append(out, silence{from: last, to: -1})
	}
	return out
}
