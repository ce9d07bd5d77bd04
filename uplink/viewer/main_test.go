package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pychron-edge/commandline"
)

// ran runs a command line.
func ran(t *testing.T, args ...string) (code int, out, problems string) {
	t.Helper()
	var o, p bytes.Buffer
	code = dispatch(t.Context(), args, &o, &p)
	return code, o.String(), p.String()
}

func TestCommandsOfTheViewer(t *testing.T) {
	for _, c := range []struct {
		args          string
		code          int
		out, problems string // a part of what is printed; "" = nothing is
	}{
		{"help", 0, "usage: viewer VERB", ""},
		{"-h", 0, "usage: viewer VERB", ""},
		{"--help", 0, "name every mistake in a configuration", ""},
		{"help export", 0, "-format csv|ndjson|blocks", ""},
		{"check --help", 0, "usage: viewer check", ""},
		{"run -h", 0, "-broker-listen", ""},
		{"--version", 0, "unknown", ""},
		{"version", 0, "unknown", ""},
		{"man", 0, ".TH PYCHRON-EDGE-VIEWER 8", ""},
		{"man 8", 0, ".TH PYCHRON-EDGE-VIEWER 8", ""},
		{"man 5", 0, "hub_node.cluster.peers", ""},
		{"man 7", 2, "", "there is no section 7; must be 5 or 8"},
		{"schema", 0, `"title": "pychron-edge viewer"`, ""},
		{"schema now", 2, "", `"now" is too much`},
		{"completion bash", 0, "complete -o filenames -F _pychron_edge_viewer pychron-edge-viewer", ""},
		{"completion zsh", 0, "#compdef pychron-edge-viewer", ""},
		{"check ../../firmware-cfg/viewer.yaml", 0, "no mistakes; page on", ""},
		{"run -brokr x", 2, "", "flag -brokr is unknown; must be one of -h, -config, -broker, -broker-listen, -store, -listen; did you mean -broker?"},
		{"chekc", 2, "", `viewer: "chekc" is not a verb; must be one of run, hub, check, export, version, help, completion, schema, man; did you mean check?`},
		{"help exprot", 2, "", "did you mean export?"},
		{"export -format cvs", 2, "", "must be one of csv, ndjson, blocks; did you mean csv?"},
		{"export -store postgre://b", 2, "", "did you mean postgres?"},
		{"export -from yesterday", 2, "", "-from \"yesterday\" is no time; must be RFC 3339"},
		{"export -from 10 -to 9", 2, "", "must be later"},
		{"check a b", 2, "", `"b" is too much`},
		{"run now", 2, "", `"now" is too much`},
		{"fly", 2, "", "must be one of run"},
		{"", 2, "", "usage: viewer VERB"},
		{"check /no/such", 1, "", "viewer check: /no/such: no such file or directory; must be the file with the configuration"},
		{"check .", 1, "", "viewer check: .: is a directory; must be a file"},
		{"run -listen 9120", 2, "", `viewer run: listen is "9120"; must be host:port`},
		{"run -broker tcp://b:99999", 2, "", "its port must be at most 65535"},
		{"run -store postgre://b", 2, "", "did you mean postgres?"},
		{"run -config /no/such", 1, "", "no such file"},
		{"export -config .", 1, "", "is a directory"},
	} {
		code, out, problems := ran(t, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(problems, c.problems) || (c.out == "") != (out == "") || (c.problems == "") != (problems == "") {
			t.Errorf("viewer %s = %d, %q, %q; want %d, %q, %q", c.args, code, out, problems, c.code, c.out, c.problems)
		}
	}
}

// Every verb of the table is run by something.
func TestTheTableAndTheActionsAgree(t *testing.T) {
	for _, name := range program.Names() {
		if code, out, _ := ran(t, name, "-h"); code != commandline.Fine || !strings.HasPrefix(out, "usage: viewer "+name) {
			t.Errorf("viewer %s -h = %d, %q; want its help", name, code, out)
		}
	}
}

// Every mistake: what is told of it, with its place and the near name, and nothing else.
func TestMistakesOfTheViewersConfiguration(t *testing.T) {
	const hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
	const broker = "mqtt:\n  broker: embedded\n  embedded:\n"
	for text, want := range map[string][]string{
		"":                                   nil,
		"# only a comment\n":                 nil,
		"\ufeffunits: torr\r\n":              nil,
		"lissten: 1":                         {`1:1: unknown key "lissten" in the configuration; must be one of name, listen,`, "did you mean listen?"},
		"mqtt: {brokr: embedded}":            {`1:8: unknown key "brokr" in mqtt; must be one of broker, user, password_file, tls, embedded; did you mean broker?`},
		broker + "    listn: 127.0.0.1:1":    {`4:5: unknown key "listn" in embedded; must be one of listen, dir, size, tls, users; did you mean listen?`},
		"units: psi":                         {`1:8: units is "psi"; must be one of torr, mbar, pa`},
		"units: Torr":                        {"did you mean torr?"},
		"units: [torr]":                      {"1:8: units is a list; must be a text"},
		"name: a\nname: b":                   {"2:1: key name of the configuration is given twice; must be given once"},
		"name: a/b":                          {`1:7: name "a/b"; must be a word without /`},
		"listen: 9120":                       {`1:9: listen is "9120"; must be host:port such as 127.0.0.1:9120`},
		"listen: 127.0.0.1:99999":            {"1:9: listen is"},
		"prefix: a b":                        {"1:9: prefix"},
		"store: ''":                          {"1:8: store is empty; must be a path or a postgres:// URL"},
		"store: postgre://db/edge":           {`1:8: store is "postgre"; must be one of postgres, postgresql; did you mean postgres?`},
		"silence: 5":                         {`1:10: silence is "5"; must be a time with its unit, such as 500ms, 2s or 15m`},
		"silence: -5s":                       {"1:10: silence is"},
		"retain: {age: 2y}":                  {`1:15: age is "2y"; must be a time with its unit`},
		"retain:\n  size: 5":                 {"2:9: retain.size 5 bytes; must be 0, for ever, or at least 1048576"},
		"retain: {size: 20GB}":               {`1:16: size is "20GB"; must be a whole number without leading zeros`},
		"retain: {size: 1e30}":               {`1:16: size is "1e30"; must be a whole number`},
		"retain: 5":                          {`1:9: retain is "5"; must be keys and values`},
		"links: {wiki: wiki.lab}":            {`1:15: link wiki is "wiki.lab"; must be http://... or https://...`},
		"hosts: [http://a]":                  {`1:9: hosts has "http://a"; must be a name without scheme and path`},
		"hosts: a":                           {`1:8: hosts is "a"; must be a list`},
		"mqtt: {broker: 'http://x'}":         {`1:16: mqtt.broker "http://x"; it must be tcp://host:port`},
		"mqtt: {broker: {url: x}}":           {"1:16: broker is a mapping; must be a text"},
		"mqtt: {broker: [[a]]}":              {"1:17: broker[0] is a list; must be a text", "1:16: mqtt.broker: 0 URLs"},
		"mqtt: {broker: []}":                 {"1:16: mqtt.broker"},
		"mqtt:\n  user: a\n  password_file:": {"3:17: password_file is empty; give it a value or leave the key out"},
		"mqtt: {password_file: /a}":          {"1:23: password_file has no user beside it; must be both or none"},
		"mqtt: {tls: {cert: /a}}":            {"tls has one of cert and key; must be both or neither", "must be ssl://host:8883"},
		"mqtt: {tls: {ca: /a}}":              {"1:7: broker is without TLS and tls is given; must be ssl://host:8883"},
		"tokens: [{name: x, sha256: 1}]":     {`1:28: sha256 of token "x" is not 64 hexadecimal digits`, `1:10: token "x" has no rights; must be some of read, ingest, command, admin, halt`},
		"tokens: [{sha256: " + hash + ", rights: [read]}]":                                                                  {`1:10: name of a token is ""; must be a name of its own`},
		"tokens:\n  - {name: a, sha256: " + hash + ", rights: [comand]}":                                                    {`rights[0] is "comand"; must be one of read, ingest, command, admin, halt; did you mean command?`},
		"tokens:\n  - {name: a, sha256: " + hash + ", rights: [read]}\n  - {name: a, sha256: " + hash + ", rights: [read]}": {`3:12: name of a token is "a"; must be a name of its own`},
		"tokens: {name: a}":                          {"1:9: tokens is a mapping; must be a list"},
		broker + "    listen: 0.0.0.0:1883":          {`4:13: mqtt.embedded.listen "0.0.0.0:1883" is not a loopback address`},
		broker + "    size: 5":                       {"4:11: mqtt.embedded.size 5 bytes; must be 16777216 to"},
		broker + "    tls: {cert: a}":                {"4:10: mqtt.embedded.tls has one of cert and key; must be both or none"},
		broker + "    users: [{name: a, sha256: 1}]": {"4:31: mqtt.embedded.users[0]: sha256", "has no rights; must be one or more of agent"},
		broker + "    users:\n      - {name: a, sha256: " + hash + ", rights: [agnt]}": {`mqtt.embedded.users[0]: right "agnt"; must be one of agent, read, command, ingest, viewer; did you mean agent?`},
		"name: a\n\tunits: torr": {`2:1: is not YAML: a tab in the indentation; must be spaces: "\tunits: torr"`},
		"name: a\nunits torr\n":  {`2:1: is not YAML: a key without a colon`},
		"name: \"a":              {`1:1: is not YAML: a quotation that does not end; must be closed`},
		"name: a\n---\nname: b":  {"2:1: a second document begins here; must be one"},
		"- name: a":              {"1:1: the configuration is a list; must be keys and values"},
		"name: &a x\nunits: *b":  {"2:1: is not YAML"},
		"<<: {name: a}":          {"1:1: << is not supported; write the keys out"},
		"name: a\x00b\x01":       {"1:1: is not YAML: a control character; must be plain text"},
		"units: \u0442orr":       {"1:8: units is \"\u0442orr\"; must be one of torr, mbar, pa; did you mean torr?"},
	} {
		file := filepath.Join(t.TempDir(), "v.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, problems := ran(t, "check", file)
		lines := slices.Collect(strings.Lines(problems))
		if want == nil {
			if code != 0 || problems != "" || out == "" {
				t.Errorf("%q: check = %d, %s%s; want no mistake", text, code, out, problems)
			}
			continue
		}
		if code != exitFailed || len(lines) > len(want) || strings.Contains(problems, "did you mean") != strings.Contains(strings.Join(want, ""), "did you mean") {
			t.Errorf("%q: check = %d\n%swant %d, and nothing but %q", text, code, problems, exitFailed, want)
		}
		for _, one := range want {
			if !strings.Contains(problems, one) {
				t.Errorf("%q: check says\n%swant %q", text, problems, one)
			}
		}
		for _, one := range lines {
			if !strings.HasPrefix(one, file+":") {
				t.Errorf("%q: %q has no place", text, one)
			}
		}
	}
}

// Files that the configuration names are looked at: one that is not there is a warning, one that is not what it must be a mistake.
func TestFilesOfTheViewersConfiguration(t *testing.T) {
	dir := t.TempDir()
	at := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bad := at("bad.pem", "no certificate")
	for text, want := range map[string]struct {
		code int
		says string
	}{
		"mqtt: {broker: ssl://b, tls: {ca: " + bad + "}}":                                  {1, "1:30: mqtt.tls.ca"},
		"mqtt: {broker: ssl://b, tls: {ca: " + dir + "/none}}":                             {0, "1:30: warning: tls names a file that cannot be looked at here"},
		"mqtt: {user: a, password_file: " + dir + "/none}":                                 {0, "1:32: warning: password_file names a file"},
		"mqtt: {broker: embedded, embedded: {tls: {cert: " + bad + ", key: " + bad + "}}}": {1, "must be a certificate and its key, in PEM format"},
		"web_config: " + dir + "/none":                                                     {0, "1:13: warning: web_config names a file"},
	} {
		code, _, problems := ran(t, "check", at("v.yaml", text))
		if code != want.code || !strings.Contains(problems, want.says) || strings.Count(problems, "\n") != 1 {
			t.Errorf("%s: check = %d, %s; want %d and %q", text, code, problems, want.code, want.says)
		}
	}
}

// Whatever of a secret stands in the wrong place is in no message.
func TestMistakesOfTheViewerHaveNoSecret(t *testing.T) {
	for _, text := range []string{
		`mqtt: {broker: "tcp://me:hunter2@b:1883"}`, `mqtt: {broker: "tcp://me:hunter2%zz@b:1883"}`, `mqtt: {broker: "me:hunter2@b:1883"}`,
		`mqtt: {broker: "tcp://b:1883", password: hunter2}`, `tokens: [hunter2]`, `tokens: [{name: a, sha256: hunter2}]`, `tokens: hunter2`,
		`store: "postgre://me:hunter2@db/edge"`, "name: a\n\tpassword: hunter2", `mqtt: {password: "hunter2}`, `links: {a: "ftp://me:hunter2@x"}`,
		`mqtt: {user: a, password_file: hunter2, colour: red}`,
		`{mqtt: {broker: embedded}, hub: {url: "nats-leaf://me:hunter2@h", user: a, password_file: f}}`, `mqtt: {broker: "nats://me:hunter2@h"}`,
		`{mqtt: {broker: embedded}, hub: {url: "nats-leaf://h", user: a, password: hunter2}}`,
		`{mqtt: {broker: embedded}, hub: {url: "nats-leaf://h", user: a, password_file: hunter2, colour: red}}`,
		`hub_node: {name: a, leaves: "127.0.0.1:1", cluster: {listen: "127.0.0.1:2", peers: ["me:hunter2@h:1", "b:2"]}}`,
	} {
		file := filepath.Join(t.TempDir(), "v.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, verb := range []string{"check", "run"} {
			args := map[string][]string{"check": {"check", file}, "run": {"run", "-config", file}}[verb]
			if code, out, problems := ran(t, args...); code != exitFailed || strings.Contains(out+problems, "hunter2") {
				t.Errorf("%s: viewer %s = %d, %s%s; want a mistake without the secret", text, verb, code, out, problems)
			}
		}
	}
}

// The completion and the man page have every flag of every verb.
func TestEveryFlagOfTheViewerIsExplained(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range program.Verbs {
		for _, f := range v.Flags {
			seen[f.Name] = true
			for what, text := range map[string]string{"help": program.Find(v.Name).Help(), "zsh": program.Zsh(), "bash": program.Bash(), "man": strings.ReplaceAll(program.Man(), "\\-", "-")} {
				if f.Line == "" || !strings.Contains(text, "-"+f.Name) {
					t.Errorf("-%s of %s is missing in %s", f.Name, v.Name, what)
				}
			}
		}
	}
	if want := []string{"broker", "broker-listen", "config", "format", "from", "listen", "store", "to"}; !slices.Equal(slices.Sorted(maps.Keys(seen)), want) {
		t.Errorf("flags %q, want %q", slices.Sorted(maps.Keys(seen)), want)
	}
}
