package main

import (
	"cmp"
	"slices"
	"time"
)

// middle is the median of each figure.
func middle(all []figures) (f figures) {
	f.anonymous = median(all, func(f figures) int64 { return f.anonymous })
	f.total = median(all, func(f figures) int64 { return f.total })
	f.switches = median(all, func(f figures) float64 { return f.switches })
	for _, of := range []func(*figures) *time.Duration{
		func(f *figures) *time.Duration { return &f.perThousand },
		func(f *figures) *time.Duration { return &f.p50 },
		func(f *figures) *time.Duration { return &f.p99 },
		func(f *figures) *time.Duration { return &f.cold },
		func(f *figures) *time.Duration { return &f.scrape },
	} {
		*of(&f) = median(all, func(f figures) time.Duration { return *of(&f) })
	}
	return f
}

// ratio is the median over the pairs of the CPU of one by that of the other.
func ratio(ours, naive []figures) float64 {
	all := make([]float64, len(ours))
	for i := range ours {
		all[i] = float64(ours[i].perThousand) / float64(naive[i].perThousand)
	}
	return median(all, func(r float64) float64 { return r })
}

func median[F any, T cmp.Ordered](all []F, of func(F) T) T {
	values := make([]T, len(all))
	for i := range all {
		values[i] = of(all[i])
	}
	slices.Sort(values)
	return values[len(values)/2]
}
