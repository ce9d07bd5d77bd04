package pychronimport

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Bounds of what is read.
const (
	maxFile  = 8 << 20
	maxFiles = 20000
)

// tree is the files below a folder, found whatever their capitals.
type tree struct {
	fs    fs.FS
	files map[string]string // path in lower case -> path
	names []string          // in order
	shut  []string          // folders that cannot be read, with why
	used  map[string]bool   // by path: it was read, or said to be of no use
}

func newTree(fsys fs.FS, dir string) (*tree, error) {
	t := &tree{fs: fsys, files: map[string]string{}, used: map[string]bool{}}
	err := fs.WalkDir(fsys, dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil && p != dir {
			t.shut = append(t.shut, fmt.Sprintf("%s: %v", p, err))
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		if len(t.names) == maxFiles {
			return fmt.Errorf("%s has more than %d files; must be a setupfiles folder", dir, maxFiles)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p, dir), "/")
		t.files[strings.ToLower(name)] = p
		t.names = append(t.names, name)
		return nil
	})
	return t, err
}

// has is the name of the first of those files that is there, "" if none is.
func (t *tree) has(names ...string) string {
	for _, name := range names {
		if _, ok := t.files[strings.ToLower(path.Clean(name))]; ok {
			return path.Clean(name)
		}
	}
	return ""
}

// match are the files whose path matches a pattern, capitals or not.
func (t *tree) match(pattern string) (found []string) {
	for _, name := range t.names {
		if ok, _ := path.Match(pattern, strings.ToLower(name)); ok {
			found = append(found, name)
		}
	}
	return found
}

// read gives the bytes of a file, with line feeds as its line ends.
func (t *tree) read(name string) ([]byte, error) {
	t.used[strings.ToLower(name)] = true
	f, err := t.fs.Open(t.files[strings.ToLower(name)])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer f.Close()
	data, err := limited(f, name)
	return clean(data), err
}

// limited is what is in a file. One that is too long, or has no end, is not read to it.
func limited(f io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(data) > maxFile:
		return nil, fmt.Errorf("%s: it is longer than %d bytes; must be at most that", name, maxFile)
	}
	return data, nil
}

// parse reads a file by what its name ends with.
func (t *tree) parse(name string) (*node, error) {
	data, err := t.read(name)
	if err != nil {
		return nil, err
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".xml":
		return parseXML(name, data)
	case ".yaml", ".yml":
		return parseYAML(name, data)
	}
	return parseCFG(name, data)
}

// stale says whether a path is a copy somebody laid aside.
func stale(name string) bool {
	parts := strings.Split(strings.ToLower(name), "/")
	base := parts[len(parts)-1]
	return strings.HasPrefix(base, "~") || strings.HasPrefix(base, ".") || strings.HasSuffix(base, ".bak") || strings.HasSuffix(base, ".bk") ||
		slices.ContainsFunc(parts, func(p string) bool { return slices.Contains([]string{"zobs", "backup", "old", "sandbox"}, p) })
}

// why says why a file was not read.
func why(name string) string {
	lower := strings.ToLower(name)
	switch {
	case stale(name):
		return "a copy that was laid aside, not read"
	case strings.HasPrefix(lower, "initialization"):
		return "not read; -init takes it in place of initialization.xml"
	case strings.HasPrefix(lower, "extractionline/") && strings.Contains(lower, "valves"):
		return "not read; -valves adds it"
	case strings.HasPrefix(lower, "canvas2d/"):
		return "another drawing, not read"
	case strings.HasPrefix(lower, "devices/"):
		return "not read; no device that is enabled names it"
	}
	return "not read; it is nothing an agent is configured by"
}
