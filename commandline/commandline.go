// Package commandline is the command line of a program as one table: from it come parsing, help, near names, completions and the man page.
//
// It runs nothing: what a verb does is the program's.
package commandline

import "slices"

// Program is the command line of one program.
type Program struct {
	Name        string // it is installed under
	Word        string // it is called by in help and messages: agent
	Line        string // what it does, in a few words
	About       string // what it is, in whole lines, for its help
	Where       string // where its configuration is looked for, in a sentence
	Description string // what it is, for the man page, in troff
	Files       []File // for the man page
	Verbs       []Verb // in the order of the help
}

// File is one that the program reads or writes.
type File struct {
	Path string
	Text string // what it is, in troff
}

// Verb is one thing the program can be told.
type Verb struct {
	Name    string
	Args    string   // what follows the flags: "[FILE]"; "" = nothing may
	Choices []string // what that is one of, for completions; $(...) = what a command prints
	Max     int      // how many words of it may be given
	Line    string   // what it does, in a line
	Text    string   // what else there is to know, in whole lines
	Flags   []Flag
	Exits   string // exit codes beyond 0 and 2, in a line

	word string // of its program
}

// Flag is one flag of a verb.
type Flag struct {
	Name string
	Arg  string // FILE, DIRECTORY, TEXT; "" = a switch
	Def  string // its value where it is not given
	Line string
}

// Find is the verb called name, nil if there is none.
func (p *Program) Find(name string) *Verb {
	i := slices.IndexFunc(p.Verbs, func(v Verb) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return &p.all()[i]
}

// Names are all verbs.
func (p *Program) Names() []string {
	var names []string
	for _, v := range p.Verbs {
		names = append(names, v.Name)
	}
	return names
}

// all are the verbs, each with the word of the program.
func (p *Program) all() []Verb {
	all := slices.Clone(p.Verbs)
	for i := range all {
		all[i].word = p.Word
	}
	return all
}
