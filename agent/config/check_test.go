package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pychron-edge/yamlfile"
)

// checked loads and checks a text.
func checked(text string) (*Plan, []Problem) {
	c, _ := Load("f.yaml", []byte(text))
	return Check(c)
}

func listed(list []Problem) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

// Every mistake the issue names, in one file, told in one run with its place.
func TestAllMistakesAtOnce(t *testing.T) {
	const text = `agent: {name: line1, listen: nowhere, colour: red}
mqtt: {broker: http://x}
devices:
  - name: ion1
    model: pfeiffer-tpg
    port: serial:///dev/ttyUSB0?baud=9600
    options: {channels: {1: ig}}
  - name: ION1
    model: pfeiffer-tpg
    port: serial:///dev/ttyUSB0?baud=19200
    options: {channels: {1: ig, 01: cg}, shades: 3}
    deadband: .nan
  - name:
    model: pfeiffer-tgp
  - name: "2nd"
    model: pfeiffer-tpg
    port: serial:///dev/ttyUSB0?baud=19200
    every: 5
  - name: not
    model: pfeiffer-tpg
    port: gopher://x
    capture: all
    on_exit: explode
rules:
  - {name: a rule, when: "ion1.icg > torr(1e-3)", halt: [laser], forbid: [V1.open, ion1.ig]}
  - {name: a rule, when: ion1.ig > torr(1), halt: [ion1]}
alarms:
  - {name: x, when: ion1.ig > 3, severity: loud, notify: [{}]}
pipettes:
  - {name: p, inner: V1, outer: V2}
---
second: document
`
	_, list := checked(text)
	got := listed(list)
	for _, want := range []string{
		`f.yaml:1:30: listen is "nowhere"; must be host:port`,
		`f.yaml:1:39: unknown key "colour" in agent; must be one of name, listen,`,
		`f.yaml:2:16: broker is "http://x"; must be tcp://host:1883`,
		`f.yaml:11:33: key 1 of channels is given twice`,
		`f.yaml:8:11: device "ION1" is the same as "ion1"`,
		`f.yaml:11:42: unknown key "shades" in options; must be one of channels`,
		`f.yaml:12:15: deadband is ".nan"; must be a finite number`,
		`f.yaml:13:10: name is empty`,
		`f.yaml:14:12: model "pfeiffer-tgp" is unknown; must be one of`,
		`f.yaml:15:11: name of a device is "2nd"; must be letters`,
		`f.yaml:18:12: every is "5"; must be a time with its unit`,
		`f.yaml:19:11: name of a device is "not", which means something else in a rule`,
		`f.yaml:21:11: `,
		`f.yaml:22:14: capture is "all"; must be one of io`,
		`f.yaml:23:14: on_exit is "explode"; must be one of hold, halt`,
		`f.yaml:25:32: when: ion1 has no point icg; must be one of `,
		`f.yaml:25:58: device "laser" can not be halted`,
		`f.yaml:25:75: device "V1" is unknown`,
		`f.yaml:25:84: ion1 has no control "ig"; it only reads`,
		`f.yaml:26:12: rule "a rule" is given twice`,
		`f.yaml:28:21: warning: when: ion1.ig is compared with a bare number`,
		`f.yaml:28:44: severity is "loud"; must be info, warning, error or critical`,
		`f.yaml:28:59: notify names 0 ways`,
		`f.yaml:30:22: valve "V1" is unknown`,
		`f.yaml:31:1: a second document begins here`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("problems lack %q", want)
		}
	}
	if !yamlfile.Fatal(list) {
		t.Error("fatal = false, want true")
	}
	if t.Failed() {
		t.Logf("problems:\n%s", got)
	}
}

func TestTwoSettingsForOneLine(t *testing.T) {
	_, list := checked(`agent: {name: a}
devices:
  - {name: x, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0?baud=9600", options: {address: 1}}
  - {name: y, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0?baud=19200", options: {address: 2}}
  - {name: z, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0?baud=9600", options: {address: 3}}
`)
	if got := listed(list); len(list) != 1 || !strings.HasPrefix(got, "f.yaml:4:42: port has other settings than x") {
		t.Errorf("problems = %swant one, at the port of y", got)
	}
}

func TestLineIsJudgedWhereOptionsAreWrong(t *testing.T) {
	_, list := checked(`agent: {name: a}
devices:
  - {name: x, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0?baud=9600", options: {channels: {1: ig}}}
  - {name: y, model: pfeiffer-tpg, port: "serial:///dev/ttyUSB0?baud=19200", options: {nonsense: 2}}
`)
	got := listed(list)
	for _, want := range []string{"f.yaml:4:42: port has other settings than x", `f.yaml:4:88: unknown key "nonsense"`} {
		if !strings.Contains(got, want) {
			t.Errorf("problems = %swant %s among them", got, want)
		}
	}
}

func TestBadFiles(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "f.yaml:1:1: the file is empty",
		"# nothing\n":                            "f.yaml:1:1: the file is empty",
		"a: [":                                   "is not YAML",
		"- a\n":                                  "f.yaml:1:1: the configuration is a list; must be keys and values",
		"agent: {name: a}\nagent: {name: b}\n":   "f.yaml:2:1: key agent of the configuration is given twice",
		"agent: {name: a}\ndevices: {x: y}\n":    "f.yaml:2:10: devices is a mapping; must be a list",
		"agent: &a {name: a, links: *a}\n":       "",
		"agent: {<<: {name: a}}\n":               "<< is not supported",
		"agent: {name: yes, ring: {audit: 010}}": `audit is "010"; must be a whole number`,
		"agent: {name: [a]}":                     "name is a list; must be a text",
		"agent: {name: a, tokens: [{name: t, sha256: abc, rights: [fly]}]}": "sha256 is not 64 hexadecimal digits",
		strings.Repeat(" ", 1<<20+1):                                        "bytes long; must be at most",
	} {
		_, list := checked(text)
		if got := listed(list); !strings.Contains(got, want) || len(list) == 0 {
			t.Errorf("check(%.40q) = %swant %q", text, got, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("../../firmware-cfg/*.yaml")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Add([]byte("a: &a [*a, *a]\n? {x: y}\n: - 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, _ := Load("f.yaml", data)
		Check(c)
	})
}
