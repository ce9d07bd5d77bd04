package pychronimport

import (
	"fmt"
	"strings"
)

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
	case n.name == "#text":
		i.listed(n, "remark: "+short(n.text))
	case n.name == "#":
		i.noted(nil, n, parent.name+" "+n.text, "the remark behind the value was cut off; Pychron takes it as part of the value")
	case other != nil:
		i.noted(nil, n, what, fmt.Sprintf("given again in line %d as %q; the last one counts", other.line, short(other.text)))
	case strings.Contains(needless, "|"+strings.ToLower(n.name)+"|"):
		i.listed(n, what+": needs nothing here")
	default:
		i.noted(nil, n, what, "no key that is known here, or one without an equal")
	}
	for _, p := range n.parts {
		i.unseen(n, p)
	}
	for _, remark := range n.remarks {
		i.result.Listed = append(i.result.Listed, Note{File: n.file, Line: n.line, Text: "remark: " + short(remark)})
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
