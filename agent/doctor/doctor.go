// Package doctor looks at the board an agent runs on, and says of each thing whether it is well, what is wrong with it, and what to do.
//
// It reads files below a root ("/"), opens no device and changes nothing. Of a broker it sees whether it lets the agent in.
package doctor

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"pychron-edge/agent/config"
)

// Level is how bad a finding is.
type Level int

// The levels, which are the exit codes of the program too.
const (
	OK Level = iota
	Warn
	Bad
)

func (l Level) String() string { return [...]string{"ok", "warn", "BAD"}[l] }

// Finding is what was seen of one thing.
type Finding struct {
	Level Level
	About string // "port of ion1", "clock"
	Text  string // what was seen
	Do    string // what to do about it; "" where it is well
}

// Patient is what is looked at.
type Patient struct {
	Root string       // "/"; a test has another
	User string       // the service's user
	File string       // the configuration
	Plan *config.Plan // nil where it has mistakes
	Err  error        // why there is no plan
	Now  time.Time
	// AskBroker connects to a broker and leaves it; nil = none is asked.
	AskBroker func(broker *url.URL, c config.MQTTConfig) error
}

// Examine looks at everything, and gives the findings in the order in which they are best mended.
func Examine(p Patient) []Finding {
	var all []Finding
	for _, look := range []func(Patient) []Finding{configuration, board, memory, clock, disk, wear, groups, ports, pins, listening, names, brokers, certificates, secrets} {
		all = append(all, look(p)...)
	}
	return all
}

// Worst is the level of the worst finding.
func Worst(all []Finding) Level {
	worst := OK
	for _, f := range all {
		worst = max(worst, f.Level)
	}
	return worst
}

// Write prints the findings, a line each, and below each that is not well what to do, once where that is the same for several.
func Write(w io.Writer, all []Finding) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i, f := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Level, f.About, strings.ReplaceAll(f.Text, "\n", "; "))
		if f.Do != "" && (i+1 == len(all) || all[i+1].Do != f.Do) {
			fmt.Fprintf(t, "\t\t-> %s\n", f.Do)
		}
	}
	return t.Flush()
}

func (p Patient) path(name string) string { return filepath.Join(p.Root, name) }

func well(about, format string, a ...any) []Finding {
	return []Finding{{OK, about, fmt.Sprintf(format, a...), ""}}
}

func ill(level Level, about, text, do string) []Finding {
	return []Finding{{level, about, text, do}}
}

// configuration says whether the file is good.
func configuration(p Patient) []Finding {
	switch {
	case errors.Is(p.Err, fs.ErrNotExist):
		return ill(Bad, "configuration", p.File+" is not there", "write it with `agent init`, or say where it is with -config")
	case p.Err != nil:
		var all []Finding
		for line := range strings.Lines(strings.TrimSpace(p.Err.Error())) {
			all = append(all, ill(Bad, "configuration", strings.TrimSpace(line), "mend the lines named; `agent check "+p.File+"` shows them")...)
		}
		return all
	}
	return well("configuration", "%s: %s", p.File, p.Plan.Summary())
}
