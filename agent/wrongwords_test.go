package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every verb says what is wrong with its words or files, what they must be, and ends with the code that its help names.
func TestWrongWordsOfEveryVerb(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("STATE_DIRECTORY", dir)
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, empty, binary := at("good.yaml", "agent: {name: a}\ndevices:\n  - {name: h, model: manual}\n"), at("empty.yaml", ""), at("binary.yaml", "\x7fELF\x00\x00\x00\x01\x00\x02")
	const noFile, isFolder, isEmpty, noText = "no such file or directory; must be the file with the configuration", "is a directory; must be a file", "1:1: the file is empty; must be", "1:1: the file is no text; must be YAML"
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"check " + dir, exitMistake, isFolder}, {"check /no/such", exitMistake, noFile}, {"check " + empty, exitMistake, isEmpty}, {"check " + binary, exitMistake, noText},
		{"once " + dir, exitMistake, isFolder}, {"once /no/such", exitMistake, noFile}, {"once " + empty, exitMistake, isEmpty}, {"once " + binary, exitMistake, noText},
		{"once -sim=maybe " + good, exitUsage, `flag -sim is "maybe"; must stand alone`},
		{"ports -config " + dir, exitFine, isFolder}, {"ports -config " + empty, exitFine, isEmpty}, {"ports -config " + binary, exitFine, noText},
		{"notify-test -config " + dir, exitMistake, isFolder}, {"notify-test -config " + empty, exitMistake, isEmpty},
		{"notify-test -config " + good, exitMistake, "names no receiver; must be notify at the top level"},
		{"notify-test -config " + good + " fone", exitMistake, "receiver \"fone\": unknown; the configuration names no receiver"},
		{"run -config " + dir, exitMistake, isFolder}, {"run -config " + empty, exitMistake, isEmpty}, {"run -config " + binary, exitMistake, noText},
		{"init x", exitMistake, `"x" is no device; must be NAME=MODEL@PLACE`},
		{"init ion1=pfeifer-tpg@/dev/ttyUSB0", exitMistake, "did you mean pfeiffer-tpg?"},
		{"init -out - ion1=tpg366@COM3", exitMistake, `ion1: the place of a pfeiffer-tpg is "COM3"; must be a port: /dev/serial/by-id/`},
		{"init -out - V1=valve@/dev/ttyUSB0", exitMistake, "must be a pin, such as GPIO5"},
		{"init -out - h=manual@/dev/ttyUSB0", exitMistake, "must be left out"},
		{"init -out - V1=valve@5", exitMistake, "must be a name such as GPIO17"},
		{"init -out - V1=valve@GPIO5 V1=valve@GPIO6", exitMistake, "is given twice"},
		{"init -out - V1=valve@GPIO5 V2=valve@GPIO5", exitMistake, "is used by V1.solenoid and V2.solenoid"},
		{"init -out - -units Torr V1=valve@GPIO5", exitMistake, "did you mean torr?"},
		{"init -out - -board pi6 V1=valve@GPIO5", exitMistake, "must be one of zero, zero2, pi2"},
		{"init -out - if=valve@GPIO5", exitMistake, "means something else in a rule"},
		{"init -out " + dir + "/none/a.yaml V1=valve@GPIO5", exitMistake, "-out must be a file in a folder that is there"},
		{"init -out " + dir + " V1=valve@GPIO5", exitMistake, "is there already and was left as it is; must be another -out"},
		{"init -nmae x", exitUsage, "did you mean -name?"},
		{"probe", exitUsage, "the port is missing; must be agent probe"},
		{"probe COM3", exitMistake, `port COM3 has no scheme; must be serial:///dev/NODE`},
		{"probe tcp://h", exitMistake, `place is "h"; must be host:port`},
		{"probe -models pfeifer-tpg /dev/none", exitMistake, "did you mean pfeiffer-tpg?"},
		{"import", exitUsage, "the folder is missing; must be agent import"},
		{"import /no/such", exitMistake, "/no/such: no such file or directory; must be a folder with Pychron's setupfiles"},
		{"import " + good, exitMistake, "good.yaml is a file; must be a folder with Pychron's setupfiles"},
		{"halt -on-exti", exitUsage, "did you mean -on-exit?"},
		{"models pfeifer-tpg", exitMistake, "did you mean pfeiffer-tpg?"},
		{"version -V", exitUsage, "did you mean -v?"},
		{"man 7", exitUsage, "there is no section 7; must be 5 or 8"},
		{"completion fish", exitUsage, "must be bash or zsh"},
		{"schema x", exitUsage, `"x" is too much`},
		{"--hepl", exitUsage, "did you mean help?"},
		{"CHECK", exitUsage, "did you mean check?"},
		{"check\u200b", exitUsage, "did you mean check?"},
	} {
		code, _, problems := ran(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(problems, c.says) {
			t.Errorf("agent %s = %d, %.400s; want %d and %q", c.args, code, problems, c.code, c.says)
		}
		for _, inside := range []string{"reflect.", "yaml.Node", "goroutine", "main.", "*config", "%!"} {
			if strings.Contains(problems, inside) {
				t.Errorf("agent %s says %q, which is no user's: %.400s", c.args, inside, problems)
			}
		}
	}
	if code, _, problems := ran(t, "check", ""); code != exitMistake || !strings.Contains(problems, "the name of the file is empty; must be") {
		t.Errorf("agent check of no name = %d, %s", code, problems)
	}
}
