package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// Set by the linker. A build by hand has what Go knows of the commit.
var (
	version = "development"
	commit  = "" // its hash
	date    = "" // of the commit, as in RFC 3339
)

// versionVerb prints which program this is; with -v its modules as well.
func versionVerb(_ context.Context, args []string, out, problems io.Writer) int {
	given, code := parsed("version", args, out, problems)
	if given == nil {
		return code
	}
	fmt.Fprintln(out, build())
	if !given.On("v") {
		return exitFine
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			fmt.Fprintf(out, "%s %s\n", m.Path, m.Version)
		}
	}
	return exitFine
}

// build is version, commit, date, Go, system and processor in a line.
func build() string {
	hash, when := commit, date
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				hash = cmp.Or(hash, s.Value)
			case "vcs.time":
				when = cmp.Or(when, s.Value)
			}
		}
	}
	return fmt.Sprintf("%s commit %s of %s, %s, %s/%s", version, cmp.Or(hash, "unknown"), cmp.Or(when, "an unknown date"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
