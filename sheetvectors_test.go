package project_test

import (
	"bufio"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	vectorHeading = regexp.MustCompile(`^(#+) .*[Vv]ector`)
	anyHeading    = regexp.MustCompile(`^(#+) `)
	vectorRow     = regexp.MustCompile(`^(\||\d+\. |- ` + "`" + `)`)
	vectorLine    = regexp.MustCompile(`^(Test vectors|Vectors)\b`)
	inBytes       = regexp.MustCompile(`^([0-9A-F]{2} )*[0-9A-F]{2}$`)
	quotedYAML    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	codeSpan      = regexp.MustCompile("`([^`]+)`")
)

// sheetVectors are the spans of code under the headings and in the lines of a sheet that say vectors, as they are written there.
func sheetVectors(t *testing.T, file string) (spans []string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	depth, fenced, table := 0, false, false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if head := anyHeading.FindStringSubmatch(line); head != nil && !fenced {
			switch {
			case vectorHeading.MatchString(line):
				depth = len(head[1])
			case len(head[1]) <= depth:
				depth = 0
			}
		}
		table = strings.HasPrefix(line, "| # |") || table && strings.HasPrefix(line, "|")
		if fenced || depth == 0 && !table && !vectorLine.MatchString(line) || depth > 0 && !vectorRow.MatchString(line) {
			continue
		}
		for _, span := range codeSpan.FindAllStringSubmatch(line, -1) {
			if !strings.HasPrefix(span[1], "…") || len(span[1]) > 10 { // what is left out of a frame that stands above
				spans = append(spans, strings.TrimPrefix(span[1], "… "))
			}
		}
	}
	return spans
}

// spoken are the texts of all tests: what stands in quotation marks there, and each once more as bytes in hexadecimal.
type spoken struct {
	texts []string
	whole map[string]bool
	hexed []string
}

func testTexts(t *testing.T) *spoken {
	t.Helper()
	all := &spoken{whole: map[string]bool{}}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					all.add(text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (s *spoken) add(text string) {
	s.texts = append(s.texts, text)
	s.whole[strings.TrimRight(text, "\r\n")] = true
	s.hexed = append(s.hexed, strings.ToUpper(strings.ReplaceAll(text, " ", "")), strings.ToUpper(hex.EncodeToString([]byte(text))))
}

// has says whether a test has the vector: in bytes, or as a text of its own, or a long one inside another.
func (s *spoken) has(span string) bool {
	if inBytes.MatchString(span) {
		digits := strings.ReplaceAll(span, " ", "")
		for _, text := range s.hexed {
			if strings.Contains(text, digits) {
				return true
			}
		}
		return false
	}
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(span, `"`, `\"`) + `"`)
	if err != nil {
		text = span
	}
	bare := strings.TrimRight(text, "\r\n")
	if s.whole[bare] {
		return true
	}
	for _, in := range s.texts {
		if bare != text && strings.Contains(in, text) || len(bare) >= 6 && strings.Contains(in, bare) {
			return true
		}
	}
	return false
}

// addInstruments adds the vectors of the library of described instruments, which its tests and `agent check` run.
func (s *spoken) addInstruments(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob("firmware-cfg/instruments/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d instruments, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range quotedYAML.FindAllString(string(text), -1) {
			if literal, err := strconv.Unquote(part); err == nil {
				s.add(literal)
			}
		}
	}
}

// leftOut are the rows of docs/vectors-left-out.md: sheet and vector.
func leftOut(t *testing.T) map[[2]string]bool {
	t.Helper()
	page, err := os.ReadFile("docs/vectors-left-out.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[[2]string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (\\S+) \\| `(.+?)` \\| \\S.* \\|$").FindAllStringSubmatch(string(page), -1) {
		rows[[2]string{row[1], row[2]}] = false
	}
	return rows
}

// Every vector of every sheet stands in a test, or in docs/vectors-left-out.md with the reason why not, and in one of them only.
func TestEveryVectorOfTheSheetsIsInATest(t *testing.T) {
	files, err := filepath.Glob("docs/protocols/*.md")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d sheets, %v; want 30 or more", len(files), err)
	}
	texts, out, n := testTexts(t), leftOut(t), 0
	texts.addInstruments(t)
	for _, file := range files {
		sheet := strings.TrimSuffix(filepath.Base(file), ".md")
		for _, span := range sheetVectors(t, file) {
			n++
			key := [2]string{sheet, span}
			_, listed := out[key]
			if listed {
				out[key] = true
			}
			switch has := texts.has(span); {
			case has && listed:
				t.Errorf("%s: `%s` is in a test; docs/vectors-left-out.md says that it is left out", sheet, span)
			case !has && !listed:
				t.Errorf("%s: `%s` is in no test, and not in docs/vectors-left-out.md", sheet, span)
			}
		}
	}
	for key, found := range out {
		if !found {
			t.Errorf("docs/vectors-left-out.md: `%s` is no vector of %s", key[1], key[0])
		}
	}
	if n < 800 {
		t.Errorf("%d vectors were found in the sheets, want 800 or more", n)
	}
}
