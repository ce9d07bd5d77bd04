package sim

import (
	"encoding/hex"
	"strings"
	"testing"
)

// Rows of the sheet agilent-window.md by number. Left out: the pressure of 5, whose check is tested by the rule.
func TestWindowVectors(t *testing.T) {
	octets := func(text string) string {
		b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	p := newPlant(1)
	p.turbo.motor, p.turbo.station, p.turbo.speed = true, true, nominalSpeed
	turbo := func() instrument { return newAgilentTurbo(p, settings{}) }
	converses(t, turbo, []exchange{
		{octets("02 80 30 30 30 31 30 03 42 32"), octets("02 80 06 03 38 35")},                         // 2
		{octets("02 80 30 30 30 31 31 03 42 33"), octets("02 80 06 03 38 35")},                         // 1
		{octets("02 80 32 30 35 30 03 38 34"), octets("02 80 32 30 35 30 30 30 30 30 30 35 03 38 31")}, // 4
		{octets("02 83 32 30 35 30 03 38 37"), ""},                                                     // 3: another's
		{octets("02 80 32 30 35 30 03 38 37"), ""},                                                     // a wrong check
		{"\x02\x809990\x03" + windowCheck([]byte("\x809990\x03")), octets("02 80 32 03 42 31")},        // 8
		{"\x02\x8020510\x03" + windowCheck([]byte("\x8020510\x03")), octets("02 80 35 03 42 36")},      // 8
	})
	ion := func() instrument { return newAgilentIonPump(p, settings{"address": 1.0}) }
	converses(t, ion, []exchange{{octets("02 81 30 31 31 31 31 03 42 32"), octets("02 81 06 03 38 34")}}) // 7
	first := func() instrument { return newAgilentIonPump(p, settings{}) }
	converses(t, first, []exchange{{octets("02 80 36 30 30 30 03 38 35"), octets("02 80 36 30 30 30 30 30 30 30 30 31 03 38 34")}}) // 6
}
