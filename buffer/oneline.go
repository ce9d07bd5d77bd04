package buffer

import "strings"

// OneLine is a text on one line.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
