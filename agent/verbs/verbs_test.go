package verbs

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
)

func TestEveryVerbIsExplained(t *testing.T) {
	for _, v := range All {
		help := v.Help()
		for _, f := range v.Flags {
			if f.Line == "" || !strings.Contains(help, "-"+f.Name) {
				t.Errorf("the help of %s lacks -%s", v.Name, f.Name)
			}
			if !strings.Contains(Man(), strings.ReplaceAll("-"+f.Name, "-", "\\-")) || !strings.Contains(Zsh(), "-"+f.Name) || !strings.Contains(Bash(), "-"+f.Name) {
				t.Errorf("-%s of %s is missing in the man page or a completion", f.Name, v.Name)
			}
		}
		if v.Line == "" || !strings.Contains(Usage(), v.Line) {
			t.Errorf("%s has no line in the usage", v.Name)
		}
	}
}

func TestFlagsMayStandAfterTheFile(t *testing.T) {
	g, err := Find("once").Parse([]string{"a.yaml", "--sim"})
	if err != nil || g.Config() != "a.yaml" || !g.On("sim") {
		t.Errorf("Parse(a.yaml --sim) = %+v, %v, want the file and -sim", g, err)
	}
	if g, err := Find("check").Parse(nil); err != nil || g.Config() != DefaultConfig {
		t.Errorf("Parse() = %+v, %v, want the default configuration", g, err)
	}
	if _, err := Find("run").Parse([]string{"-h"}); !errors.Is(err, ErrHelp) {
		t.Errorf("Parse(-h) = %v, want ErrHelp", err)
	}
}

func TestTheCompletionIsBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{"ch": "check", "run -s": "-sim -script -state -strict", "completion z": "zsh", "help ha": "halt"} {
		script := Bash() + "\nCOMP_WORDS=(x " + line + "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _pychron_edge_agent; echo \"${COMPREPLY[@]}\""
		out, err := exec.Command(bash, "-c", script).CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("completing %q = %s, %v, want %s", line, out, err, want)
		}
	}
}
