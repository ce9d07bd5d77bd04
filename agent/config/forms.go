package config

import (
	"go.yaml.in/yaml/v3"

	"pychron-edge/yamlfile"
)

// DecodeNode takes one text or a list of them.
func (s *Strings) DecodeNode(d *yamlfile.Decoder, n *yaml.Node, path string) {
	if n.Kind == yaml.SequenceNode {
		d.Decode(n, (*[]string)(s), path)
		return
	}
	var one string
	d.Decode(n, &one, path)
	*s = Strings{one}
}

// DecodeNode takes the name of a line, or a mapping with line, active_low and fail.
func (p *PinConfig) DecodeNode(d *yamlfile.Decoder, n *yaml.Node, path string) {
	if n.Kind != yaml.MappingNode {
		d.Decode(n, &p.Line, path)
		return
	}
	type plain PinConfig
	d.Decode(n, (*plain)(p), path)
}
