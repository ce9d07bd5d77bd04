package commandline

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// kettle is a small program.
var kettle = Program{
	Name: "tea-kettle", Word: "kettle", Line: "boils water", About: "It boils.", Where: "Nothing is read.", Description: "It boils.",
	Files: []File{{"/etc/kettle.yaml", "What is boiled."}},
	Verbs: []Verb{
		{Name: "boil", Args: "[FILE]", Max: 1, Line: "boil what a file says", Flags: []Flag{{"config", "FILE", "/etc/kettle.yaml", "the file"}, {"fast", "", "", "do it fast"}}},
		{Name: "pour", Args: "cup|pot", Choices: []string{"cup", "pot"}, Max: 1, Line: "pour it", Exits: "1 it is empty"},
		{Name: "help", Args: "[VERB]", Max: 1, Line: "explain"},
		{Name: "completion", Args: "bash|zsh", Choices: []string{"bash", "zsh"}, Max: 1, Line: "complete"},
		{Name: "version", Line: "say which this is"},
	},
}

// ran runs a command line of the kettle, which says what it was given.
func ran(t *testing.T, args ...string) (code int, out, problems string) {
	t.Helper()
	says := func(name string) Action {
		return func(_ context.Context, args []string, out, problems io.Writer) int {
			given, code := kettle.Parse(name, args, out, problems)
			if given != nil {
				io.WriteString(out, name+" "+strings.Join(given.Words, " "))
			}
			return code
		}
	}
	var o, p bytes.Buffer
	code = kettle.Dispatch(t.Context(), map[string]Action{
		"boil": says("boil"), "pour": says("pour"), "version": says("version"), "help": kettle.Explain, "completion": kettle.Complete,
	}, args, &o, &p)
	return code, o.String(), p.String()
}

func TestHelpComesOnOutAndMisuseOnProblems(t *testing.T) {
	for _, c := range []struct {
		args          string
		code          int
		out, problems string // a part of what is printed; "" = nothing is
	}{
		{"-h", Fine, "usage: kettle VERB", ""},
		{"--help", Fine, "boil what a file says", ""},
		{"help", Fine, "usage: kettle VERB", ""},
		{"help boil", Fine, "usage: kettle boil [-config FILE] [-fast] [FILE]\n\nBoil what a file says.", ""},
		{"boil -h", Fine, "(default /etc/kettle.yaml)", ""},
		{"pour --help", Fine, "0 fine; 2 the command line is wrong; 1 it is empty", ""},
		{"--version", Fine, "version", ""},
		{"completion zsh", Fine, "#compdef tea-kettle", ""},
		{"boil a -fast", Fine, "boil a", ""},
		{"", Misused, "", "usage: kettle VERB"},
		{"biol", Misused, "", "must be one of boil, pour, help, completion, version; did you mean boil?"},
		{"--biol", Misused, "", "did you mean boil?"},
		{"help por", Misused, "", "did you mean pour?"},
		{"boil -cofnig a", Misused, "", "flag -cofnig is unknown; must be one of -h, -config, -fast; did you mean -config?\nusage: kettle boil"},
		{"boil -config", Misused, "", "flag -config has no value; must be -config FILE"},
		{"boil a b", Misused, "", "\"b\" is too much"},
		{"boil -config a b", Misused, "", "is given twice"},
		{"boil -fast=maybe", Misused, "", "flag -fast is \"maybe\"; must stand alone, or be -fast=true or -fast=false"},
		{"completion zhs", Misused, "", "must be bash or zsh"},
	} {
		code, out, problems := ran(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(problems, c.problems) || (c.out == "") != (out == "") || (c.problems == "") != (problems == "") {
			t.Errorf("kettle %s = %d, %q, %q; want %d, %q, %q", c.args, code, out, problems, c.code, c.out, c.problems)
		}
	}
}

func TestFlagsMayStandAfterTheFile(t *testing.T) {
	g, err := kettle.Find("boil").Parse([]string{"a.yaml", "--fast"})
	if err != nil || g.Config() != "a.yaml" || !g.On("fast") {
		t.Errorf("Parse(a.yaml --fast) = %+v, %v, want the file and -fast", g, err)
	}
	if g, err := kettle.Find("boil").Parse(nil); err != nil || g.Config() != "/etc/kettle.yaml" {
		t.Errorf("Parse() = %+v, %v, want the default configuration", g, err)
	}
	if _, err := kettle.Find("boil").Parse([]string{"-h"}); !errors.Is(err, errHelp) {
		t.Errorf("Parse(-h) = %v, want errHelp", err)
	}
}

// The completion is run by the shell it is for.
func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{"bo": "boil", "boil -f": "-fast", "boil commandline_": "commandline_test.go", "boil -config dispatch": "dispatch.go", "pour p": "pot", "help c": "completion"} {
		script := kettle.Bash() + "\nCOMP_WORDS=(x " + line + "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _tea_kettle; echo \"${COMPREPLY[@]}\""
		out, err := exec.Command(bash, "-c", script).CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("completing %q = %s, %v, want %s", line, out, err, want)
		}
	}
}

func TestTheManualPageNamesEverything(t *testing.T) {
	page := kettle.Man()
	for _, want := range []string{".TH TEA-KETTLE 8", "tea\\-kettle \\- boils water", ".SS boil [\\-config FILE]", ".I /etc/kettle.yaml\nWhat is boiled.", ".B \\-fast"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}

// full takes nothing, as a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputThatNobodyNeedsToTake(t *testing.T) {
	actions := map[string]Action{"halt": func(_ context.Context, _ []string, out, _ io.Writer) int {
		io.WriteString(Unheard{out}, "something")
		return Fine
	}}
	if code := kettle.Dispatch(t.Context(), actions, []string{"halt"}, full{}, io.Discard); code != Fine {
		t.Errorf("a deed of which nobody can read = %d, want %d", code, Fine)
	}
}

func TestOutputThatIsNotTakenIsAFailure(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"completion", "bash"}, {"say"}} {
		var problems strings.Builder
		actions := map[string]Action{"help": kettle.Explain, "completion": kettle.Complete, "say": func(_ context.Context, _ []string, out, _ io.Writer) int {
			io.WriteString(out, "something")
			return Fine
		}}
		if code := kettle.Dispatch(t.Context(), actions, args, full{}, &problems); code != Failed || !strings.Contains(problems.String(), "no space left on device") {
			t.Errorf("%v with a full disk = %d, %q, want %d and why", args, code, problems.String(), Failed)
		}
	}
}
