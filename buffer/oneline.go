package buffer

import (
	"fmt"
	"strings"
	"unicode"
)

// OneLine is a text for people, on one line; see [Visible].
func OneLine(s string) string { return Visible(strings.Join(strings.Fields(s), " ")) }

// Visible is a text for people in which each character that is not seen but changes how others are shown stands as its number, such as \u202e: those that turn the
// direction of writing, of no width, and of control, but for ends of lines and tabs. So no text from outside reverses or hides what stands beside it.
func Visible(s string) string {
	if !strings.ContainsFunc(s, unseen) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case !unseen(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func unseen(r rune) bool {
	return r != '\n' && r != '\r' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
