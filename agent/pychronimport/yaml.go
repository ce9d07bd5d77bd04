package pychronimport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

var yamlLine = regexp.MustCompile(`line (\d+)`)

// parseYAML reads a YAML file. A list is a node whose parts are called "-". No alias is followed.
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
	for _, c := range document.Content {
		if err := root.fill(c, 0); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// fill takes what a YAML node says into n.
func (n *node) fill(y *yaml.Node, depth int) error {
	switch {
	case depth > maxDepth:
		return fmt.Errorf("%s:%d: it is nested too deep; must be at most %d", n.file, y.Line, maxDepth)
	case y.Kind == yaml.AliasNode:
		return fmt.Errorf("%s:%d: *%s is an alias; must be written out", n.file, y.Line, y.Value)
	case y.Kind == yaml.ScalarNode && y.Tag != "!!null":
		n.text = y.Value
	case y.Kind == yaml.SequenceNode:
		for _, item := range y.Content {
			p := &node{file: n.file, line: item.Line, name: "-"}
			n.parts = append(n.parts, p)
			if err := p.fill(item, depth+1); err != nil {
				return err
			}
		}
	case y.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(y.Content); i += 2 {
			p := &node{file: n.file, line: y.Content[i].Line, name: y.Content[i].Value}
			n.parts = append(n.parts, p)
			if err := p.fill(y.Content[i+1], depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
