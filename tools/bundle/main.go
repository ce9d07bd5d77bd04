// Command bundle puts the page together: the modules of telemetry/web/js become one script for the page and one for the worker that
// its tabs share; the styles of the frame, and the script that asks the first question, come to stand in the page itself, those of the
// views in one file. A browser on a slow line then asks once and not 130 times before it shows something.
//
//	go run -C tools ./bundle -dir ..     writes telemetry/web/built; `go generate ./telemetry` does the same
//
// Scripts are neither renamed nor squeezed: the gain of it is a tenth of the weight, and the price is errors that nobody can read. Styles are
// without spaces and comments, for a browser reads the page 64 KiB at a time, and paints an empty frame between two of them.
//
// The version in go.mod says what writes the files, so the same sources give the same bytes on every machine.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the scripts that a browser asks for, without .js, and the source that each begins with.
var entries = []api.EntryPoint{
	{OutputPath: "page", InputPath: "js/app.js"},
	{OutputPath: "streamworker", InputPath: "js/streamworker.js"},
}

// linked are the files that index.html names, for its first script to ask for, and what a browser is given for them.
var linked = []struct{ source, built string }{
	{"js/app.js", "built/page.js"},
	{"css/views.css", "built/views.css"},
}

// inlined are the files that stand in the page, and the part of index.html in whose place.
var inlined = []struct{ source, part, tag string }{
	{"js/early.js", `<script src="js/early.js"></script>`, "script"},
	{"css/frame.css", `<link rel="stylesheet" href="css/frame.css">`, "style"},
}

func main() {
	dir := flag.String("dir", ".", "root of the module")
	flag.Parse()
	if err := write(filepath.Join(*dir, "telemetry", "web")); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// write puts the folder built into web, in place of the one that was there.
func write(web string) error {
	files, err := bundle(web)
	if err != nil {
		return err
	}
	built := filepath.Join(web, "built")
	if err := os.RemoveAll(built); err != nil {
		return err
	}
	if err := os.MkdirAll(built, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(built, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// bundle gives the files of built by name, from the sources in web.
func bundle(web string) (map[string][]byte, error) {
	web, err := filepath.Abs(web)
	if err != nil {
		return nil, err
	}
	files, err := build(web, entries, api.FormatESModule)
	if err != nil {
		return nil, err
	}
	styles, err := build(web, []api.EntryPoint{{OutputPath: "views", InputPath: "css/views.css"}}, api.FormatDefault)
	if err != nil {
		return nil, err
	}
	files["views.css"] = styles["views.css"]
	files["index.html"], err = compose(web)
	return files, err
}

// compose is the page with what stands in it.
func compose(web string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(web, "index.html"))
	if err != nil {
		return nil, err
	}
	page := string(data)
	for _, l := range linked {
		if page, err = replaced(page, `"`+l.source+`"`, `"`+l.built+`"`); err != nil {
			return nil, err
		}
	}
	for _, in := range inlined {
		made, err := build(web, []api.EntryPoint{{OutputPath: "in", InputPath: in.source}}, api.FormatIIFE)
		if err != nil {
			return nil, err
		}
		text := string(made["in"+filepath.Ext(in.source)]) // where it has its own end tag, that was written otherwise
		if page, err = replaced(page, in.part, "<"+in.tag+">\n"+text+"</"+in.tag+">"); err != nil {
			return nil, err
		}
	}
	return []byte(withoutComment(page)), nil
}

// replaced puts text in the place of a part that index.html has once.
func replaced(page, part, text string) (string, error) {
	if n := strings.Count(page, part); n != 1 {
		return "", fmt.Errorf("index.html has %s %d times; must have it once", part, n)
	}
	return strings.Replace(page, part, text, 1), nil
}

// withoutComment leaves out the first comment, which is for who reads the sources.
func withoutComment(page string) string {
	before, rest, found := strings.Cut(page, "<!--")
	_, after, closed := strings.Cut(rest, "-->\n")
	if !found || !closed {
		return page
	}
	return before + after
}

// build gives what the entries become, by name.
func build(web string, entries []api.EntryPoint, format api.Format) (map[string][]byte, error) {
	made := api.Build(api.BuildOptions{
		AbsWorkingDir: web, Outdir: "built", EntryPointsAdvanced: entries, Bundle: true, Format: format, Target: api.ES2022,
		MinifyWhitespace: filepath.Ext(entries[0].InputPath) == ".css", Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsInline, LogLevel: api.LogLevelSilent, TsconfigRaw: "{}",
	})
	if err := said(append(made.Errors, made.Warnings...)); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, f := range made.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}

// said is what was wrong in the sources, a line for each, or nil. A warning is an error here.
func said(messages []api.Message) error {
	var lines []string
	for _, m := range messages {
		line := m.Text
		if l := m.Location; l != nil {
			line = fmt.Sprintf("%s:%d:%d: %s", l.File, l.Line, l.Column+1, m.Text)
		}
		lines = append(lines, line)
	}
	if lines == nil {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}
