package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// overlay writes the sources with their mutants, and the file that tells the go command of them.
func (p *program) overlay(scratch string) (string, error) {
	replaced := map[string]string{}
	put := func(original, code string) error {
		name := filepath.Join(scratch, fmt.Sprintf("source%d.go", len(replaced)))
		replaced[original] = name
		return os.WriteFile(name, []byte(code), 0o600)
	}
	if err := put(filepath.Join(p.dir, switches, "switches.go"), switchesCode); err != nil {
		return "", err
	}
	for _, s := range p.sources {
		if len(s.insertions) == 0 {
			continue
		}
		end := s.at(s.file.Name.End())
		imports := fmt.Sprintf("; import %q; var _ = %s.On", p.module+"/"+switches, switches)
		if len(s.file.Imports) > 0 {
			imports = fmt.Sprintf("; import %q", p.module+"/"+switches)
		}
		if err := put(s.path, applied(s.code, append([]insertion{{at: end, text: imports}}, s.insertions...))); err != nil {
			return "", err
		}
	}
	table, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	name := filepath.Join(scratch, "overlay.json")
	return name, os.WriteFile(name, table, 0o600)
}

// build compiles the tests with every mutant that compiles.
func (p *program) build(o options, scratch string) ([]*suite, error) {
	var all []*suite
	for n, test := range o.tests {
		folder, pattern, _ := strings.Cut(test, "=")
		s := &suite{name: folder, folder: filepath.Join(p.dir, folder), binary: filepath.Join(scratch, fmt.Sprintf("suite%d.test", n))}
		var err error
		if s.pattern, err = regexp.Compile(pattern); err != nil {
			return nil, err
		}
		for {
			table, err := p.overlay(scratch)
			if err != nil {
				return nil, err
			}
			out, err := p.compile(table, s.binary, folder)
			if err == nil {
				break
			}
			if !p.leaveOut(out) {
				return nil, fmt.Errorf("%s: %w\n%s", folder, err, out)
			}
		}
		all = append(all, s)
	}
	return all, nil
}

func (p *program) compile(overlay, binary, folder string) (string, error) {
	c := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, folder)
	c.Dir = p.dir
	out, err := c.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return "", err
	}
	return string(out), err
}

var mistake = regexp.MustCompile(`(?m)^(\S+\.go):(\d+):`)

// leaveOut marks the mutants in the lines that the compiler complains of as unbuilt. It says whether there were any.
func (p *program) leaveOut(out string) bool {
	found := false
	for _, m := range mistake.FindAllStringSubmatch(out, -1) {
		line, err := strconv.Atoi(m[2])
		if err != nil {
			continue
		}
		for _, s := range p.sources {
			if strings.HasSuffix(s.path, "/"+strings.TrimPrefix(m[1], "./")) {
				found = s.leaveOut(line) || found
			}
		}
	}
	return found
}

func (s *source) leaveOut(line int) (found bool) {
	for _, i := range s.insertions {
		at := 1 + strings.Count(string(s.code[:i.at]), "\n")
		if at == line && !i.mutant.unbuilt {
			i.mutant.unbuilt, found = true, true
		}
	}
	return found
}
