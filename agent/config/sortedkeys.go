package config

import (
	"maps"
	"slices"
)

// SortedKeys is the keys of a map in order, so that problems come in the same order at each run.
func SortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
