package pychronimport

import (
	"fmt"
	"strings"

	"pychron-edge/lazyregexp"
)

var (
	cfgSection = lazyregexp.New(`^\[([^\]]+)\]`)
	cfgKey     = lazyregexp.New(`^([^=:]+?)\s*[=:]\s*(.*)$`)
	cfgRemark  = lazyregexp.New(`\s+#.*$`)
)

// parseCFG reads an INI file as Python's configparser does, but for what Pychron's files do wrong: a key given twice stands
// twice, and a remark behind a value becomes a part of the key called "#".
func parseCFG(file string, data []byte) (*node, error) {
	root := &node{file: file, line: 1, seen: true}
	var section, key *node
	for i, raw := range strings.Split(string(latin(data)), "\n") {
		text := strings.TrimSpace(raw)
		switch m := cfgSection.FindStringSubmatch(text); {
		case text == "" || text[0] == '#' || text[0] == ';':
		case m != nil:
			section, key = &node{file: file, line: i + 1, name: strings.TrimSpace(m[1]), seen: true}, nil
			root.parts = append(root.parts, section)
		case section == nil:
			return nil, fmt.Errorf("%s:%d: %q stands before the first section; must be below a [Section]", file, i+1, short(text))
		default:
			key = section.cfgLine(raw, i+1, key)
		}
	}
	return root, nil
}

// cfgLine adds one line to a section and gives the key it belongs to.
func (n *node) cfgLine(raw string, line int, before *node) *node {
	text := strings.TrimSpace(raw)
	m := cfgKey.FindStringSubmatch(text)
	if m == nil && before != nil && raw[0] <= ' ' {
		before.text = strings.TrimSpace(before.text + " " + text)
		return before
	}
	key := &node{file: n.file, line: line, name: text}
	if m != nil {
		key.name, key.text = m[1], m[2]
	}
	if remark := cfgRemark.FindString(key.text); remark != "" {
		key.text = strings.TrimSuffix(key.text, remark)
		key.parts = append(key.parts, &node{file: n.file, line: line, name: "#", text: strings.TrimSpace(remark)})
	}
	key.text = unquoted(key.text)
	n.parts = append(n.parts, key)
	return key
}

func unquoted(text string) string {
	text = strings.TrimSpace(text)
	if n := len(text); n >= 2 && (text[0] == '\'' || text[0] == '"') && text[n-1] == text[0] {
		return strings.TrimSpace(text[1 : n-1])
	}
	return text
}

// section is the last section of that name in any case, nil if there is none.
func (n *node) section(name string) *node { return n.last(name) }

// short is a text that fits in a message.
func short(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}
