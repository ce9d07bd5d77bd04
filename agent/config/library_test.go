package config

import (
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/firmware-cfg/instruments"
)

// Every described instrument passes its own vectors; every vector names its source, and what is UNCONFIRMED is not counted: at least 15
// are confirmed.
func TestLibrary(t *testing.T) {
	confirmed := 0
	for _, name := range instruments.Names() {
		data, _ := instruments.File(name)
		m, options, _, err := describedModel(instrumentPrefix+name, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.About == "" || m.Source == "" || m.Reads == "" {
			t.Errorf("%s: says not what it is, reads, or where that is from: %+v", name, m)
		}
		text := string(data)
		if unsure := strings.Contains(text, "UNCONFIRMED"); unsure != (m.Confidence == drivers.Unconfirmed) {
			t.Errorf("%s: confidence is %s, and that the file says UNCONFIRMED is %v", name, m.Confidence, unsure)
		}
		if m.Confidence != drivers.Unconfirmed {
			confirmed++
		}
		for i, v := range vectorsOf(options) {
			if v.Source == "" {
				t.Errorf("%s: vectors[%d] names no source", name, i)
			}
		}
	}
	if confirmed < 15 {
		t.Errorf("%d instruments are confirmed, want 15 or more", confirmed)
	}
	t.Logf("%d of %d are confirmed", confirmed, len(instruments.Names()))
}

func vectorsOf(options any) []drivers.Vector {
	switch o := options.(type) {
	case *drivers.ASCIIOptions:
		return o.Vectors
	case *drivers.ModbusOptions:
		return o.Vectors
	}
	return nil
}
