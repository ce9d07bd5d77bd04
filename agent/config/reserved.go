package config

import "strings"

// HaltRule is the name under which the latch of a halt from outside is shown and cleared.
const HaltRule = "halt"

// maxOnRule begins the name of the latch of a laser that was on for max_on.
const maxOnRule = "max_on "

// MaxOnRule is the name of the latch of a laser that was on for max_on.
func MaxOnRule(device string) string { return maxOnRule + device }

// ReservedRule says whether a name is that of a latch every agent has, or cannot be told from it where capitals and
// spaces are dropped. No rule of a configuration may have it, and no such latch is ever bypassed.
func ReservedRule(name string) bool {
	return folded(name) == HaltRule || strings.HasPrefix(folded(name), folded(maxOnRule))
}
