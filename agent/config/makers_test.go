package config

import (
	"strings"
	"testing"

	"pychron-edge/drivers"
)

func TestMakersNamesLeadToModels(t *testing.T) {
	for name, model := range makers {
		if _, err := drivers.Find(model); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, want := range map[string]string{"tpg366": "pfeiffer-tpg", "TPG 256": "pfeiffer-tpg", "974B": "mks-9xx", "MKS-946": "mks-937b", "HiPace 80": "pfeiffer-pump",
		"Eurotherm 2408": "eurotherm-modbus", "LakeShore_336": "lakeshore-33x", "toaster": "", "tpgxyz": ""} {
		if got := MakersModel(name); got != want {
			t.Errorf("MakersModel(%q) = %q, want %q", name, got, want)
		}
	}
}

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
