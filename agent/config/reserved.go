package config

import "strings"

// HaltRule is the name under which the latch of a halt from outside is shown and cleared.
const HaltRule = "halt"

// MaxOnPrefix begins the name of the latch of a laser that was on for longer than its max_on: the device follows.
const MaxOnPrefix = "max_on "

// ReservedRule says whether a name is that of a latch every agent has, or cannot be told from it where capitals and
// spaces are dropped. No rule of a configuration may have it, and no such latch is ever bypassed.
func ReservedRule(name string) bool {
	return folded(name) == HaltRule || strings.HasPrefix(folded(name), folded(MaxOnPrefix))
}
