package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
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
	for _, path := range []string{dir.Config(), filepath.Join(string(dir), "running.from")} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
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

// A file that is held says who has it, and nobody else gets it until it is let go.
func TestAFileIsHeldOnce(t *testing.T) {
	dir := RuntimeDir(t.TempDir())
	if err := os.WriteFile(dir.PidFile(), []byte("an earlier process, with much to say"), 0o640); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"7\n", "", "1\n"} {
		h, err := Hold(dir.PidFile(), text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Hold(dir.PidFile(), "8\n"); !errors.Is(err, ErrTaken) {
			t.Errorf("a second time = %v, want it taken", err)
		}
		if data, err := os.ReadFile(dir.PidFile()); err != nil || string(data) != text {
			t.Errorf("it says %q, %v; want %q", data, err, text)
		}
		pid, err := Holder(dir.PidFile())
		if text != "" && fmt.Sprint(pid, "\n") != text || (err == nil) != (text != "") {
			t.Errorf("with %q the holder is %d, %v", text, pid, err)
		}
		h.Release()
		if pid, err := Holder(dir.PidFile()); pid != 0 || err != nil {
			t.Errorf("once it is let go the holder is %d, %v", pid, err)
		}
	}
	if pid, err := Holder(dir.Latch()); pid != 0 || err != nil {
		t.Errorf("the holder of what is not there is %d, %v", pid, err)
	}
	if h, err := Hold(dir.Latch(), "x"); err != nil {
		t.Error(err)
	} else if h.Release(); modeOf(t, dir.Latch()) != 0o640 {
		t.Errorf("it has mode %v", modeOf(t, dir.Latch()))
	}
	if _, err := Hold(filepath.Join(string(dir), "none", "x"), "x"); err == nil {
		t.Error("hold of a file in no directory = nil, want an error")
	}
	for _, text := range []string{"-7", "0", "x", "99999999999999999999"} {
		h, err := Hold(dir.PidFile(), text)
		if err != nil {
			t.Fatal(err)
		}
		if pid, err := Holder(dir.PidFile()); pid != 0 || err == nil {
			t.Errorf("with %q the holder is %d, %v; want an error", text, pid, err)
		}
		h.Release()
	}
}

func modeOf(t *testing.T, path string) os.FileMode {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// What root writes belongs to whoever the directory belongs to.
func TestWhatRootWritesIsHandedOver(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	dir := RuntimeDir(t.TempDir())
	if err := os.Chown(string(dir), 1234, 1235); err != nil {
		t.Skip(err)
	}
	if err := dir.SaveConfig("/etc/a.yaml", []byte("x")); err != nil {
		t.Fatal(err)
	}
	h, err := Hold(dir.PidFile(), "7\n")
	if err != nil {
		t.Fatal(err)
	}
	defer h.Release()
	for _, path := range []string{dir.Config(), dir.PidFile()} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 1234 || owner.Gid != 1235 {
			t.Errorf("%s belongs to %d:%d", path, owner.Uid, owner.Gid)
		}
	}
	if err := handOver(filepath.Join(string(dir), "none", "x")); err == nil {
		t.Error("handed over in no directory = nil, want an error")
	}
}
