package main

import (
	"cmp"
	"slices"
)

// spread is the median of values, the smallest and the largest.
type spread[T cmp.Ordered] struct{ median, min, max T }

func spreadOf[T cmp.Ordered](all []figures, of func(*figures) T) spread[T] {
	values := make([]T, len(all))
	for i := range all {
		values[i] = of(&all[i])
	}
	slices.Sort(values)
	return spread[T]{values[len(values)/2], values[0], values[len(values)-1]}
}

// ratio is the spread, over the rounds, of a figure of ours by that of another in the same round.
func ratio(ours, others []figures, of func(*figures) float64) spread[float64] {
	all := make([]float64, len(ours))
	for i := range ours {
		all[i] = of(&ours[i]) / of(&others[i])
	}
	slices.Sort(all)
	return spread[float64]{all[len(all)/2], all[0], all[len(all)-1]}
}
