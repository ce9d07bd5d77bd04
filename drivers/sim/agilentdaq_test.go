package sim

import "testing"

// Rows of the sheet agilent-34970a.md by number. Left out: 6, 8 (no command of these cards fails).
func TestDAQVectors(t *testing.T) {
	relays := func() instrument {
		return newRelayCard(newPlant(1), settings{"closed": "opens", "channels": asAny(map[string]string{"301": "A", "302": "B", "303": "C"})})
	}
	converses(t, relays, []exchange{
		{"SYST:CTYP? 300\n", "HEWLETT-PACKARD,34903A,0,1.0\r\n"},
		{"SYST:CTYP? 100\n", ""},                                     // another card's
		{"ROUT:CLOS (@301)\n", ""}, {"ROUT:CLOS? (@301)\n", "1\r\n"}, // 1, 2
		{"ROUT:CLOS (@303)\n", ""}, {"ROUT:CLOS? (@301,302,303)\n", "1,0,1\r\n"}, // 4
		{"ROUT:OPEN (@301)\n", ""}, {"ROUT:CLOS? (@301)\n", "0\r\n"}, // 3
	})
	inputs := func() instrument {
		return newInputCard(newPlant(1), settings{"inputs": asAny(map[string]string{"101": "a", "102": "b"})})
	}
	converses(t, inputs, []exchange{
		{"SYST:ERR?\n", "+0,\"No error\"\r\n"}, // 5
		{"CONF:VOLT:DC (@101,102)\n", ""}, {"FORM:READ:CHAN OFF\n", ""},
		{"READ?\n", "+5.00000000E-01,+7.50000000E-01\r\n"}, // 7, in form
	})
}
