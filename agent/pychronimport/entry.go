package pychronimport

import (
	"fmt"
	"strings"
)

// entry is one item of a list in the configuration: comments, and keys in the order they were set.
type entry struct {
	comments []string
	keys     []string
	values   map[string]string // as YAML
	off      bool              // it is written as comments
}

func newEntry(name string) *entry {
	e := &entry{values: map[string]string{}}
	e.set("name", quoted(name))
	return e
}

// set sets a key to a value that is YAML already.
func (e *entry) set(key, value string) {
	if _, ok := e.values[key]; !ok {
		e.keys = append(e.keys, key)
	}
	e.values[key] = value
}

// add adds an item to a list, or "key: value" to a map, in flow style. brackets are "[]" or "{}".
func (e *entry) add(key, item, brackets string) {
	inside := strings.TrimSuffix(strings.TrimPrefix(e.values[key], brackets[:1]), brackets[1:])
	if inside != "" {
		inside += ", "
	}
	e.set(key, brackets[:1]+inside+item+brackets[1:])
}

func (e *entry) comment(text string) {
	e.comments = append(e.comments, strings.Join(strings.Fields(text), " "))
}

func (e *entry) write(b *strings.Builder) {
	for _, c := range e.comments {
		fmt.Fprintf(b, "  # %s\n", printable(c))
	}
	lead := "  - "
	for _, key := range e.keys {
		if e.off {
			lead = "  #" + lead[1:]
		}
		fmt.Fprintf(b, "%s%s: %s\n", lead, key, e.values[key])
		lead = "    "
	}
}

// printable is a text that may stand in a YAML comment.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}
