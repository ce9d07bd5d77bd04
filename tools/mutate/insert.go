package main

import (
	"cmp"
	"slices"
	"strings"
)

// insertion is text that is put into a source. What is put around a node leaves the source's lines as they are.
type insertion struct {
	at     int
	closes bool // it stands after a node
	mutant *mutant
	text   string
}

// applied is the source with all insertions but those of mutants that do not compile. What was put around a node first is outside.
func applied(source []byte, list []insertion) string {
	list = slices.DeleteFunc(slices.Clone(list), func(i insertion) bool { return i.mutant != nil && i.mutant.unbuilt })
	order := map[bool]int{true: 0, false: 1}
	numbered := make([]int, len(list))
	for n := range numbered {
		numbered[n] = n
	}
	slices.SortFunc(numbered, func(a, b int) int {
		x, y := list[a], list[b]
		inward := cmp.Compare(a, b)
		if x.closes {
			inward = -inward
		}
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(order[x.closes], order[y.closes]), inward)
	})
	var out strings.Builder
	done := 0
	for _, n := range numbered {
		out.Write(source[done:list[n].at])
		out.WriteString(list[n].text)
		done = list[n].at
	}
	out.Write(source[done:])
	return out.String()
}
