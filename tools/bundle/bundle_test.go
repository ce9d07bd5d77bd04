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

const small = "<!doctype html>\n<!-- for who reads it -->\n<link rel=\"stylesheet\" href=\"css/frame.css\">\n<body data-script=\"js/app.js\" data-styles=\"css/views.css\">\n<script src=\"js/early.js\"></script>\n"

func TestThePageHasTheStylesOfItsFrameInIt(t *testing.T) {
	dir := sources(t, map[string]string{"js/app.js": "console.log(1)"})
	files, err := bundle(dir)
	if err != nil {
		t.Fatal(err)
	}
	page := string(files["index.html"])
	for _, part := range []string{"<script>\n(() => {\n  // js/early.js\n  self.y = 2;\n})();\n</script>", "<style>\np{color:red}\n</style>", `<body data-script="built/page.js" data-styles="built/views.css">`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q: %s", part, page)
		}
	}
	if styles := string(files["views.css"]); styles != "q{color:blue}\n" {
		t.Errorf("the styles of the views are %q", styles)
	}
	hostile, err := bundle(sources(t, map[string]string{"js/app.js": "", "js/early.js": `self.y = "</script>"`, "css/frame.css": `p::after { content: "</style>" }`}))
	if text := string(hostile["index.html"]); err != nil || strings.Count(text, "</script>") != 1 || strings.Count(text, "</style>") != 1 {
		t.Errorf("%v, %s: want what stands in the page not to end it", err, text)
	}
	if strings.Contains(page, "for who reads it") {
		t.Errorf("the page has the comment for who reads its source: %s", page)
	}
}

func TestThePageSaysWhatIsWrong(t *testing.T) {
	for want, change := range map[string]map[string]string{
		`index.html has <script src="js/early.js"></script> 0 times; must have it once`: {"index.html": strings.Replace(small, "early", "late", 1)},
		`index.html has "js/app.js" 2 times; must have it once`:                         {"index.html": small + small},
	} {
		change["js/app.js"] = "console.log(1)"
		if _, err := bundle(sources(t, change)); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// sources writes the files of a small page.
func sources(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{"js/streamworker.js": "self.x = 1", "css/frame.css": "p { color: red }", "css/views.css": "q { color: blue }", "js/early.js": "self.y = 2", "index.html": small}
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
