package pychronimport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"go.yaml.in/yaml/v3"

	"pychron-edge/lazyregexp"
)

var yamlLine = lazyregexp.New(`line (\d+)`)

// maxNodes is how many parts a YAML file may have once its aliases are written out.
const maxNodes = 100_000

// parseYAML reads a YAML file. A list is a node whose parts are called "-". Aliases and merges are written out, within bounds.
func parseYAML(file string, data []byte) (*node, error) {
	root := &node{file: file, line: 1, seen: true}
	var document yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(latin(data))).Decode(&document); errors.Is(err, io.EOF) {
		return root, nil
	} else if err != nil {
		line := 1
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		return nil, fmt.Errorf("%s:%d: %w", file, line, err)
	}
	w := writeOut{left: maxNodes}
	for _, c := range document.Content {
		if err := w.fill(root, c, 0); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// writeOut takes a YAML document into nodes.
type writeOut struct{ left int } // how many nodes may still be made

// fill takes what a YAML node says into n.
func (w *writeOut) fill(n *node, y *yaml.Node, depth int) error {
	switch {
	case depth > maxDepth:
		return fmt.Errorf("%s:%d: it is nested too deep; must be at most %d", n.file, y.Line, maxDepth)
	case y.Kind == yaml.AliasNode:
		return w.fill(n, y.Alias, depth+1)
	case y.Kind == yaml.ScalarNode && y.Tag != "!!null":
		n.text = y.Value
	case y.Kind == yaml.SequenceNode:
		for _, item := range y.Content {
			if err := w.part(n, "-", item.Line, item, depth); err != nil {
				return err
			}
		}
	case y.Kind == yaml.MappingNode:
		return w.mapping(n, y, depth)
	}
	return nil
}

// part adds a part to n.
func (w *writeOut) part(n *node, name string, line int, y *yaml.Node, depth int) error {
	if w.left--; w.left < 0 {
		return fmt.Errorf("%s:%d: it says too much; must be at most %d values with its aliases written out", n.file, line, maxNodes)
	}
	p := &node{file: n.file, line: line, name: name}
	n.parts = append(n.parts, p)
	return w.fill(p, y, depth+1)
}

// mapping adds the keys of a mapping to n, and those of what is merged into it ("<<") that it has not itself.
func (w *writeOut) mapping(n *node, y *yaml.Node, depth int) error {
	var merged []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Tag == "!!merge" {
			merged = append(merged, value)
			continue
		}
		if err := w.part(n, key.Value, key.Line, value, depth); err != nil {
			return err
		}
	}
	for _, from := range merged {
		other := &node{file: n.file}
		if err := w.fill(other, from, depth+1); err != nil {
			return err
		}
		n.merge(other)
	}
	return nil
}

// merge takes the parts of other that n has not; of a list of mappings, those of each.
func (n *node) merge(other *node) {
	for _, p := range other.parts {
		switch {
		case p.name == "-":
			n.merge(p)
		case n.last(p.name) == nil:
			n.parts = append(n.parts, p)
		}
	}
}
