package yamlfile

import (
	"strings"
	"testing"
)

func TestHints(t *testing.T) {
	for text, want := range map[string]string{
		`unknown key "modle" in devices[1]; must be one of name, model, port`: "model",
		`device ion is unknown; must be one of ion1, oven`:                    "ion1",
		`ion1 has no point igg; must be one of cg, ig`:                        "ig",
		`units is "Torr"; must be one of torr, mbar, pa`:                      "torr",
		`severity is "eror"; must be info, warning, error or critical`:        "error",
		`every is "2"; must be a time with its unit, such as 500ms`:           "",
		`function Torr is unknown; must be one of abs, torr`:                  "torr",
		`scheme is ""; must be serial, tcp or udp`:                            "",
	} {
		got := hinted(text)
		if want == "" && got != text || want != "" && !strings.HasSuffix(got, "; did you mean "+want+"?") {
			t.Errorf("hinted(%s) = %s, want the near name %q", text, got, want)
		}
	}
}
