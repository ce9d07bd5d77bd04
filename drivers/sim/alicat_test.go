package sim

import "testing"

// Rows of the sheet alicat-mfc.md, 1, by number; 2 with the flow as commanded.
func TestAlicatVectors(t *testing.T) {
	converses(t, func() instrument { return newAlicat(nil, settings{}) }, []exchange{
		{"A\r", "A +014.70 +025.00 +00.000 +00.000 00.000 N2\r"},       // 1
		{"AS 10.5\r", "A +014.70 +025.00 +10.500 +10.500 10.500 N2\r"}, // 2
		{"AXX\r", "?\r"}, // 4
		{"B\r", ""},      // another's
		{"AHC\r", "A +014.70 +025.00 +10.500 +10.500 10.500 N2 HLD\r"}, // the words of 3
		{"AC\r", "A +014.70 +025.00 +10.500 +10.500 10.500 N2\r"},
	})
	bc := func() instrument {
		return newAlicat(nil, settings{"columns": []any{"temperature", "mass_flow", "-", "setpoint", "valve", "gas"}})
	}
	converses(t, bc, []exchange{{"A\r", "A +025.00 +00.000 +0021513.0 00.000 +55.13 N2\r"}}) // 5, in form
}
