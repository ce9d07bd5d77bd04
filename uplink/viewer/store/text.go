package store

import "strings"

// clean makes s valid for both databases: UTF-8 without NUL.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// text returns nil for "": a NULL takes no space in a row.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return new(clean(s))
}
