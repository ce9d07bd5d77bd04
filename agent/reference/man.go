package reference

import (
	"fmt"
	"strings"

	"pychron-edge/drivers"
	"pychron-edge/keys"
)

// Man is the manual page of the configuration, section 5.
func Man() string {
	var b strings.Builder
	b.WriteString(".TH PYCHRON\\-EDGE\\-AGENT.YAML 5 \"\" \"pychron-edge\" \"File formats\"\n.SH NAME\npychron\\-edge\\-agent.yaml \\- configuration of the pychron\\-edge agent\n" +
		".SH DESCRIPTION\nYAML. Times carry their unit (500ms, 2s, 15m). An unknown key is a mistake;\n.B pychron\\-edge\\-agent check\nnames every one.\n.SH KEYS\n")
	keys.Man(&b, Core())
	b.WriteString(".SH MODELS\n")
	for _, m := range drivers.Models() {
		fmt.Fprintf(&b, ".SS %s\n%s\n", keys.Troff(m.Name), keys.Troff(m.About+"."))
		keys.Man(&b, Options(m))
	}
	b.WriteString(".SH SEE ALSO\n.BR pychron\\-edge\\-agent (8)\n")
	return b.String()
}
