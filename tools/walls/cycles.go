package main

import (
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// largest is the number of files that may need each other in a circle within a package. More cannot be read one after the other.
const largest = 12

// cycles finds the packages with a circle of more files than that.
func (m *module) cycles() (found []finding) {
	for _, p := range m.packages {
		if c := m.cycle(p); len(c) > largest {
			found = append(found, finding{folder: m.folder(p), text: fmt.Sprintf("a cycle of %d files; must be at most %d", len(c), largest)})
		}
	}
	return found
}

// printCycles prints the largest cycle of each package that has one.
func printCycles(out io.Writer, m *module) {
	for _, p := range m.packages {
		if c := m.cycle(p); len(c) > 1 {
			fmt.Fprintf(out, "%s: largest cycle %d files: %s\n", m.folder(p), len(c), strings.Join(c, " "))
		}
	}
}

// cycle is the largest set of files of the package of which each needs each other, sorted; nil where no two do.
func (m *module) cycle(p *packages.Package) (biggest []string) {
	for _, c := range components(m.uses(p)) {
		if len(c) > max(1, len(biggest)) {
			biggest = c
		}
	}
	slices.Sort(biggest)
	return biggest
}

// uses says for each file which others of its package declare something that it names: an identifier, a method or a field.
func (m *module) uses(p *packages.Package) map[string][]string {
	graph := map[string][]string{}
	for _, f := range p.CompiledGoFiles {
		graph[path.Base(f)] = nil
	}
	for name, object := range p.TypesInfo.Uses {
		if object.Pkg() != p.Types || !object.Pos().IsValid() {
			continue
		}
		from, to := m.file(name), m.file(object)
		if !slices.Contains(graph[from], to) {
			graph[from] = append(graph[from], to)
		}
	}
	return graph
}

// components are the strongly connected components of the graph (Tarjan).
func components(graph map[string][]string) (found [][]string) {
	number, low, open := map[string]int{}, map[string]int{}, []string{}
	var visit func(string)
	visit = func(v string) {
		number[v] = len(number) + 1
		low[v] = number[v]
		open = append(open, v)
		for _, w := range graph[v] {
			if number[w] == 0 {
				visit(w)
				low[v] = min(low[v], low[w])
			} else if slices.Contains(open, w) {
				low[v] = min(low[v], number[w])
			}
		}
		if low[v] == number[v] {
			i := slices.Index(open, v)
			found = append(found, slices.Clone(open[i:]))
			open = open[:i]
		}
	}
	for _, v := range slices.Sorted(maps.Keys(graph)) {
		if number[v] == 0 {
			visit(v)
		}
	}
	return found
}
