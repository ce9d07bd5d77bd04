package telemetry

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// documented is the entries of docs/http.md: "GET /events" and the text under it.
func documented(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../docs/http.md")
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{}
	for _, section := range strings.Split(string(data), "\n### ")[1:] {
		call, text, _ := strings.Cut(section, "\n")
		if _, twice := entries[call]; twice {
			t.Errorf("docs/http.md has %s twice", call)
		}
		text, _, _ = strings.Cut(text, "\n## ")
		entries[call] = text
	}
	return entries
}

// viewerRoutes are the calls that a viewer adds.
func viewerRoutes(t *testing.T) (patterns []string) {
	t.Helper()
	files, err := filepath.Glob("../uplink/viewer/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source of the viewer", err)
	}
	route := regexp.MustCompile(`"((?:GET|PUT|POST|DELETE) /[^"]*)": +http\.`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range route.FindAllStringSubmatch(string(data), -1) {
			patterns = append(patterns, found[1])
		}
	}
	return patterns
}

func TestEveryCallIsDocumented(t *testing.T) {
	s, _ := newTestServer()
	entries := documented(t)
	calls := viewerRoutes(t)
	for _, r := range s.table() {
		calls = append(calls, r.pattern)
	}
	for _, call := range calls {
		method, path, _ := strings.Cut(call, " ")
		text, ok := entries[call]
		if !ok {
			t.Errorf("docs/http.md has no entry for %s", call)
			continue
		}
		for _, part := range []string{"\n- Right: `", "\n- Body: ", "\n- Answer: 200", "\n- Errors: ", "\n      curl "} {
			if !strings.Contains("\n"+text, part) {
				t.Errorf("docs/http.md: %s lacks %q", call, strings.TrimSpace(part))
			}
		}
		example := regexp.MustCompile(`localhost:9119` + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `\w+`) + `(\W|$)`)
		if !example.MatchString(text) || method != "GET" && !strings.Contains(text, "-X "+method) {
			t.Errorf("docs/http.md: the example of %s does not call it", call)
		}
	}
	for call := range entries {
		if !slices.Contains(calls, call) {
			t.Errorf("docs/http.md describes %s, which no server answers", call)
		}
	}
}

// A token with the documented right alone is let in; one without it, and nobody, are not.
func TestDocumentedRightsAreTheRealOnes(t *testing.T) {
	all := []string{buffer.RightRead, buffer.RightIngest, buffer.RightCommand, buffer.RightAdmin, buffer.RightHalt}
	s, _ := newTestServer(func(o *ServerOptions) {
		o.Tokens = nil
		for _, right := range all {
			o.Tokens = append(o.Tokens, Token{Name: right, SHA256: hash(right), Rights: []string{right}})
		}
	})
	entries := documented(t)
	for _, r := range s.table() {
		_, text, _ := strings.Cut("\n"+entries[r.pattern], "\n- Right: `")
		right, _, _ := strings.Cut(text, "`")
		method, path, _ := strings.Cut(r.pattern, " ")
		path = regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "V1")
		if code := s.ask(t, method, path, `{"value":1}`, remote).Code; code != 401 {
			t.Errorf("%s from elsewhere without a token = %d, want 401", r.pattern, code)
		}
		for _, has := range all {
			want := buffer.Principal{Rights: []string{has}}.May(right)
			code := s.ask(t, method, path, `{"value":1}`, remote, token(has)).Code
			if got := code != 401 && code != 403; got != want {
				t.Errorf("%s with the right %s = %d; docs/http.md gives it to %q", r.pattern, has, code, right)
			}
		}
	}
}

func TestEveryFilterParameterIsDocumented(t *testing.T) {
	text := documented(t)["GET /events"]
	for _, name := range buffer.FilterParameters {
		if !strings.Contains(text, "\n| `"+name+"` | ") {
			t.Errorf("docs/http.md: the filter's table lacks %s", name)
		}
	}
	if rows := strings.Count(text, "\n| `"); rows != len(buffer.FilterParameters) {
		t.Errorf("docs/http.md: the filter's table has %d rows, want %d", rows, len(buffer.FilterParameters))
	}
}
