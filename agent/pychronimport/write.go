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

// AssumedPins stands in a file whose pins are guesses that are enabled. Such a file is for simulation alone.
const AssumedPins = "# ASSUMED PINS: for -sim alone"

// text is the configuration.
func (i *importer) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Made from Pychron's setupfiles by agent import: %s.\n", i.result.counts())
	if i.AssumePins && i.pins.guessed > 0 {
		b.WriteString(AssumedPins + "\n")
	}
	for _, w := range i.result.Warnings {
		fmt.Fprintf(&b, "# WARNING: %s\n", printable(w))
	}
	for _, f := range i.result.Failed {
		fmt.Fprintf(&b, "# NOT READ: %s\n", printable(strings.Join(strings.Fields(f), " ")))
	}
	b.WriteString("agent:\n  name: line1\n  units: torr\n  listen: 127.0.0.1:9119\n")
	list(&b, "devices", i.entries)
	list(&b, "pipettes", i.pipettes)
	list(&b, "rules", i.rules)
	list(&b, "alarms", i.alarms)
	for _, e := range i.blocks {
		b.WriteString("\n")
		for _, c := range e.comments {
			fmt.Fprintf(&b, "# %s\n", printable(c))
		}
	}
	return b.String()
}

func list(b *strings.Builder, key string, entries []*entry) {
	if len(entries) == 0 {
		return
	}
	live := false
	for _, e := range entries {
		live = live || !e.off
	}
	if live {
		fmt.Fprintf(b, "\n%s:\n", key)
	} else {
		fmt.Fprintf(b, "\n# %s:\n", key)
	}
	for _, e := range entries {
		e.write(b)
	}
}
