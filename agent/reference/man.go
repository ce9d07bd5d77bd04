package reference

import (
	"fmt"
	"strings"

	"pychron-edge/drivers"
)

// Man is the manual page of the configuration, section 5.
func Man() string {
	var b strings.Builder
	b.WriteString(".TH PYCHRON\\-EDGE\\-AGENT.YAML 5 \"\" \"pychron-edge\" \"File formats\"\n.SH NAME\npychron\\-edge\\-agent.yaml \\- configuration of the pychron\\-edge agent\n" +
		".SH DESCRIPTION\nYAML. Times carry their unit (500ms, 2s, 15m). An unknown key is a mistake;\n.B pychron\\-edge\\-agent check\nnames every one.\n.SH KEYS\n")
	manKeys(&b, Core())
	b.WriteString(".SH MODELS\n")
	for _, m := range drivers.Models() {
		fmt.Fprintf(&b, ".SS %s\n%s\n", troff(m.Name), troff(m.About+"."))
		manKeys(&b, Options(m))
	}
	b.WriteString(".SH SEE ALSO\n.BR pychron\\-edge\\-agent (8)\n")
	return b.String()
}

func manKeys(b *strings.Builder, keys []Key) {
	for _, k := range keys {
		def := ""
		if k.Default != "" {
			def = "; default " + k.Default
		}
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", troff(k.Path), troff(k.Form+def+". "+k.Text+"."))
	}
}

// troff is a text that troff prints as it is.
func troff(s string) string {
	s = strings.NewReplacer("\\", "\\e", "-", "\\-", "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		return "\\&" + s
	}
	return s
}
