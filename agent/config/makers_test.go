package config

import (
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
