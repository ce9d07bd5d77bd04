package commandline

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"pychron-edge/lazyregexp"
	"pychron-edge/near"
)

// errHelp says that help was asked for.
var errHelp = flag.ErrHelp

// Given is what followed a verb.
type Given struct {
	Words    []string
	texts    map[string]*string
	switches map[string]*bool
	set      map[string]bool
}

// Text is the value of a flag.
func (g *Given) Text(name string) string { return *g.texts[name] }

// On says whether a switch was given.
func (g *Given) On(name string) bool { return *g.switches[name] }

// Config is the configuration asked for: the word after the flags, else -config.
func (g *Given) Config() string {
	if len(g.Words) > 0 {
		return g.Words[0]
	}
	return g.Text("config")
}

// Parse reads what follows the verb. Flags may stand before and after words, with one dash or two. errHelp means that
// help was asked for; other errors say what is wrong and what it must be.
func (v *Verb) Parse(args []string) (*Given, error) {
	g := &Given{texts: map[string]*string{}, switches: map[string]*bool{}, set: map[string]bool{}}
	set := flag.NewFlagSet(v.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range v.Flags {
		if f.Arg == "" {
			g.switches[f.Name] = set.Bool(f.Name, false, "")
		} else {
			g.texts[f.Name] = set.String(f.Name, f.Def, "")
		}
	}
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return nil, v.explained(err)
		}
		if args = set.Args(); len(args) > 0 {
			g.Words, args = append(g.Words, args[0]), args[1:]
		}
	}
	set.Visit(func(f *flag.Flag) { g.set[f.Name] = true })
	if len(g.Words) > v.Max {
		return nil, fmt.Errorf("%q is too much; must be %s", g.Words[v.Max], v.Synopsis())
	}
	if len(g.Words) > 0 && v.Args == "[FILE]" && g.set["config"] {
		return nil, fmt.Errorf("the configuration is given twice, as %s and by -config; must be given once", g.Words[0])
	}
	return g, nil
}

// explained turns the flag package's errors into what, and what it must be.
func (v *Verb) explained(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return errHelp
	}
	text := err.Error()
	if name, unknown := strings.CutPrefix(text, "flag provided but not defined: -"); unknown {
		return fmt.Errorf("flag -%s is unknown; must be one of %s%s", name, v.flagNames(), flagHint(name, v))
	}
	if name, missing := strings.CutPrefix(text, "flag needs an argument: -"); missing {
		return fmt.Errorf("flag -%s has no value; must be -%s %s", name, name, v.flag(name).Arg)
	}
	if m := badSwitch.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("flag -%s is %s; must stand alone, or be -%s=true or -%s=false", m[2], m[1], m[2], m[2])
	}
	return errors.New(text)
}

// badSwitch is what the flag package says of a switch with a value that is none.
var badSwitch = lazyregexp.New(`^invalid boolean value (".*") for -(\S+):`)

func flagHint(name string, v *Verb) string {
	var names []string
	for _, f := range v.Flags {
		names = append(names, f.Name)
	}
	found := near.Names(name, names)
	if len(found) == 0 {
		return ""
	}
	return "; did you mean -" + strings.Join(found, " or -") + "?"
}

func (v *Verb) flag(name string) Flag {
	for _, f := range v.Flags {
		if f.Name == name {
			return f
		}
	}
	return Flag{}
}

func (v *Verb) flagNames() string {
	names := []string{"-h"}
	for _, f := range v.Flags {
		names = append(names, "-"+f.Name)
	}
	return strings.Join(names, ", ")
}
