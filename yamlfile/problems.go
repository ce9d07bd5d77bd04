// Package yamlfile reads a YAML file strictly into structures: every mistake is told with its line and column, what it must be, and the near
// name where there is one; what may be secret is in no message.
//
// It knows no key of its own and judges no meaning: that is done by whoever reads the file, with the same problems.
package yamlfile

import (
	"cmp"
	"errors"
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

	form bool // of a value of the wrong kind: what is said of its meaning follows from that
}

// String is "FILE:LINE:COLUMN: what; what is allowed".
func (p Problem) String() string {
	kind := ""
	if p.Warning {
		kind = "warning: "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", p.File, p.Line, p.Column, kind, p.Text)
}

// Problems collects what is wrong with one file, and knows where each value stands in it.
type Problems struct {
	File  string
	Lines []string
	Nodes map[string]*yaml.Node // by path: "devices[0].name"
	List  []Problem

	Broken bool // the file is no YAML: nothing else can be said of it
}

// At adds a problem with the value at path, or with what it would stand in if it is not there.
func (p *Problems) At(path, format string, a ...any) {
	p.Add(p.Node(path), false, format, a...)
}

// Warn is At for what may be meant.
func (p *Problems) Warn(path, format string, a ...any) {
	p.Add(p.Node(path), true, format, a...)
}

// Add adds a problem with a value.
func (p *Problems) Add(n *yaml.Node, warning bool, format string, a ...any) {
	p.List = append(p.List, Problem{File: p.File, Position: PlaceOf(n), Text: problemText(format, a...), Warning: warning})
}

// Inside adds a problem at a byte offset in the text of the scalar at path. Where the text stands in the file as it is,
// the place is exact; else (escapes, folded lines) it is the beginning of the value.
func (p *Problems) Inside(path string, offset int, warning bool, format string, a ...any) {
	n := p.Node(path)
	place := PlaceOf(n)
	if n != nil && n.Kind == yaml.ScalarNode && n.Line >= 1 && n.Line <= len(p.Lines) {
		column := place.Column
		if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			column++
		}
		if strings.HasPrefix(fromColumn(p.Lines[n.Line-1], column), n.Value) {
			place.Column = column + utf8.RuneCountInString(n.Value[:min(offset, len(n.Value))])
		}
	}
	p.List = append(p.List, Problem{File: p.File, Position: place, Text: problemText(format, a...), Warning: warning})
}

// problemText is the text of a problem: without passwords, and with the near name.
func problemText(format string, a ...any) string {
	for i, arg := range a {
		switch x := arg.(type) {
		case string:
			a[i] = Unsaid(x)
		case error:
			a[i] = Unsaid(x.Error())
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

// Node is the value at path, or the nearest thing around it.
func (p *Problems) Node(path string) *yaml.Node {
	for path != "" {
		if n, ok := p.Nodes[path]; ok {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return p.Nodes[""]
}

// PlaceOf is where a value stands, 1:1 of none.
func PlaceOf(n *yaml.Node) Position {
	if n == nil {
		return Position{1, 1}
	}
	return Position{max(n.Line, 1), max(n.Column, 1)}
}

// Sorted are the problems in the order of the file, each once; at the place of a value of the wrong kind, that alone.
func (p *Problems) Sorted() []Problem {
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	form := map[Position]bool{}
	for _, one := range p.List {
		form[one.Position] = form[one.Position] || one.form
	}
	p.List = slices.DeleteFunc(p.List, func(one Problem) bool { return form[one.Position] && !one.form })
	return slices.Compact(p.List)
}

// Fatal says whether there is a mistake among the problems, not only warnings.
func Fatal(list []Problem) bool {
	return slices.ContainsFunc(list, func(p Problem) bool { return !p.Warning })
}

// Position is a place in the configuration file, from 1.
type Position struct{ Line, Column int }

// OneOf notes a word that is not among those allowed.
func (p *Problems) OneOf(path, word string, allowed ...string) {
	if !slices.Contains(allowed, word) {
		var shown []string
		for _, w := range allowed {
			if w != "" {
				shown = append(shown, w)
			}
		}
		p.At(path, "%s is %q; must be one of %s", Last(path), Short(word), strings.Join(shown, ", "))
	}
}

// Err is all mistakes as one error, a line each, nil where there are warnings alone.
func (p *Problems) Err() error {
	var errs []error
	for _, one := range p.Sorted() {
		if !one.Warning {
			errs = append(errs, errors.New(one.String()))
		}
	}
	return errors.Join(errs...)
}
