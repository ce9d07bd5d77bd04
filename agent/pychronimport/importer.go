package pychronimport

import (
	"fmt"
)

// Options are what the person who imports knows.
type Options struct {
	Init       string // file to read in place of initialization.xml; "" = that
	Valves     string // file with more valves; "" = none
	Pins       []byte // YAML, one valve a line: NAME: {solenoid: GPIO17}; nil = none
	AssumePins bool   // guessed pins are enabled, for simulation alone
}

// importer is one import under way.
type importer struct {
	*tree
	Options
	result    Result
	names     names
	devices   map[string]*instrument // by Pychron's name, in lower case
	order     []*instrument
	valves    []*valve
	pins      *pins
	served    served
	canvas    *canvas          // nil where there is none
	monitors  map[string]*node // parsed files of monitors, by their name without .cfg
	loaded    map[string]*node // by path, nil where it could not be read
	parsed    []*node          // every file that was read
	wireNames map[string]bool  // names of all valves and pipettes
	once      map[string]bool  // notes that are made once

	entries, pipettes, rules, alarms []*entry
	blocks                           []*entry // what is no key here, as comments
}

// load parses a file; a file that cannot be read is told, and nil.
func (i *importer) load(name string) *node {
	if n, ok := i.loaded[name]; ok {
		return n
	}
	n, err := i.parse(name)
	i.loaded[name] = n
	if err != nil {
		i.result.Failed = append(i.result.Failed, err.Error()+"; the file was left out")
		return nil
	}
	i.parsed = append(i.parsed, n)
	return n
}

// written records that what n says stands in the configuration. A note says what differs.
func (i *importer) written(n *node, what, as, note string) {
	n.seen = true
	i.result.Facts = append(i.result.Facts, Fact{File: n.file, Line: n.line, What: short(what), As: as, Note: note})
}

// noted records that what n says does not stand in the configuration; e, where there is one, gets the comment.
func (i *importer) noted(e *entry, n *node, what, why string) {
	n.seen = true
	i.result.Facts = append(i.result.Facts, Fact{File: n.file, Line: n.line, What: short(what), Note: why})
	if e != nil {
		e.comment(fmt.Sprintf("%s (%s:%d): %s", short(what), n.file, n.line, why))
	}
}

// listed records what needs nothing here.
func (i *importer) listed(n *node, text string) {
	n.see()
	i.result.Listed = append(i.result.Listed, Note{File: n.file, Line: n.line, Text: text})
}

// warn puts a text at the top of the configuration.
func (i *importer) warn(n *node, text string) {
	i.result.Warnings = append(i.result.Warnings, fmt.Sprintf("%s:%d: %s", n.file, n.line, text))
}

// first says whether this is the first note of that kind.
func (i *importer) first(kind string) bool {
	before := i.once[kind]
	i.once[kind] = true
	return !before
}
