package pychronimport

import (
	"fmt"
	"strings"
)

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
	i.canvas.write(&b)
	i.served.write(&b)
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
