package config

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// valueOf is what stands behind a colon, a comma or a bracket.
var valueOf = regexp.MustCompile(`(?:[:,\[{]\s*)("[^"]*"|[^\s,{}\[\]:]+)`)

// swapped has some values of a file in the place of others, as by somebody who copies lines and forgets a name.
func swapped(data []byte, random *rand.Rand) string {
	text := string(data)
	for range 1 + random.IntN(3) {
		all := valueOf.FindAllStringSubmatchIndex(text, -1)
		to, from := all[random.IntN(len(all))], all[random.IntN(len(all))]
		text = text[:to[2]] + text[from[2]:from[3]] + text[to[3]:]
	}
	return text
}

// goWords are what no person has to read.
var goWords = regexp.MustCompile(`map\[|interface \{|%!|<nil>|one of ,|nil pointer|reflect`)

func TestNoFileMakesCheckFail(t *testing.T) {
	files := shipped(t)
	const swaps = 60
	for n, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(uint64(n), 1))
		for range swaps {
			text := swapped(data, random)
			for line := range strings.Lines(checkedSafely(t, filepath.Base(file), text)) {
				if goWords.MatchString(line) {
					t.Errorf("of\n%s\n%swhich is not for a person", text, line)
				}
			}
		}
	}
}

// checkedSafely is what check says of a file.
func checkedSafely(t *testing.T, name, text string) string {
	defer func() {
		if why := recover(); why != nil {
			t.Fatalf("check panics: %v; of\n%s", why, text)
		}
	}()
	c, list := Load(name, []byte(text))
	_, more := Check(c)
	return listed(append(list, more...))
}

func TestADerivedPointWithTheNameOfARefusedDevice(t *testing.T) {
	const gauge = `agent: {name: x}
devices:
  - {name: a, model: ascii, port: "tcp://127.0.0.1:1", options: {end: "\r", reads: [{channel: p, name: pressure, unit: pascals, send: "P?"}], vectors: [{send: "P?\r", reply: "1\r", reads: {p: "1"}}]}}
`
	for text, want := range map[string]string{
		"  - {name: b, model: asciii, port: \"tcp://127.0.0.1:2\"}\nderived:\n  - {name: b, reading: pressure, unit: pascals, value: a.p * 2}\n":            "b is a device; must be a name of its own",
		"derived:\n  - {name: torr, reading: pressure, unit: pascals, value: a.p * 2}\n  - {name: c, reading: pressure, unit: pascals, value: torr(a.p)}\n": "which is a function in a rule",
		"derived:\n  - {name: \"\", reading: pressure, unit: pascals, value: a.p * 2}\n  - {name: c, reading: pressure, unit: pascals, value: d.p}\n":       "device d is unknown; must be one of a, c",
	} {
		got := checkedSafely(t, "f.yaml", gauge+text)
		if !strings.Contains(got, want) || goWords.MatchString(got) {
			t.Errorf("%s\n%swant %s", text, got, want)
		}
	}
}
