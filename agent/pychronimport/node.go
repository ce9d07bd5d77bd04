package pychronimport

import (
	"slices"
	"strconv"
	"strings"
)

// node is one thing a file says: an element or attribute of XML, a section or key of a cfg, a key or item of YAML.
type node struct {
	file    string
	line    int // from 1
	name    string
	text    string
	parts   []*node
	remarks []string // text that somebody wrote before it, without a key
	seen    bool     // it was carried, told or listed
}

// last is the last part of that name in any case, nil if there is none.
func (n *node) last(name string) *node {
	if n == nil {
		return nil
	}
	for _, p := range slices.Backward(n.parts) {
		if strings.EqualFold(p.name, name) {
			return p
		}
	}
	return nil
}

// all are the parts of those names in any case, in order.
func (n *node) all(names ...string) (found []*node) {
	if n == nil {
		return nil
	}
	for _, p := range n.parts {
		if slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(p.name, name) }) {
			found = append(found, p)
		}
	}
	return found
}

// value is the text of the last part of that name, "" if there is none.
func (n *node) value(name string) string {
	if p := n.last(name); p != nil {
		return p.text
	}
	return ""
}

// items is the text of the last part of that name as a list: its items, else its text split at commas.
func (n *node) items(name string) (items []string) {
	p := n.last(name)
	if p == nil {
		return nil
	}
	return p.split()
}

func (n *node) split() (items []string) {
	for _, p := range n.parts {
		items = append(items, p.text)
	}
	if len(items) == 0 && n.text != "" {
		for _, word := range strings.Split(n.text, ",") {
			items = append(items, strings.TrimSpace(word))
		}
	}
	return items
}

// walk visits n and all its parts.
func (n *node) walk(visit func(*node)) {
	if n == nil {
		return
	}
	visit(n)
	for _, p := range n.parts {
		p.walk(visit)
	}
}

// see marks n and all its parts as seen.
func (n *node) see() { n.walk(func(p *node) { p.seen = true }) }

// isTrue says whether a text is one of Pychron's words for true.
func isTrue(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1", "yes", "on", "t":
		return true
	}
	return false
}

// quoted is a text as a YAML value: plain where that is safe, else in double quotes.
func quoted(text string) string {
	plain := text != ""
	for i, r := range text {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || (r < '0' || r > '9') && r != '-' && r != '.') {
			plain = false
		}
	}
	switch strings.ToLower(text) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		plain = false
	}
	if plain {
		return text
	}
	return strconv.Quote(strings.ToValidUTF8(text, "?"))
}
