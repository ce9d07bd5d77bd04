package buffer

import (
	"path"
	"slices"
)

// Rights somebody may have, as they are written in the configuration. Any of them lets one read.
const (
	RightRead    = "read"    // look at everything
	RightIngest  = "ingest"  // bring events
	RightCommand = "command" // move things, lock, clear, acknowledge; and halt
	RightAdmin   = "admin"   // capture and clear
	RightHalt    = "halt"    // halt everything
)

// Principal is who asks: proven by a token or by where they come from, never by what they write in a body.
type Principal struct {
	Name     string   // "jr", "loopback", "page:jr"
	Via      string   // "http", "mqtt", "pychron", "page"
	Rights   []string // read, ingest, command, admin, halt
	Controls []string // patterns "V*.open"; empty = all
	Claim    string   // a name the body gave, only a claim beside Name
	Away     bool     // it asks from outside the networks of the bench, where these are configured
}

// May reports whether the principal has a right.
func (p Principal) May(right string) bool {
	switch {
	case slices.Contains(p.Rights, right):
		return true
	case right == RightHalt:
		return slices.Contains(p.Rights, RightCommand)
	case right == RightRead:
		return len(p.Rights) > 0
	}
	return false
}

// AllRights are all the principal has, those that come with others included, in the order of the constants.
func (p Principal) AllRights() []string {
	all := []string{RightRead, RightIngest, RightCommand, RightAdmin, RightHalt}
	return slices.DeleteFunc(all, func(right string) bool { return !p.May(right) })
}

// MayMove reports whether the principal's patterns let it move a control. It does not ask for the right to command.
func (p Principal) MayMove(device, control string) bool {
	if len(p.Controls) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Controls, func(pattern string) bool {
		ok, err := path.Match(pattern, device+"."+control)
		return ok && err == nil
	})
}
