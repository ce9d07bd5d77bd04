package pychronimport

import (
	"slices"
	"strconv"
	"strings"

	"pychron-edge/agent/rules"
	"pychron-edge/lazyregexp"
)

// names gives out names of ours: each once, whatever its capitals, and each alias to one thing.
type names struct {
	taken   map[string]bool // in lower case
	held    map[string]bool // in lower case: for what is called so in Pychron
	aliases map[string]bool
}

func newNames() names { return names{map[string]bool{}, map[string]bool{}, map[string]bool{}} }

// keep holds a name that can be ours as it stands for what has it: nothing whose name had to be changed gets it.
func (n names) keep(name, prefix string) {
	if identifier(name, prefix) == name {
		n.held[strings.ToLower(name)] = true
	}
}

var (
	notInName = lazyregexp.New(`[^A-Za-z0-9_]`)
	// reserved mean something else in a rule.
	reserved = []string{"and", "or", "not", "in", "matches", "contains", "startswith", "endswith", "let", "if", "else", "true", "false", "nil"}
)

// identifier is a Pychron name as ours can be: other characters become _, and prefix stands before what begins with a digit or
// means something else in a rule.
func identifier(name, prefix string) string {
	name = notInName.ReplaceAllString(name, "_")
	_, function := rules.Functions[name]
	if name == "" || name[0] >= '0' && name[0] <= '9' || function || slices.Contains(reserved, strings.ToLower(name)) {
		name = prefix + name
	}
	return name[:min(len(name), 48)]
}

// take is identifier, with a number behind it where the name is taken, or held for something else.
func (n names) take(name, prefix string) string {
	base := identifier(name, prefix)
	ours := base
	for i := 2; n.taken[strings.ToLower(ours)] || n.held[strings.ToLower(ours)] && ours != name; i++ {
		ours = base + "_" + strconv.Itoa(i)
	}
	n.taken[strings.ToLower(ours)] = true
	return ours
}

// alias says whether a name may become an alias: it stands for nothing else.
func (n names) alias(name string) bool {
	free := name != "" && !n.aliases[name]
	n.aliases[name] = true
	return free
}
