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

	"pychron-edge/yamlfile"
)

// Files warns of files the configuration names that are not there, or that the service's user cannot read, and of names of ports that do
// not stay. It looks at them and opens none. It is not part of Check, for a file may be checked on another computer than the one it is for.
func (p *Plan) Files(service string) []Problem {
	warnings := &yamlfile.Problems{File: p.Config.source.File, Lines: p.Config.source.Lines, Nodes: p.Config.source.Nodes}
	who, groups := account(service)
	for at, path := range p.files() {
		if path == "" || at == "agent.journal.path" || yamlfile.Last(at) == "password_file" && !filepath.IsAbs(path) { // which the agent makes; which Check has told
			continue
		}
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			warnings.Warn(at, "%s is %s, which is not there", yamlfile.Last(at), path)
		case err != nil:
			warnings.Warn(at, "%s is %s, which cannot be looked at: %v", yamlfile.Last(at), path, err)
		case info.IsDir():
			warnings.Warn(at, "%s is %s, which is a directory; must be a file", yamlfile.Last(at), path)
		case who != "" && !readableBy(info, who, groups):
			warnings.Warn(at, "%s is %s, which %s cannot read (mode %04o); must be root:%s with 0640", yamlfile.Last(at), path, service, info.Mode().Perm(), service)
		}
	}
	p.unsteadyPorts(warnings)
	return warnings.Sorted()
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
