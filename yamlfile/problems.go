package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Problem is one mistake in a configuration, or something that looks like one.
type Problem struct {
	File string
	Position
	Text    string // what; what is allowed
	Warning bool
}

// String is "FILE:LINE:COLUMN: what; what is allowed".
func (p Problem) String() string {
	kind := ""
	if p.Warning {
		kind = "warning: "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", p.File, p.Line, p.Column, kind, p.Text)
}

// problems collects what is wrong with one file, and knows where each value stands in it.
type problems struct {
	file  string
	lines []string
	nodes map[string]*yaml.Node // by path: "devices[0].name"
	list  []Problem

	broken bool // the file is no YAML: nothing else can be said of it
}

// at adds a problem with the value at path, or with what it would stand in if it is not there.
func (p *problems) at(path, format string, a ...any) {
	p.add(p.node(path), false, format, a...)
}

// warn is at for what may be meant.
func (p *problems) warn(path, format string, a ...any) {
	p.add(p.node(path), true, format, a...)
}

func (p *problems) add(n *yaml.Node, warning bool, format string, a ...any) {
	p.list = append(p.list, Problem{p.file, placeOf(n), problemText(format, a...), warning})
}

// inside adds a problem at a byte offset in the text of the scalar at path. Where the text stands in the file as it is,
// the place is exact; else (escapes, folded lines) it is the beginning of the value.
func (p *problems) inside(path string, offset int, warning bool, format string, a ...any) {
	n := p.node(path)
	place := placeOf(n)
	if n != nil && n.Kind == yaml.ScalarNode && n.Line >= 1 && n.Line <= len(p.lines) {
		column := place.Column
		if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			column++
		}
		if strings.HasPrefix(fromColumn(p.lines[n.Line-1], column), n.Value) {
			place.Column = column + utf8.RuneCountInString(n.Value[:min(offset, len(n.Value))])
		}
	}
	p.list = append(p.list, Problem{p.file, place, problemText(format, a...), warning})
}

// problemText is the text of a problem: without passwords, and with the near name.
func problemText(format string, a ...any) string {
	for i, arg := range a {
		switch x := arg.(type) {
		case string:
			a[i] = unsaid(x)
		case error:
			a[i] = unsaid(x.Error())
		}
	}
	return hinted(fmt.Sprintf(format, a...))
}

// fromColumn is the rest of a line from a column, counted in characters from 1.
func fromColumn(line string, column int) string {
	for range column - 1 {
		_, n := utf8.DecodeRuneInString(line)
		line = line[n:]
	}
	return line
}

// node is the value at path, or the nearest thing around it.
func (p *problems) node(path string) *yaml.Node {
	for path != "" {
		if n, ok := p.nodes[path]; ok {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return p.nodes[""]
}

func placeOf(n *yaml.Node) Position {
	if n == nil {
		return Position{1, 1}
	}
	return Position{max(n.Line, 1), max(n.Column, 1)}
}

// sorted are the problems in the order of the file, each once.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(p.list)
}

// fatal says whether there is a mistake among the problems, not only warnings.
func fatal(list []Problem) bool {
	return slices.ContainsFunc(list, func(p Problem) bool { return !p.Warning })
}

// Position is a place in the configuration file, from 1.
type Position struct{ Line, Column int }
