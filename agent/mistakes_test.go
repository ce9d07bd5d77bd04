package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mistake is one block of a table in testdata/mistakes.
type mistake struct {
	name   string
	swaps  []swap // what is replaced in the file without mistakes, each once
	want   []string
	near   string // the name that is suggested
	at     string // what stands on the right line; "" = the first line that the mistake changed
	code   int
	others int // how many messages follow from it elsewhere
}

type swap struct{ from, to string }

// readMistakes reads the blocks: a line with a name, then lines of < what is replaced, > with what (and so on, where more than one is), = what the message says,
// ~ the near name, @ what stands on the right line, ! the exit code (1 unless given), + the number of messages on other lines.
func readMistakes(t *testing.T, text string) []mistake {
	var all []mistake
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] != ' ' {
			all = append(all, mistake{name: line, code: exitMistake})
			continue
		}
		m, rest := &all[len(all)-1], line[min(4, len(line)):]
		switch line[2] {
		case '<':
			if n := len(m.swaps); n == 0 || m.swaps[n-1].to != "" {
				m.swaps = append(m.swaps, swap{})
			}
			m.swaps[len(m.swaps)-1].from += rest + "\n"
		case '>':
			m.swaps[len(m.swaps)-1].to += rest + "\n"
		case '=':
			m.want = append(m.want, rest)
		case '~':
			m.near = rest
		case '@':
			m.at = strings.ReplaceAll(rest, `\n`, "\n")
		case '!', '+':
			n, err := strconv.Atoi(rest)
			if err != nil {
				t.Fatal(err)
			}
			if line[2] == '!' {
				m.code = n
			} else {
				m.others = n
			}
		}
	}
	return all
}

// made is base with the mistake in it, and the number of the line it is on.
func (m *mistake) made(t *testing.T, base string) (string, int) {
	text := base
	for _, w := range m.swaps {
		from, to := strings.TrimSuffix(w.from, "\n"), strings.TrimSuffix(w.to, "\n")
		to = strings.NewReplacer(`<TAB>`, "\t", `<NBSP>`, "\u00a0", `<BOM>`, "\ufeff", `<LATIN>`, "\xe4").Replace(to)
		if strings.Count(text, from) != 1 {
			t.Fatalf("%s: %q stands %d times in the file, want once", m.name, from, strings.Count(text, from))
		}
		text = strings.Replace(text, from, to, 1)
		if from == "" {
			text = to
		}
	}
	if m.at != "" {
		before, _, found := strings.Cut(text, m.at)
		if !found {
			t.Fatalf("%s: no line has %q", m.name, m.at)
		}
		return text, strings.Count(before, "\n") + 1
	}
	a, b := strings.Split(base, "\n"), strings.Split(text, "\n")
	for n := range b {
		if n >= len(a) || a[n] != b[n] {
			return text, n + 1
		}
	}
	t.Fatalf("%s: changes no line", m.name)
	return "", 0
}

// Every mistake: exit code, line, what is wrong and must be, near name, and nothing else said.
func TestMistakesOfConfigurations(t *testing.T) {
	total := 0
	for file, table := range map[string]string{"base.yaml": "mistakes.txt", "line.yaml": "line.txt", "gauge.yaml": "gauge.txt"} {
		base, err := os.ReadFile("testdata/mistakes/" + file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile("testdata/mistakes/" + table)
		if err != nil {
			t.Fatal(err)
		}
		all := readMistakes(t, string(text))
		total += len(all)
		testMistakes(t, string(base), all)
	}
	if total < 454 {
		t.Errorf("%d mistakes, want at least 454", total)
	}
}

// testMistakes makes each in a file that has none.
func testMistakes(t *testing.T, base string, all []mistake) {
	dir := t.TempDir()
	t.Setenv("STATE_DIRECTORY", dir)
	path := filepath.Join(dir, "f.yaml")
	if err := os.WriteFile(path, []byte(base), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, problems := ran(t, "check", path); code != exitFine || problems != "" {
		t.Errorf("check of the file without mistakes = %d\n%s", code, problems)
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			text, line := m.made(t, base)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			code, _, problems := ran(t, "check", path)
			problems = strings.ReplaceAll(problems, path, "F")
			for _, why := range m.faults(code, line, problems) {
				t.Errorf("%s; check = %d\n%s", why, code, problems)
			}
		})
	}
}

// faults are what is wrong with what check said.
func (m *mistake) faults(code, line int, problems string) []string {
	var faults []string
	if code != m.code {
		faults = append(faults, fmt.Sprintf("exit code %d, want %d", code, m.code))
	}
	here, others := []string{}, 0
	for p := range strings.Lines(problems) {
		if strings.HasPrefix(p, fmt.Sprintf("F:%d:", line)) {
			here = append(here, p)
		} else {
			others++
		}
	}
	if others != m.others {
		faults = append(faults, fmt.Sprintf("%d messages on other lines than %d, want %d", others, line, m.others))
	}
	for _, want := range m.want {
		if !slices.ContainsFunc(here, func(p string) bool { return strings.Contains(p, want) }) {
			faults = append(faults, fmt.Sprintf("line %d lacks %q", line, want))
		}
	}
	if strings.Contains(problems, "hunter2") {
		faults = append(faults, "a secret is shown")
	}
	hint := strings.Contains(problems, "did you mean")
	if m.near != "" && !strings.Contains(problems, "did you mean "+m.near+"?") || m.near == "" && hint {
		faults = append(faults, fmt.Sprintf("want the near name %q", m.near))
	}
	return faults
}
