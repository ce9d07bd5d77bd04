package config

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func TestFilesThatAreNotThere(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	text := "agent: {name: a, web_config: " + dir + "}\nmqtt:\n  broker: ssl://b\n  tls:\n    ca: " + there + "\n    cert: " + dir + "/no\n    key: " + there +
		"\ndevices:\n  - {name: h, model: manual}\n"
	plan, list := checked(text)
	if len(list) > 0 {
		t.Fatal(listed(list))
	}
	got := listed(plan.Files("nobody knows"))
	want := "f.yaml:1:30: warning: web_config is " + dir + ", which is a directory; must be a file\nf.yaml:6:11: warning: cert is " + dir + "/no, which is not there\n"
	if got != want {
		t.Errorf("warnings\n%swant\n%s", got, want)
	}
}

func TestWhoCanReadAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	me, group := strconv.Itoa(os.Getuid()), strconv.Itoa(os.Getgid())
	for _, c := range []struct {
		who, group string
		want       bool
	}{{me, "", true}, {"77777", group, true}, {"77777", "88888", false}} {
		if got := readableBy(info, c.who, []string{c.group}); got != c.want {
			t.Errorf("a file of mode 0640 by %s of group %s: %v, want %v", c.who, c.group, got, c.want)
		}
	}
}
