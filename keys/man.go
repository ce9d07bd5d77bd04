package keys

import (
	"fmt"
	"strings"
)

// Man writes keys as a part of a manual page.
func Man(b *strings.Builder, keys []Key) {
	for _, k := range keys {
		def := ""
		if k.Default != "" {
			def = "; default " + k.Default
		}
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", Troff(k.Path), Troff(k.Form+def+". "+k.Text+"."))
	}
}

// Troff is a text that troff prints as it is.
func Troff(s string) string {
	s = strings.NewReplacer("\\", "\\e", "-", "\\-", "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		return "\\&" + s
	}
	return s
}
