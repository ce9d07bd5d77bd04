package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"pychron-edge/agent/rules"

	"pychron-edge/yamlfile"
)

// maxName is the longest name, in bytes.
const maxName = 64

// foldLength is how much of a name Pychron keeps in its labels.
const foldLength = 50

var namePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// keywords are the words an expression reads as something else.
var keywords = []string{
	"and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else", "true", "false", "nil",
}

// badName says what is wrong with the name of an agent, a device or a point; "" if nothing is.
func badName(name string) string {
	switch {
	case name == "":
		return "is missing; must be letters, digits and _, not beginning with a digit"
	case len(name) > maxName:
		return "is too long; must be at most 64 characters"
	case !namePattern.MatchString(name):
		return "is \"" + yamlfile.Short(name) + "\"; must be letters, digits and _, not beginning with a digit"
	case slices.ContainsFunc(keywords, func(k string) bool { return strings.EqualFold(k, name) }):
		return "is \"" + name + "\", which means something else in a rule; must be anything but " + strings.Join(keywords, ", ")
	}
	return ""
}

// badDeviceName is badName for what stands at the beginning of an expression.
func badDeviceName(name string) string {
	if _, ok := rules.Functions[name]; ok {
		return "is \"" + name + "\", which is a function in a rule; must be anything but " + strings.Join(slices.Sorted(maps.Keys(rules.Functions)), ", ")
	}
	return badName(name)
}

// badTitle says what is wrong with the name of a rule, an alarm or a pipette, which people read and calls carry.
func badTitle(title string) string {
	switch {
	case strings.TrimSpace(title) == "":
		return "is missing; must be any text of one line"
	case len(title) > maxName:
		return "is too long; must be at most 64 characters"
	case strings.TrimSpace(title) != title, strings.ContainsFunc(title, func(r rune) bool { return r == '/' || !unicode.IsPrint(r) }):
		return "is \"" + yamlfile.Short(title) + "\"; must be one line of text without / and without spaces around it"
	}
	return ""
}

// folded is a name as Pychron folds it in the labels of device_io_*: two names that fold to one would be counted as one.
func folded(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), " ", "_")
	return name[:min(len(name), foldLength)]
}

// nameList notices names that are given twice, or that differ in no way that survives folding.
type nameList struct {
	*yamlfile.Problems
	what string
	seen map[string]string
}

func (k *checking) uniqueNames(what string) *nameList {
	return &nameList{k.Problems, what, map[string]string{}}
}

// add notes a name that stands at path.
func (l *nameList) add(name, path string) {
	other, taken := l.seen[folded(name)]
	switch {
	case name == "":
	case taken && other == name:
		l.At(path, "%s %q is given twice; must be given once", l.what, name)
	case taken:
		l.At(path, "%s %q is the same as %q once capitals, spaces and all after %d characters are dropped; must be names that differ in more", l.what, name, other, foldLength)
	default:
		l.seen[folded(name)] = name
	}
}
