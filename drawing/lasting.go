package drawing

import (
	"math"
	"time"
)

// Lasting is since when a region has been as it is, and how fast its pressures rise: only who has seen it begin, and every reading since, can say.
// Times count from the start of whoever has.
type Lasting struct {
	Condition Condition `json:"condition"`
	Parts     []string  `json:"parts"`
	Pipes     []int     `json:"pipes"`
	Began     float64   `json:"began"` // seconds
	AtLeast   bool      `json:"at_least,omitempty"`
	Rises     []Rise    `json:"rises,omitempty"`
}

// LastingOf is that of regions that a [Tracker] has observed at up.
func LastingOf(regions []Region, up time.Duration) []Lasting {
	all := make([]Lasting, 0, len(regions))
	for i := range regions {
		r := &regions[i]
		all = append(all, Lasting{r.Condition, r.Parts, r.Pipes, whole(max(0, up.Seconds()-r.Since)), r.AtLeast, r.Rises})
	}
	return all
}

// seconds is a duration in whole microseconds.
func seconds(d time.Duration) float64 { return whole(d.Seconds()) }

// whole is a time in seconds, to the microsecond: a difference of two has more digits than are known.
func whole(s float64) float64 { return math.Round(s*1e6) / 1e6 }

// Recall is for regions that no tracker has observed: each that is one of known is told at up for how long it has been so and how fast its pressures rise.
// Any other is undated, and in a static one no rise is known, by whichever of its gauges reads a pressure.
func Recall(regions []Region, known []Lasting, up time.Duration, pressures []string) {
	byKey := make(map[string]*Lasting, len(known))
	for i := range known {
		l := &known[i]
		byKey[(&Region{Condition: l.Condition, Parts: l.Parts, Pipes: l.Pipes}).key()] = l
	}
	for i := range regions {
		r := &regions[i]
		if l := byKey[r.key()]; l != nil {
			r.Since, r.AtLeast = whole(max(0, up.Seconds()-l.Began)), l.AtLeast
			if r.Condition == Static {
				r.Rises = append(r.Rises, l.Rises...)
			}
			continue
		}
		r.Undated = true
		if r.Condition == Static {
			r.Rises = append(r.Rises, unknownRises(r.Parts, pressures)...)
		}
	}
}

// unknownRises are those of the gauges among some parts.
func unknownRises(parts, pressures []string) (all []Rise) {
	for _, gauge := range pressures {
		for _, part := range parts {
			if part == gauge {
				all = append(all, Rise{Gauge: gauge, Verdict: NoVerdict})
			}
		}
	}
	return all
}
