// Command bundle puts the page together: the modules of telemetry/web/js become one script for the page and one for the worker that
// its tabs share, and the styles one sheet. A browser on a slow line then asks three times and not 130 times.
//
//	go run -C tools ./bundle -dir ..     writes telemetry/web/built; `go generate ./telemetry` does the same
//
// Nothing is renamed or squeezed: the gain of it is a tenth of the weight, and the price is errors that nobody can read. The version
// in go.mod says what writes the files, so the same sources give the same bytes on every machine.
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

// entries are the files that a browser asks for, without .js or .css, and the source that each begins with.
var entries = []api.EntryPoint{
	{OutputPath: "page", InputPath: "js/app.js"},
	{OutputPath: "streamworker", InputPath: "js/streamworker.js"},
	{OutputPath: "sheet", InputPath: "css/all.css"},
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
	made := api.Build(api.BuildOptions{
		AbsWorkingDir: web, Outdir: "built", EntryPointsAdvanced: entries, Bundle: true, Format: api.FormatESModule, Target: api.ES2022,
		Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsInline, LogLevel: api.LogLevelSilent, TsconfigRaw: "{}",
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
