package main

import (
	"fmt"
	"strings"
)

// mutant is one thing that is changed, behind the switch of its number. Its name holds while lines are added elsewhere.
type mutant struct {
	n        int
	file     string // from the module's directory
	function string // "" outside of one
	what     string
	line     int
	unbuilt  bool // it does not compile
}

func (m *mutant) String() string { return fmt.Sprintf("%s:%d: %s", m.file, m.line, m.text()) }

func (m *mutant) text() string {
	if m.function == "" {
		return m.what
	}
	return m.function + ": " + m.what
}

// key names the mutant in the list of equivalent ones.
func (m *mutant) key() string { return m.file + ": " + m.text() }

// brief is a stretch of code on one line.
func brief(code string) string {
	code = strings.Join(strings.Fields(code), " ")
	if r := []rune(code); len(r) > 90 {
		code = string(r[:90]) + "…"
	}
	return code
}
