package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
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
	fmt.Fprintln(out, thisBuild())
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

// build is which program this is.
type build struct{ version, commit, date, system string }

func (b build) String() string {
	return fmt.Sprintf("%s commit %s of %s, %s, %s", b.version, b.commit, b.date, runtime.Version(), b.system)
}

// thisBuild is read once, for every scrape shows it.
var thisBuild = sync.OnceValue(func() build {
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
	return build{version, cmp.Or(hash, "unknown"), cmp.Or(when, "an unknown date"), runtime.GOOS + "/" + runtime.GOARCH}
})
