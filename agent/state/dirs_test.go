package state

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Which directory is whose: the one asked for, systemd's, the person's own, that of the system.
func TestWhoseDirectoryIsWhich(t *testing.T) {
	for _, c := range []struct {
		asked, systemd, xdg, home string
		root                      bool
		state                     string
	}{
		{"/here", "/var/lib/a", "/x", "/home/jr", true, "/here"}, {"", "/var/lib/a:/var/lib/b", "/x", "/home/jr", true, "/var/lib/a"}, {"", "", "/x", "/home/jr", true, systemState},
		{"", "/var/lib/a", "/x", "/home/jr", false, "/var/lib/a"}, {"", "", "/x", "/home/jr", false, "/x/pychron-edge"}, {"", "", "", "/home/jr", false, "/home/jr/.local/state/pychron-edge"}, {"", "", "", "", false, ""},
	} {
		t.Setenv("STATE_DIRECTORY", c.systemd)
		t.Setenv("XDG_STATE_HOME", c.xdg)
		t.Setenv("HOME", c.home)
		if got := stateDir(c.asked, c.root); got != c.state {
			t.Errorf("%+v: %s", c, got)
		}
	}
	t.Setenv("TMPDIR", "/tmp")
	for _, c := range []struct {
		asked, systemd, xdg string
		user                int
		want                RuntimeDir
	}{
		{"/here", "/run/a", "/x", 0, "/here"}, {"", "/run/a:/run/b", "/x", 0, "/run/a"}, {"", "", "/x", 0, SystemRuntime}, {"", "", "/x", 7, "/x/pychron-edge"}, {"", "", "", 7, "/tmp/pychron-edge-7"}, {"", "", "", 0, SystemRuntime},
	} {
		t.Setenv("RUNTIME_DIRECTORY", c.systemd)
		t.Setenv("XDG_RUNTIME_DIR", c.xdg)
		if got := runtimeDir(c.asked, c.user); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// A directory on a real file system: what is written over is as long as it is, and two files change places.
func TestFilesOfADirectory(t *testing.T) {
	if err := NewDisk("").Open(); !errors.Is(err, errNoState) {
		t.Errorf("open without a path = %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := NewDisk(filepath.Join(file, "below")).Open(); err == nil {
		t.Error("open below a file = nil, want an error")
	}
	if err := NewDisk(file).Open(); err == nil {
		t.Error("open of a file = nil, want an error")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	d := NewDisk(dir)
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	is := func(name, want string) {
		t.Helper()
		if data, err := d.Read(name); err != nil || string(data) != want {
			t.Errorf("%s holds %q, %v; want %q", name, data, err, want)
		}
	}
	for _, text := range []string{"four", "longer", "x", ""} {
		if err := errors.Join(d.Write("one", []byte(text)), d.Sync("one")); err != nil {
			t.Error(err)
		}
		is("one", text)
	}
	d.Write("one", []byte("1"))
	if err := d.Exchange("one", "two"); err != nil {
		t.Error(err)
	}
	is("two", "1")
	d.Write("one", []byte("2"))
	if err := d.Exchange("one", "two"); err != nil {
		t.Error(err)
	}
	is("one", "1")
	is("two", "2")
	if names, err := d.List(); err != nil || !slices.Equal(names, []string{"one", "two"}) {
		t.Errorf("there is %q, %v", names, err)
	}
	if err := errors.Join(d.Rename("one", "three"), d.Remove("two"), d.SyncDir()); err != nil {
		t.Error(err)
	}
	is("three", "1")
	if names, _ := d.List(); len(names) != 1 {
		t.Errorf("there is %q, want three alone", names)
	}
	for what, err := range map[string]error{"Sync": d.Sync("none"), "Exchange": d.Exchange("none", "three"), "Write": d.Write("a/b", nil), "Remove": d.Remove("none")} {
		if err == nil {
			t.Errorf("%s of what is not there = nil, want an error", what)
		}
	}
	d.Close()
	NewDisk(dir).Close()
	again := NewDisk(dir)
	if err := again.Open(); err != nil {
		t.Errorf("open once it was closed = %v", err)
	}
	again.Close()
	if _, err := NewDisk(filepath.Join(dir, "none")).List(); err == nil {
		t.Error("what is in no directory = nil, want an error")
	}
}

// What runs is kept for agent halt, whole, with where it came from; nothing is kept where there is nothing to open.
func TestWhatRunsIsKept(t *testing.T) {
	dir := RuntimeDir(filepath.Join(t.TempDir(), "run"))
	if dir.From() != "" || dir.SaveConfig("/etc/a.yaml", []byte("x")) == nil {
		t.Error("kept in a directory that is not there")
	}
	if err := dir.Make(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(string(dir)); err != nil || info.Mode().Perm() != 0o750 {
		t.Errorf("the directory has mode %v, %v", info.Mode(), err)
	}
	if err := dir.SaveConfig("/etc/a.yaml", []byte("devices: []\n")); err != nil || dir.From() != "/etc/a.yaml" {
		t.Errorf("SaveConfig = %v, from %q", err, dir.From())
	}
	if data, err := os.ReadFile(dir.Config()); err != nil || string(data) != "devices: []\n" {
		t.Errorf("kept %q, %v", data, err)
	}
	for range 2 {
		if err := dir.SaveConfig("", nil); err != nil || dir.From() != "" {
			t.Errorf("nothing to keep = %v, from %q", err, dir.From())
		}
	}
	if left, _ := filepath.Glob(filepath.Join(string(dir), "*")); len(left) != 0 {
		t.Errorf("left %q", left)
	}
	if err := os.Mkdir(dir.Config()+".new", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := dir.SaveConfig("/etc/a.yaml", []byte("x")); err == nil || !strings.Contains(err.Error(), "keep running.yaml") {
		t.Errorf("SaveConfig where it cannot = %v", err)
	}
	os.Mkdir(dir.Config(), 0o700)
	os.WriteFile(filepath.Join(dir.Config(), "x"), nil, 0o600)
	if err := dir.SaveConfig("", nil); err == nil {
		t.Error("what cannot be taken away = nil, want an error")
	}
}
