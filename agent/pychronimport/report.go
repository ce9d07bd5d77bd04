package pychronimport

import (
	"fmt"
	"strings"
)

// Fact is one thing the laboratory wrote, and what became of it.
type Fact struct {
	File string
	Line int    // from 1
	What string // "interlock B of A"
	As   string // where it stands in the configuration; "" = it was not carried
	Note string // why it was not carried, or what differs where it was
}

func (f Fact) String() string {
	head := fmt.Sprintf("%s:%d: %s -> ", f.File, f.Line, f.What)
	switch {
	case f.As == "":
		return head + "told: " + f.Note
	case f.Note != "":
		return head + "carried as " + f.As + "; " + f.Note
	}
	return head + "carried as " + f.As
}

// Note is something in the tree that is no fact: a file that is not read, a setting that needs nothing here.
type Note struct {
	File string
	Line int // 0 = the whole file
	Text string
}

func (n Note) String() string {
	if n.Line == 0 {
		return n.File + ": listed: " + n.Text
	}
	return fmt.Sprintf("%s:%d: listed: %s", n.File, n.Line, n.Text)
}

// Result is what an import gives.
type Result struct {
	YAML     string   // the configuration
	Facts    []Fact   // in the order they were found
	Listed   []Note   // what is no fact
	Warnings []string // what stands at the top of the configuration
	Failed   []string // files that could not be read, with why
}

// Written is how many facts stand in the configuration.
func (r *Result) Written() (count int) {
	for _, f := range r.Facts {
		if f.As != "" {
			count++
		}
	}
	return count
}

// Report is one line for each file that failed, each note and each fact, and the counts in the last.
func (r *Result) Report() string {
	var b strings.Builder
	for _, text := range r.Failed {
		fmt.Fprintln(&b, text)
	}
	for _, n := range r.Listed {
		fmt.Fprintln(&b, n)
	}
	for _, f := range r.Facts {
		fmt.Fprintln(&b, f)
	}
	fmt.Fprintln(&b, r.counts())
	return b.String()
}

func (r *Result) counts() string {
	c := r.Written()
	return fmt.Sprintf("%d facts: %d carried, %d told", len(r.Facts), c, len(r.Facts)-c)
}
