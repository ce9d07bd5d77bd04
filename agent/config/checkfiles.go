package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// Files warns of files the configuration names that are not there, or that the service's user cannot read. It looks at them and opens
// none. It is not part of Check, for a file may be checked on another computer than the one it is for.
func (p *Plan) Files(service string) []Problem {
	warnings := &problems{file: p.Config.source.file, lines: p.Config.source.lines, nodes: p.Config.source.nodes}
	who, groups := account(service)
	for at, path := range p.files() {
		if path == "" || at == "agent.journal.path" || last(at) == "password_file" && !filepath.IsAbs(path) { // which the agent makes; which Check has told
			continue
		}
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			warnings.warn(at, "%s is %s, which is not there", last(at), path)
		case err != nil:
			warnings.warn(at, "%s is %s, which cannot be looked at: %v", last(at), path, err)
		case info.IsDir():
			warnings.warn(at, "%s is %s, which is a directory; must be a file", last(at), path)
		case who != "" && !readableBy(info, who, groups):
			warnings.warn(at, "%s is %s, which %s cannot read (mode %04o); must be root:%s with 0640", last(at), path, service, info.Mode().Perm(), service)
		}
	}
	return warnings.sorted()
}

// account is the number of a user and those of its groups; "" if there is no such user here.
func account(name string) (id string, groups []string) {
	u, err := user.Lookup(name)
	if err != nil {
		return "", nil
	}
	groups, err = u.GroupIds()
	if err != nil {
		groups = []string{u.Gid}
	}
	return u.Uid, groups
}

// readableBy says whether owner, group and mode let a user read a file.
func readableBy(info fs.FileInfo, who string, groups []string) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return true
	}
	mode := info.Mode().Perm()
	switch {
	case fmt.Sprint(s.Uid) == who:
		return mode&0o400 != 0
	case slices.Contains(groups, strconv.FormatUint(uint64(s.Gid), 10)):
		return mode&0o040 != 0
	}
	return mode&0o004 != 0
}
