package pychronimport

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// pipette carries a pipette and its two valves.
func (i *importer) pipette(n *node) {
	e := newEntry(strings.ReplaceAll(n.text, "/", "_"))
	in, out := n.last("inner"), n.last("outer")
	inner, outer := i.member(in), i.member(out)
	for _, remark := range n.remarks {
		e.comment(remark)
	}
	n.remarks = nil // they stand in the configuration
	e.off = n.text == "" || len(n.text) > 64 || inner == nil || outer == nil || inner == outer
	for _, other := range i.pipettes {
		e.off = e.off || !other.off && strings.EqualFold(other.values["name"], e.values["name"])
	}
	i.pipettes = append(i.pipettes, e)
	if e.off {
		i.noted(e, n, "pipette "+n.text, "left out: it must have a name of its own and two valves that are there")
	} else {
		i.written(n, "pipette "+n.text, "pipettes", "")
	}
	i.side(e, n, in, inner)
	i.side(e, n, out, outer)
}

// member is the valve that a side of a pipette names, nil if it is not there.
func (i *importer) member(side *node) *valve {
	if side == nil {
		return nil
	}
	return i.called(side.text)
}

// side records the fact of one valve of a pipette.
func (i *importer) side(e *entry, n, side *node, v *valve) {
	if side == nil {
		return
	}
	what := side.name + " " + side.text + " of pipette " + n.text
	switch {
	case v == nil:
		i.noted(e, side, what, "there is no valve "+side.text)
	case e.off:
		i.noted(e, side, what, "of a pipette that was left out")
	default:
		e.set(strings.ToLower(side.name), v.ref)
		i.written(side, what, side.name, "")
	}
}

// balances carries the shots of each pipette, and tells the actuations of the valves, from the folder beside setupfiles.
func (i *importer) balances(fsys fs.FS, dir string) {
	files, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return // there is none
	}
	for _, f := range files {
		name := path.Join(".appdata", f.Name())
		at := &node{file: name, line: 1}
		info, err := f.Info()
		switch {
		case err != nil || f.IsDir() || info.Size() > maxFile:
		case f.Name() == "actuation_tracker.json":
			i.actuations(fsys, path.Join(dir, f.Name()), at)
		case strings.HasSuffix(f.Name(), ".json"):
			i.shots(fsys, path.Join(dir, f.Name()), at)
		default:
			i.noted(nil, at, name, "counts in a format that is not read; write the number as shots: of the pipette")
		}
	}
}

// shots carries the count of one pipette's file, NAME_INNER-OUTER.json.
func (i *importer) shots(fsys fs.FS, file string, at *node) {
	var content struct{ Counts uint64 }
	data, err := fs.ReadFile(fsys, file)
	if err != nil || json.Unmarshal(data, &content) != nil {
		i.noted(nil, at, at.file, "no JSON with counts")
		return
	}
	name := strings.TrimSuffix(path.Base(file), ".json")
	for _, e := range i.pipettes {
		title, _ := strconv.Unquote(`"` + strings.Trim(e.values["name"], `"`) + `"`)
		if !e.off && strings.HasPrefix(name, title+"_") && strings.Contains(name[len(title):], "-") {
			e.set("shots", fmt.Sprint(content.Counts))
			i.written(at, fmt.Sprintf("%d shots of pipette %s", content.Counts, title), "shots", "")
			return
		}
	}
	i.noted(nil, at, fmt.Sprintf("%d shots in %s", content.Counts, name), "there is no such pipette")
}

// actuations tells how often each valve was moved: the configuration has no key for it.
func (i *importer) actuations(fsys fs.FS, file string, at *node) {
	var content map[string]struct {
		Count      int64
		StartCount int64 `json:"start_count"`
	}
	data, err := fs.ReadFile(fsys, file)
	if err != nil || json.Unmarshal(data, &content) != nil {
		i.noted(nil, at, at.file, "no JSON with counts")
		return
	}
	for _, v := range i.valves {
		if c, ok := content[v.name]; ok {
			i.noted(v.e, at, fmt.Sprintf("%d actuations of valve %s", c.Count, v.name), "counts of actuations begin at 0 here")
			delete(content, v.name)
		}
	}
	for _, name := range sorted(content) {
		i.noted(nil, at, "actuations of valve "+name, "there is no such valve")
	}
}
