package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Each archive is a small module with tables of its own and, in its file "want", what the checker prints about it; nothing there
// means that it passes. A first line "strict" of the archive's comment sets that flag.
func TestModules(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) < 8 {
		t.Fatal(archives, err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range a.Files {
				files[f.Name] = string(f.Data)
			}
			want := files["want"]
			delete(files, "want")
			got := check(t, files, strings.HasPrefix(string(a.Comment), "strict"))
			if got != want {
				t.Errorf("printed\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// check runs every check on a module of these files and gives what it prints, which is nothing where the module passes.
func check(t *testing.T, files map[string]string, strict bool) string {
	t.Helper()
	var out strings.Builder
	broken, err := run(&out, write(t, files), false, false, strict)
	if err != nil {
		t.Fatal(err)
	}
	if broken != strings.Contains(out.String(), "must ") {
		t.Errorf("broken is %t after printing\n%s", broken, out.String())
	}
	return out.String()
}

// write makes a module; tables that it lacks are empty.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{"go.mod": "module made\n\ngo 1.26.0\n"}
	for _, table := range []string{"imports", "pure", "words", "allowed"} {
		all["tools/walls/"+table+".txt"] = ""
	}
	for name, text := range files {
		all[name] = text
	}
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

// circle is a package of n files, each of which needs the next.
func circle(n int) map[string]string {
	files := map[string]string{"tools/walls/imports.txt": "ring ||\n"}
	for i := range n {
		files[fmt.Sprintf("ring/f%02d.go", i)] = fmt.Sprintf("package ring\n\nfunc f%d() { f%d() }\n", i, (i+1)%n)
	}
	return files
}

func TestTwelveFilesInACirclePass(t *testing.T) {
	got := check(t, circle(12), false)
	if strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "ring: largest cycle 12 files: f00.go f01.go") {
		t.Errorf("printed %q, want the cycle and no finding", got)
	}
}

func TestThirteenFilesInACircleFail(t *testing.T) {
	got := check(t, circle(13), false)
	if !strings.HasSuffix(got, "ring: a cycle of 13 files; must be at most 12\n") {
		t.Errorf("printed %q, want a finding", got)
	}
}

func TestTwoCirclesAreNotAddedUp(t *testing.T) {
	files := circle(8)
	for i := range 9 {
		files[fmt.Sprintf("ring/g%02d.go", i)] = fmt.Sprintf("package ring\n\nfunc g%d() { g%d(); f0() }\n", i, (i+1)%9)
	}
	if got := check(t, files, false); !strings.HasPrefix(got, "ring: largest cycle 9 files: g00.go") {
		t.Errorf("printed %q, want the larger circle alone: it needs the other, which does not need it", got)
	}
}

func TestCodeThatDoesNotCompileIsAnError(t *testing.T) {
	dir := write(t, map[string]string{"a/a.go": "package a\n\nvar x int = \"text\"\n"})
	_, err := run(&strings.Builder{}, dir, false, false, false)
	if err == nil || !strings.Contains(err.Error(), "a does not compile") {
		t.Errorf("err = %v, want that a does not compile", err)
	}
}

func TestATableWithAMissingColumnIsAnError(t *testing.T) {
	dir := write(t, map[string]string{"tools/walls/imports.txt": "# folders\na | b\n"})
	_, err := readTables(dir)
	if err == nil || !strings.Contains(err.Error(), "imports.txt:2: 2 columns, must be 3") {
		t.Errorf("err = %v, want line and number of columns", err)
	}
}

func TestManyWordsAreCountedAndListed(t *testing.T) {
	files := map[string]string{"tools/walls/words.txt": "door | ... | Commander\n", "tools/walls/imports.txt": "a ||\n", "a/a.go": "package a\n"}
	for i := range few + 1 {
		files["a/a.go"] += fmt.Sprintf("\ntype door%d struct{}\n\nvar door_%d door%[1]d\n", i, i)
	}
	if got, want := check(t, files, false), fmt.Sprintf("a: %d uses of given-up words\n", few+1); !strings.HasPrefix(got, want) {
		t.Errorf("printed %q, want it to begin with %q", got, want)
	}
	var out strings.Builder
	broken, err := run(&out, write(t, files), true, false, false)
	if broken || err != nil {
		t.Fatal(broken, err)
	}
	if n := strings.Count(out.String(), "has the word door; must be: Commander"); n != few+1 {
		t.Errorf("printed %d uses, want %d:\n%s", n, few+1, out.String())
	}
}

func TestReport(t *testing.T) {
	files := map[string]string{
		"a/a.go":      "package a\n\nimport \"made/b\"\n\nfunc A() { other(); b.B() }\n",
		"a/other.go":  "package a\n\nfunc other() { _ = A }\n",
		"a/a_test.go": "package a\n",
		"a/x_test.go": "package a_test\n",
		"b/b.go":      "package b\n\nfunc B() {}\n",
	}
	var out strings.Builder
	if _, err := run(&out, write(t, files), false, true, false); err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		rows = append(rows, strings.Join(strings.Fields(line), " "))
	}
	if want := []string{"a 2 8 2 2 2 b", "b 1 3 0 0 0"}; !slices.Equal(rows[1:], want) {
		t.Errorf("rows %q, want %q", rows[1:], want)
	}
}

func TestNamesAreSplitIntoWords(t *testing.T) {
	for name, want := range map[string]string{
		"line":           "line",
		"LineSettings":   "line settings",
		"goesOut":        "goes out",
		"HTTPServer":     "http server",
		"serveHTTP":      "serve http",
		"Test_a_b":       "test a b",
		"turn2":          "turn2",
		"granville_hash": "granville hash",
		"a.page-check":   "a page check",
		"_":              "",
	} {
		if got := strings.Join(split(name), " "); got != want {
			t.Errorf("split(%q) = %q, want %q", name, got, want)
		}
	}
}
