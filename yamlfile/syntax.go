package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"pychron-edge/lazyregexp"
)

var atLine = lazyregexp.New(`^yaml: (?:line \d+: )?(.*)$`)

// syntax adds an error of the YAML parser. It stands alone: what the rest of a broken file means is not known.
func (p *Problems) syntax(data []byte, err error) {
	p.Broken = true
	text := strings.ReplaceAll(err.Error(), "\n", " ")
	if m := atLine.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	n := p.brokenLine(data)
	line := strings.TrimRight(p.Lines[n-1], "\r")
	p.List = append(p.List, Problem{File: p.File, Position: Position{n, 1}, Text: fmt.Sprintf("is not YAML: %s: %q", reason(line, text), cut(string(WithoutSecrets([]byte(line))), maxQuoted))})
}

// maxQuoted is how much of a broken line is quoted, in bytes.
const maxQuoted = 120

// coarse is in how many steps the broken line is looked for at first.
const coarse = 40

// brokenLine is the line with which the file stops being YAML: the lines up to it cannot be read, and those before it can. The
// parser names a line before or after it: the beginning of what is broken, or where a quotation that is not closed is contradicted.
func (p *Problems) brokenLine(data []byte) int {
	if n := slices.IndexFunc(p.Lines, func(line string) bool { return strings.ContainsFunc(indentOf(line), strange) }); n >= 0 {
		return n + 1 // what it breaks is seen lines later, if at all
	}
	ends := lineEnds(data)
	step := len(ends)/coarse + 1
	n := len(ends)
	for n > 0 && !readable(data[:ends[n-1]]) {
		n -= step
	}
	last := max(n, 0)
	for n = min(last+2*step, len(ends)); n > last && !readable(data[:ends[n-1]]); {
		n--
	}
	return p.written(min(n+1, len(p.Lines)))
}

// written is line n, or the first after it on which something stands.
func (p *Problems) written(n int) int {
	for i := n; i <= len(p.Lines); i++ {
		if line := strings.TrimSpace(p.Lines[i-1]); line != "" && line[0] != '#' {
			return i
		}
	}
	return n
}

// lineEnds are the offsets at which the lines end, their line feeds included.
func lineEnds(data []byte) []int {
	var ends []int
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] != len(data) {
		ends = append(ends, len(data))
	}
	return ends
}

func readable(data []byte) bool {
	var root yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		if err := decoder.Decode(&root); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// markedValue is a value within braces that begins with what has a meaning of its own there: {listen: :9119}.
var markedValue = lazyregexp.New(`\{.*: ([:%@\x60][^ ,}\]]*)`)

// reason says what is wrong with a line in the words of somebody who writes the file, where that can be seen; else it is the
// parser's.
func reason(line, parser string) string {
	indent := indentOf(line)
	body := strings.TrimSpace(line)
	switch {
	case strings.Contains(indent, "\t"):
		return "a tab in the indentation; must be spaces"
	case strings.ContainsFunc(indent, strange):
		return fmt.Sprintf("a space that is none (%U) in the indentation; must be plain spaces", []rune(indent)[strings.IndexFunc(indent, strange)])
	case strings.Count(line, "\x00") > len(line)/3:
		return "text with two bytes for each letter; must be saved as UTF-8"
	case strings.Contains(parser, "UTF-8"), strings.Contains(parser, "invalid Unicode"):
		return "a letter that is not UTF-8; must be saved as UTF-8"
	case strings.Contains(parser, "control characters"):
		return "a control character; must be plain text"
	case strings.Contains(parser, "max depth"):
		return fmt.Sprintf("too many brackets within each other; must be at most %d levels", maxDepth)
	case strings.ContainsAny(line, "“”„‘’"):
		return "quotation marks of a word processor; must be \" or '"
	case odd(line, '"'):
		return "a quotation that does not end; must be closed with \""
	case odd(line, '\''):
		return "a quotation that does not end; must be closed with '"
	case strings.Count(line, "{") != strings.Count(line, "}"):
		return "braces that do not match; must be as many { as }"
	case strings.Count(line, "[") != strings.Count(line, "]"):
		return "brackets that do not match; must be as many [ as ]"
	case strings.HasPrefix(body, "%"), strings.HasPrefix(body, "@"), strings.HasPrefix(body, "`"):
		return "a value may not begin so; must be in quotation marks"
	case markedValue.MatchString(body):
		return "a value may not begin so; must be in quotation marks: \"" + markedValue.FindStringSubmatch(body)[1] + "\""
	case !strings.Contains(body, ": ") && !strings.HasSuffix(body, ":") && !strings.HasPrefix(body, "-"):
		return "a key without a colon and a space after it; must be key: value"
	case strings.Contains(parser, "did not find expected '-' indicator"), strings.Contains(parser, "did not find expected key"),
		strings.Contains(parser, "mapping values are not allowed"), strings.Contains(parser, "expected <document start>"):
		return "indented otherwise than what it belongs to, or a colon in a value without quotation marks; must stand below its neighbours (" + parser + ")"
	}
	return parser
}

// indentOf is the white space, of whatever kind, that a line begins with.
func indentOf(line string) string {
	return line[:len(line)-len(strings.TrimLeftFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || strange(r) }))]
}

// strange says whether r looks like a space and is none to YAML.
func strange(r rune) bool {
	return r > unicode.MaxASCII && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) && r != '\ufeff')
}

// odd says whether a mark that stands in pairs, escapes aside, stands there an odd number of times before a comment.
func odd(line string, mark rune) bool {
	n := 0
	for i, r := range line {
		switch {
		case r == mark && (i == 0 || line[i-1] != '\\'):
			n++
		case r == '#' && n%2 == 0 && (i == 0 || line[i-1] == ' '):
			return false
		}
	}
	return n%2 == 1
}
