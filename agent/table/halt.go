package table

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"pychron-edge/buffer"
)

// Halt prints what a halt did to each device.
func Halt(out io.Writer, r buffer.HaltResult) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "DEVICE\tSENT\tRESULT")
	for _, name := range slices.Sorted(maps.Keys(r.Failed)) {
		fmt.Fprintf(w, "%s\thalt\tFAILED: %s\n", name, inOneLine(r.Failed[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Unconfirmed)) {
		fmt.Fprintf(w, "%s\thalt\ttold, not confirmed: %s\n", name, inOneLine(r.Unconfirmed[name]))
	}
	for _, name := range r.Halted {
		fmt.Fprintf(w, "%s\thalt\tconfirmed idle\n", name)
	}
	for _, name := range r.Holding {
		state := "holds as it was"
		if slices.Contains(r.NotKnown, name) {
			state += ", which is not known"
		}
		fmt.Fprintf(w, "%s\tnothing\t%s\n", name, state)
	}
	w.Flush()
}

// inOneLine puts several reasons behind each other.
func inOneLine(reasons string) string { return buffer.OneLine(strings.ReplaceAll(reasons, "\n", "; ")) }
