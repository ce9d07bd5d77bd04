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
	vectorLine    = regexp.MustCompile(`^(Test vectors|Vectors)\b`)
	inBytes       = regexp.MustCompile(`^([0-9A-F]{2} )*[0-9A-F]{2}$`)
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
		if fenced || depth == 0 && !table && !vectorLine.MatchString(line) {
			continue
		}
		for _, span := range codeSpan.FindAllStringSubmatch(line, -1) {
			spans = append(spans, span[1])
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

// Every vector of every sheet stands in a test, or in docs/protocols/left-out.md with the reason why not.
func TestEveryVectorOfTheSheetsIsInATest(t *testing.T) {
	files, err := filepath.Glob("docs/protocols/*.md")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d sheets, %v", len(files), err)
	}
	texts, n := testTexts(t), 0
	for _, file := range files {
		for _, span := range sheetVectors(t, file) {
			n++
			if !texts.has(span) {
				t.Errorf("%s: `%s` is in no test", filepath.Base(file), span)
			}
		}
	}
	t.Logf("%d", n)
}
