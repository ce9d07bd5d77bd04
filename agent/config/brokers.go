package config

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Brokers are the URLs of one or more brokers, separated by blanks. In the file a list is also taken.
type Brokers string

// UnmarshalYAML reads one URL or a list of them.
func (b *Brokers) UnmarshalYAML(n *yaml.Node) error {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	var all []string
	for _, one := range nodes {
		if one.Kind != yaml.ScalarNode {
			return errors.New("must be tcp://host:1883 or ssl://host:8883, or a list of these")
		}
		all = append(all, one.Value)
	}
	*b = Brokers(strings.Join(all, " "))
	return nil
}
