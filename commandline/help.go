package commandline

import (
	"fmt"
	"strings"
)

// Synopsis is how the verb is written.
func (v *Verb) Synopsis() string {
	parts := []string{v.word, v.Name}
	for _, f := range v.Flags {
		parts = append(parts, "["+strings.TrimSpace("-"+f.Name+" "+f.Arg)+"]")
	}
	if v.Args != "" {
		parts = append(parts, v.Args)
	}
	return strings.Join(parts, " ")
}

// Usage is the help of the whole program.
func (p *Program) Usage() string {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s VERB [FLAGS]\n\n%s\n\n", p.Word, p.About)
	for _, v := range p.Verbs {
		fmt.Fprintf(&b, "  %-11s  %s\n", v.Name, v.Line)
	}
	fmt.Fprintf(&b, "\n`%s help VERB` says more. %s\n", p.Word, p.Where)
	return b.String()
}

// Help is the help of one verb.
func (v *Verb) Help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s\n\n%s.\n", v.Synopsis(), capital(v.Line))
	if v.Text != "" {
		b.WriteString("\n" + v.Text + "\n")
	}
	if len(v.Flags) > 0 {
		b.WriteString("\n")
	}
	for _, f := range v.Flags {
		def := ""
		if f.Def != "" {
			def = " (default " + f.Def + ")"
		}
		fmt.Fprintf(&b, "  -%-18s  %s%s\n", strings.TrimSpace(f.Name+" "+f.Arg), f.Line, def)
	}
	fmt.Fprintf(&b, "\nExit codes: %s.\n", v.exits())
	return b.String()
}

func (v *Verb) exits() string {
	const usual = "0 fine; 2 the command line is wrong"
	switch {
	case v.Exits == "":
		return usual
	case strings.HasPrefix(v.Exits, "0 "): // it says all of them
		return v.Exits
	}
	return usual + "; " + v.Exits
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
