package commandline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"pychron-edge/near"
)

// Exit codes that every program has.
const (
	Fine    = 0
	Failed  = 1 // what was asked for did not work
	Misused = 2 // the command line is wrong
)

// Action is what a verb does with what follows it; it gives the exit code.
type Action func(ctx context.Context, args []string, out, problems io.Writer) int

// Dispatch runs a verb and gives the exit code. Help and versions come on out, what is wrong with the command line on problems. A verb that went well but
// whose output was not taken (a full disk) has failed, and says so.
func (p *Program) Dispatch(ctx context.Context, actions map[string]Action, args []string, out, problems io.Writer) int {
	output := &output{to: out}
	code := p.dispatch(ctx, actions, args, output, problems)
	if code == Fine && output.err != nil {
		fmt.Fprintf(problems, "%s: the output is not whole: %v\n", strings.Join(append([]string{p.Word}, args[:min(1, len(args))]...), " "), output.err)
		return Failed
	}
	return code
}

// output keeps the first error of writing.
type output struct {
	to  io.Writer
	err error
}

// Write is [io.Writer.Write].
func (o *output) Write(b []byte) (int, error) {
	n, err := o.to.Write(b)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// Unheard is the output of a verb whose deed counts, whether anybody can read of it or not: what is not taken is no failure.
type Unheard struct{ To io.Writer }

// Write is [io.Writer.Write].
func (u Unheard) Write(b []byte) (int, error) {
	if o, ok := u.To.(*output); ok {
		u.To = o.to
	}
	u.To.Write(b)
	return len(b), nil
}

func (p *Program) dispatch(ctx context.Context, actions map[string]Action, args []string, out, problems io.Writer) int {
	if len(args) == 0 {
		fmt.Fprint(problems, p.Usage())
		return Misused
	}
	name := args[0]
	switch name {
	case "-h", "-help", "--help":
		fmt.Fprint(out, p.Usage())
		return Fine
	case "-version", "--version":
		name = "version"
	}
	action, ok := actions[name]
	if !ok {
		return p.unknown(name, problems)
	}
	return action(ctx, args[1:], out, problems)
}

// Parse reads what follows a verb. Where there is nothing to run, it has printed help or what is wrong, and the code is what the program
// ends with.
func (p *Program) Parse(name string, args []string, out, problems io.Writer) (*Given, int) {
	v := p.Find(name)
	given, err := v.Parse(args)
	switch {
	case errors.Is(err, errHelp):
		fmt.Fprint(out, v.Help())
		return nil, Fine
	case err != nil:
		fmt.Fprintf(problems, "%s %s: %v\nusage: %s\n", p.Word, name, err, v.Synopsis())
		return nil, Misused
	}
	return given, Fine
}

// unknown says that there is no such verb.
func (p *Program) unknown(name string, problems io.Writer) int {
	fmt.Fprintf(problems, "%s: %q is not a verb; must be one of %s%s\n", p.Word, name, strings.Join(p.Names(), ", "), near.Hint(strings.TrimLeft(name, "-"), p.Names()))
	fmt.Fprintf(problems, "usage: %s VERB [FLAGS]; `%s help` says more\n", p.Word, p.Word)
	return Misused
}

// Explain is the action of the verb help.
func (p *Program) Explain(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := p.Parse("help", args, out, problems)
	switch {
	case given == nil:
		return code
	case len(given.Words) == 0:
		fmt.Fprint(out, p.Usage())
		return Fine
	}
	v := p.Find(given.Words[0])
	if v == nil {
		return p.unknown(given.Words[0], problems)
	}
	fmt.Fprint(out, v.Help())
	return Fine
}

// Complete is the action of the verb completion.
func (p *Program) Complete(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := p.Parse("completion", args, out, problems)
	if given == nil {
		return code
	}
	switch strings.Join(given.Words, "") {
	case "bash":
		fmt.Fprint(out, p.Bash())
	case "zsh":
		fmt.Fprint(out, p.Zsh())
	default:
		fmt.Fprintf(problems, "%s completion: the shell is missing or unknown; must be bash or zsh\n", p.Word)
		return Misused
	}
	return Fine
}
