// Package lazyregexp has regular expressions that are compiled when they are first used, as the standard library has for itself.
//
// A program has a hundred of them, and most are for what is written wrong, or for a model that is not there. Compiled at the start they
// took a millisecond and a half of it and a seventh of the memory of an agent with ten instruments. What every start needs anyway gains
// nothing by it.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a regular expression. It may be used by several goroutines at once.
type Regexp struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

// inTest says whether this is a test: there each is compiled at once, so that none is wrong unseen.
var inTest = len(os.Args) > 0 && strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// New is the expression of text, in the syntax of package regexp. One that is wrong panics when it is first used, and in a test here.
func New(text string) *Regexp {
	r := &Regexp{text: text}
	if inTest {
		r.Regexp()
	}
	return r
}

// Regexp is the expression itself, compiled.
func (r *Regexp) Regexp() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.text) })
	return r.compiled
}

// These are the methods of [regexp.Regexp].

func (r *Regexp) Match(b []byte) bool                    { return r.Regexp().Match(b) }
func (r *Regexp) MatchString(s string) bool              { return r.Regexp().MatchString(s) }
func (r *Regexp) FindString(s string) string             { return r.Regexp().FindString(s) }
func (r *Regexp) FindStringSubmatch(s string) []string   { return r.Regexp().FindStringSubmatch(s) }
func (r *Regexp) FindSubmatch(b []byte) [][]byte         { return r.Regexp().FindSubmatch(b) }
func (r *Regexp) ReplaceAll(src, by []byte) []byte       { return r.Regexp().ReplaceAll(src, by) }
func (r *Regexp) ReplaceAllString(src, by string) string { return r.Regexp().ReplaceAllString(src, by) }
func (r *Regexp) ReplaceAllLiteralString(src, by string) string {
	return r.Regexp().ReplaceAllLiteralString(src, by)
}
func (r *Regexp) Split(s string, n int) []string { return r.Regexp().Split(s, n) }
