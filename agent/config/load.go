package config

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxConfig is the largest configuration, in bytes.
const maxConfig = 1 << 20

// Load reads a configuration from data; path is only for the messages. It opens nothing. Every mistake of form is a
// problem: an unknown key, a value of the wrong kind, a key given twice, an empty name, NaN, a second document. check
// finds the mistakes of meaning, and must be called on a Config even if there were problems, so that all of them are told
// at once.
func Load(path string, data []byte) (*Config, []Problem) {
	c := &Config{source: &problems{file: path, nodes: map[string]*yaml.Node{}}}
	p := c.source
	if len(data) > maxConfig {
		p.at("", "the file is %d bytes long; must be at most %d", len(data), maxConfig)
		return c, p.list
	}
	p.lines = strings.Split(string(data), "\n")
	document := yaml.NewDecoder(bytes.NewReader(data))
	var root, second yaml.Node
	if err := document.Decode(&root); err != nil {
		p.syntax(data, err)
		return c, p.list
	}
	switch err := document.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		p.syntax(data, err)
	default:
		p.add(&second, false, "a second document begins here; must be one")
	}
	if len(root.Content) > 0 {
		d := &decoder{problems: p}
		d.decode(root.Content[0], c, "")
	}
	return c, p.sorted()
}
