package verbs

import (
	"os/exec"
	"strings"
	"testing"
)

func TestEveryVerbIsExplained(t *testing.T) {
	for _, v := range Agent.Verbs {
		help := Agent.Find(v.Name).Help()
		for _, f := range v.Flags {
			if f.Line == "" || !strings.Contains(help, "-"+f.Name) {
				t.Errorf("the help of %s lacks -%s", v.Name, f.Name)
			}
			if !strings.Contains(Agent.Man(), strings.ReplaceAll("-"+f.Name, "-", "\\-")) || !strings.Contains(Agent.Zsh(), "-"+f.Name) || !strings.Contains(Agent.Bash(), "-"+f.Name) {
				t.Errorf("-%s of %s is missing in the man page or a completion", f.Name, v.Name)
			}
		}
		if v.Line == "" || !strings.Contains(Agent.Usage(), v.Line) {
			t.Errorf("%s has no line in the usage", v.Name)
		}
	}
}

func TestTheCompletionIsBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{"ch": "check", "run -s": "-sim -script -state -strict", "completion z": "zsh", "help ha": "halt"} {
		script := Agent.Bash() + "\nCOMP_WORDS=(x " + line + "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _pychron_edge_agent; echo \"${COMPREPLY[@]}\""
		out, err := exec.Command(bash, "-c", script).CombinedOutput()
		if err != nil || strings.TrimSpace(string(out)) != want {
			t.Errorf("completing %q = %s, %v, want %s", line, out, err, want)
		}
	}
}
