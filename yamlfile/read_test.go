package yamlfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// pot is what the files of the tests are read into.
type pot struct {
	Name  string         `yaml:"name"`
	Every time.Duration  `yaml:"every"`
	Size  int            `yaml:"size"`
	Lids  []string       `yaml:"lids"`
	Sides map[string]int `yaml:"sides"`
	Lid   struct {
		Name string `yaml:"name"`
	} `yaml:"lid"`
}

// said is what is told of a text, a line each.
func said(text string) string {
	var all []string
	for _, p := range Read("f", []byte(text), &pot{}, "a pot").Sorted() {
		all = append(all, p.String())
	}
	return strings.Join(all, "\n")
}

// wide is a text with two bytes for each letter, low byte first, without a mark.
func wide(text string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// What no configuration is stands alone, on the right line; nothing is told of what it would have to have in it.
func TestFilesThatAreNone(t *testing.T) {
	const good = "name: a\nevery: 2s\n"
	for name, c := range map[string]struct{ text, want string }{
		"good":              {good, ""},
		"with a mark":       {"\ufeff" + good, ""},
		"CRLF":              {strings.ReplaceAll(good, "\n", "\r\n"), ""},
		"CR":                {strings.ReplaceAll(good, "\n", "\r"), ""},
		"two bytes, marked": {"\xff\xfe" + wide(good), ""},
		"no newline":        {"name: a", ""},
		"JSON":              {`{"name": "a", "every": "2s"}`, ""},
		"two bytes":         {wide(good), "f:1:1: the file has two bytes for each letter; must be saved as UTF-8"},
		"a program":         {"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00>\x00", "f:1:1: the file is no text; must be YAML, in UTF-8"},
		"packed":            {"\x1f\x8b\x08\x00\x01\x02\x03\x04\x05\x06\x07\x0e\x0f", "f:1:1: the file is no text; must be YAML, in UTF-8"},
		"zeros":             {strings.Repeat("\x00", 4096), "f:1:1: the file is no text; must be YAML, in UTF-8"},
		"empty":             {"", "f:1:1: the file is empty; must be a pot"},
		"blanks":            {"  \n\n", "f:1:1: the file is empty; must be a pot"},
		"comments":          {"# a pot\n", "f:1:1: the file is empty; must be a pot"},
		"a line":            {"---\n", "f:1:1: the file is empty; must be a pot"},
		"null":              {"null\n", "f:1:1: the file is empty; must be a pot"},
		"a word":            {"hello\n", `f:1:1: the configuration is "hello"; must be keys and values`},
		"a number":          {"5\n", `f:1:1: the configuration is "5"; must be keys and values`},
		"a list":            {"- name: a\n", "f:1:1: the configuration is a list; must be keys and values"},
		"XML":               {"<pot/>\n", `f:1:1: the configuration is "<pot/>"; must be keys and values`},
		"TOML":              {"[pot]\nname = \"a\"\n", `f:2:1: is not YAML: a key without a colon and a space after it; must be key: value: "name = \"a\""`},
		"CR and a tab":      {"name: a\r\tevery: 2s\r", ""},
		"too long":          {"#" + strings.Repeat("x", maxFile), "f:1:1: the file is 1048577 bytes long; must be at most 1048576"},
		"two documents":     {good + "---\nname: b\n", "f:3:1: a second document begins here; must be one"},
		"broken second":     {good + "---\nname: [\n", `f:4:1: is not YAML: brackets that do not match; must be as many [ as ]: "name: ["`},
	} {
		got := said(c.text)
		if name == "CR and a tab" { // where the parser sees it is not the point
			if !strings.Contains(got, "is not YAML") {
				t.Errorf("%s: %q, want that it is not YAML", name, got)
			}
		} else if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// A value of the wrong kind is told once, with what it must be.
func TestValuesThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"name: [a]":                    "f:1:7: name is a list; must be a text",
		"name: {a: b}":                 "f:1:7: name is a mapping; must be a text",
		"name:":                        "f:1:6: name is empty; give it a value or leave the key out",
		"lids: a":                      `f:1:7: lids is "a"; must be a list`,
		"lids: {a: b}":                 "f:1:7: lids is a mapping; must be a list",
		"lids: [[a]]":                  "f:1:8: lids[0] is a list; must be a text",
		"sides: [1]":                   "f:1:8: sides is a list; must be keys and values",
		"sides: {a: 1.5}":              `f:1:12: a is "1.5"; must be a whole number without leading zeros`,
		"sides: {[a]: 1}":              "f:1:9: a key of sides is a list; must be a word",
		"sides: {a: 1, a: 2}":          "f:1:15: key a of sides is given twice; must be given once",
		"lid: a":                       `f:1:6: lid is "a"; must be keys and values`,
		"lid: {nam: a}":                `f:1:7: unknown key "nam" in lid; must be one of name; did you mean name?`,
		"size: 99999999999999999999":   `f:1:7: size is "99999999999999999999"; must be a whole number without leading zeros`,
		"size: 1e3":                    `f:1:7: size is "1e3"; must be a whole number without leading zeros`,
		"size: true":                   `f:1:7: size is "true"; must be a whole number without leading zeros`,
		"size: !!float 2":              `f:1:7: size is "2"; must be a whole number without leading zeros`,
		"size: !pot 2":                 "f:1:7: size has the tag !pot; must be without it",
		"name: !!binary aGk=":          "f:1:7: name has the tag !!binary; must be without it",
		"name: &a x\nlids: [&a y, *a]": "f:2:8: anchor a is given twice; must be given once",
		"every: 2":                     `f:1:8: every is "2"; must be a time with its unit, such as 500ms, 2s or 15m`,
		"every: 2S":                    `f:1:8: every is "2S"; must be a time with its unit, such as 500ms, 2s or 15m; did you mean 2s?`,
		"every: 2 seconds":             `f:1:8: every is "2 seconds"; must be a time with its unit, such as 500ms, 2s or 15m; did you mean 2s?`,
		"every: 2,5s":                  `f:1:8: every is "2,5s"; must be a time with its unit, such as 500ms, 2s or 15m; did you mean 2.5s?`,
		"every: 1d":                    `f:1:8: every is "1d"; must be a time with its unit, such as 500ms, 2s or 15m; did you mean 24h?`,
		"every: 2 fortnights":          `f:1:8: every is "2 fortnights"; must be a time with its unit, such as 500ms, 2s or 15m`,
		"every: two":                   `f:1:8: every is "two"; must be a time with its unit, such as 500ms, 2s or 15m`,
		"size: 1_000":                  `f:1:7: size is "1_000"; must be a whole number without leading zeros; did you mean 1000?`,
		"sides: {a: 0x_10}":            `f:1:12: a is "0x_10"; must be a whole number without leading zeros`,
		"size: 0x1p4":                  `f:1:7: size is "0x1p4"; must be a whole number without leading zeros`,
		"every: +2s":                   `f:1:8: every is "+2s"; must be a time with its unit, such as 500ms, 2s or 15m`,
		"every: .5s":                   `f:1:8: every is ".5s"; must be a time with its unit, such as 500ms, 2s or 15m`,
		"every: -2s":                   `f:1:8: every is "-2s"; must be a time with its unit that is not below zero`,
		"every: 9999999h":              `f:1:8: every is "9999999h"; must be a time with its unit that is at most 2562047h`,
		"every: [2s]":                  "f:1:8: every is a list; must be a time with its unit, such as 500ms",
		"every: \uff12s":               "f:1:8: every is \"\uff12s\"; must be a time with its unit, such as 500ms, 2s or 15m",
		"\u0430ge: 1":                  "f:1:1: unknown key \"\u0430ge\" in the configuration; must be one of name, every, size, lids, sides, lid",
		"n\u0430me: a":                 "f:1:1: unknown key \"n\u0430me\" in the configuration; must be one of name, every, size, lids, sides, lid; did you mean name?",
		"5: a":                         `f:1:1: unknown key "5" in the configuration; must be one of name, every, size, lids, sides, lid`,
		"<<: {name: a}":                "f:1:1: << is not supported; write the keys out",
	} {
		if got := said(text); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, got, want)
		}
	}
}

// Aliases of aliases end in a message, and not in all the memory there is.
func TestAliasesOfAliasesAreBounded(t *testing.T) {
	text := "lids: &a0 [x, x, x, x, x, x, x, x, x]\n"
	for n := range 9 {
		text += fmt.Sprintf("k%d: &a%d [%s]\n", n+1, n+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", n), 9), ", "))
	}
	if got := said(text + "sides: *a9\n"); !strings.Contains(got, "unknown key") {
		t.Errorf("%.300s", got)
	}
	for _, text := range []string{strings.Repeat("name: {", 50000), "name: &x [*x]"} {
		if got := said(text); !strings.HasPrefix(got, "f:1:") || strings.Contains(got, "\n") {
			t.Errorf("%.60q: %.300s; want one mistake", text, got)
		}
	}
	var deep struct {
		K any `yaml:"k"`
	}
	if list := Read("f", []byte("k: "+strings.Repeat("[", 200)+strings.Repeat("]", 200)), &deep, "a k").Sorted(); len(list) > 1 {
		t.Errorf("%v", list)
	}
}

// What is wrong with the file itself is told with its name and what it must be.
func TestFilesThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none"):  ": no such file or directory; must be the file with the configuration",
		dir:                         ": is a directory; must be a file",
		loop:                        ": too many levels of symbolic links",
		filepath.Join(dir, "a\x00"): ": invalid argument",
	} {
		if _, err := Bytes(""); err == nil || !strings.Contains(err.Error(), "is empty; must be") {
			t.Errorf("Bytes of no name = %v", err)
		}
		if _, err := Bytes(path); err == nil || err.Error() != path+want {
			t.Errorf("Bytes(%q) = %v, want %s%s", path, err, path, want)
		}
	}
}

// A file without an end, such as a device, is not read into memory until there is none left.
func TestAFileThatIsTooLongIsNotReadToItsEnd(t *testing.T) {
	if data, err := Bytes("/dev/zero"); err == nil || data != nil || err.Error() != "/dev/zero: the file is longer than 1048576 bytes; must be at most that" {
		t.Errorf("Bytes(/dev/zero) = %d bytes, %v", len(data), err)
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, make([]byte, maxFile), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := Bytes(path); err != nil || len(data) != maxFile {
		t.Errorf("a file of %d bytes: %d, %v", maxFile, len(data), err)
	}
}
