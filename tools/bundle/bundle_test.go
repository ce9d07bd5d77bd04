package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const web = "../../telemetry/web"

// TestBuiltIsWhatTheSourcesGive: what is in the programs is what is read and tested.
func TestBuiltIsWhatTheSourcesGive(t *testing.T) {
	want, err := bundle(web)
	if err != nil {
		t.Fatal(err)
	}
	built, err := os.ReadDir(filepath.Join(web, "built"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range built {
		names = append(names, f.Name())
	}
	if list := slices.Sorted(maps.Keys(want)); !slices.Equal(names, list) {
		t.Fatalf("telemetry/web/built has %v, want %v: run go generate ./telemetry", names, list)
	}
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(web, "built", name)); err != nil || !bytes.Equal(got, text) {
			t.Errorf("telemetry/web/built/%s is not what the sources give (%v): run go generate ./telemetry", name, err)
		}
	}
}

func TestWriteReplacesWhatWasThere(t *testing.T) {
	dir := sources(t, map[string]string{"js/app.js": `import { a } from "./a.js"; console.log(a)`, "js/a.js": "/*! of somebody else, MIT */ export const a = 1", "built/old.js": "old"})
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "built", "old.js")); err == nil {
		t.Error("a file that nothing gives any more is still there")
	}
	got, err := os.ReadFile(filepath.Join(dir, "built", "page.js"))
	if err != nil || strings.Contains(string(got), "import ") || !strings.Contains(string(got), "of somebody else, MIT") {
		t.Errorf("%v, %q: want one script with the licence of what is in it", err, got)
	}
}

func TestBundleSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		`import { b } from "./a.js"; console.log(b)`:    "js/app.js:1:10: ",
		`import { a } from "./gone.js"; console.log(a)`: "js/app.js:1:19: Could not resolve",
		"console.log(1\n)\nif (":                        "js/app.js:3:5: ",
		`switch (x) { case 1: break; case 1: break; }`:  "js/app.js:1:29: This case clause will never be evaluated",
	} {
		dir := sources(t, map[string]string{"js/app.js": text, "js/a.js": "export const a = 1", "built/page.js": "old"})
		if err := write(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "built", "page.js")); string(got) != "old" {
			t.Errorf("%s: %q and %v in built, want what was there", text, got, err)
		}
	}
}

// sources writes the files of a small page.
func sources(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{"js/streamworker.js": "self.x = 1", "css/all.css": "p {}"}
	maps.Copy(all, files)
	for name, text := range all {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
