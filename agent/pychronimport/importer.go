package pychronimport

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
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
	monitors  map[string]*node // parsed files of monitors, by their name without .cfg
	loaded    map[string]*node // by path, nil where it could not be read
	parsed    []*node          // every file that was read
	wireNames map[string]bool  // names of all valves and pipettes
	once      map[string]bool  // notes that are made once

	entries, pipettes, rules, alarms []*entry
	blocks                           []*entry // what is no key here, as comments
}

// Import reads the folder dir of fsys, a setupfiles folder. The error says that there is none.
func Import(fsys fs.FS, dir string, o Options) (*Result, error) {
	t, err := newTree(fsys, dir)
	if err != nil {
		return nil, err
	}
	i := &importer{tree: t, Options: o, names: newNames(), devices: map[string]*instrument{}, once: map[string]bool{}, monitors: map[string]*node{}, loaded: map[string]*node{}, wireNames: map[string]bool{}}
	if err := i.readPins(); err != nil {
		return nil, err
	}
	i.readMonitors()
	i.initialization()
	i.readValves()
	i.trips()
	i.balances(fsys, path.Join(path.Dir(dir), ".appdata"))
	i.unusedPins()
	i.rest()
	slices.SortStableFunc(i.result.Facts, func(a, b Fact) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	i.result.YAML = i.text()
	return &i.result, nil
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

// carried records that what n says stands in the configuration. A note says what differs.
func (i *importer) carried(n *node, what, as, note string) {
	n.seen = true
	i.result.Facts = append(i.result.Facts, Fact{File: n.file, Line: n.line, What: short(what), As: as, Note: note})
}

// told records that what n says does not stand in the configuration; e, where there is one, gets the comment.
func (i *importer) told(e *entry, n *node, what, why string) {
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

// needless are keys that say how Pychron talks to or shows a device, for which a driver of ours needs no setting.
var needless = "|timeout|read_delay|write_terminator|read_terminator|terminator|terminator_position|clear_output|use_end|strip|default_datasize|test_cmd|test_func|" +
	"backend|fixture_path|scenario_path|graph|record|width|auto_start|function|color_scalars|name|lows|highs|read_port|enabled|setpoint_color|"

// rest tells whatever no part of the import has used, and lists the files that were not read.
func (i *importer) rest() {
	for _, root := range i.parsed {
		for _, p := range root.parts {
			i.unseen(root, p)
		}
	}
	for _, name := range i.tree.names {
		if !i.used[strings.ToLower(name)] {
			i.result.Listed = append(i.result.Listed, Note{File: name, Text: why(name)})
		}
	}
}

// unseen tells n where it was not used, and then its parts.
func (i *importer) unseen(parent, n *node) {
	leaf := n.text != "" || len(n.parts) == 0
	what := strings.TrimPrefix(n.name, "@") + " = " + n.text
	switch other := parent.twin(n); {
	case n.seen || !leaf || n.name == "-" && parent.seen:
	case n.name == "#":
		i.told(nil, n, parent.name+" "+n.text, "the remark behind the value was cut off; Pychron takes it as part of the value")
	case other != nil:
		i.told(nil, n, what, fmt.Sprintf("given again in line %d as %q; the last one counts", other.line, short(other.text)))
	case strings.Contains(needless, "|"+strings.ToLower(n.name)+"|"):
		i.listed(n, what+": needs nothing here")
	default:
		i.told(nil, n, what, "no key that is known here, or one without an equal")
	}
	for _, p := range n.parts {
		i.unseen(n, p)
	}
	for _, remark := range n.remarks {
		if !n.seen {
			i.result.Listed = append(i.result.Listed, Note{File: n.file, Line: n.line, Text: "remark: " + short(remark)})
		}
	}
}

// twin is a later part of the same name, which counts instead of p.
func (n *node) twin(p *node) (other *node) {
	for _, q := range n.parts {
		if q != p && q.line >= p.line && q.seen && p.name != "-" && strings.EqualFold(q.name, p.name) {
			other = q
		}
	}
	return other
}
