package pychronimport

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
)

// Import reads the folder dir of fsys, a setupfiles folder. The error says that there is none.
func Import(fsys fs.FS, dir string, o Options) (*Result, error) {
	t, err := newTree(fsys, dir)
	if err != nil {
		return nil, err
	}
	i := &importer{tree: t, Options: o, names: newNames(), devices: map[string]*instrument{}, once: map[string]bool{}, monitors: map[string]*node{}, loaded: map[string]*node{}, wireNames: map[string]bool{}}
	i.result.Failed = t.shut
	if err := i.readPins(); err != nil {
		return nil, err
	}
	i.readMonitors()
	i.initialization()
	i.readValves()
	i.readCanvas()
	i.trips()
	i.balances(fsys, path.Join(path.Dir(dir), ".appdata"))
	i.unusedPins()
	i.rest()
	slices.SortStableFunc(i.result.Facts, func(a, b Fact) int { return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line)) })
	i.result.YAML = i.text()
	return &i.result, nil
}
