package sim

import (
	"testing"
	"time"
)

// Rows of the sheet gamma-ion-pump.md by number. The values of 2, 3 and 8-11 are the sheet's only in form; their checks are
// tested by the rule.
func TestGammaVectors(t *testing.T) {
	p := newPlant(1)
	p.ion.started = time.Hour
	mpc := func(address float64) func() instrument {
		return func() instrument { return newGamma(p, settings{"address": address, "mpc": true}) }
	}
	converses(t, mpc(1), []exchange{{"~ 01 01 22\r", "01 OK 00 DIGITEL MPCQ 2E\r"}}) // 1
	converses(t, mpc(5), []exchange{
		{"~ 05 37 1 80\r", "05 OK 00 BF\r"},                                   // 6
		{"~ 05 0D 1 00\r", "05 OK 00 RUNNING 00\r"},                           // 11: a check that is 00
		{"~ 05 0D 1,00 " + hexSum(" 05 0D 1,00 ") + "\r", "05 OK 00 02 41\r"}, // 7
		{"~ 05 38 1 81\r", "05 OK 00 BF\r"},                                   // 6
		{"~ 05 0D 1,00 00\r", "05 OK 00 00 " + hexSum("05 OK 00 00 ") + "\r"},
		{"~ 05 0B 1 89\r", ""},                                     // wrong check
		{"~ 06 0B 1 00\r", ""},                                     // another's address
		{"~ 05 FF 00\r", "05 ER 03 " + hexSum("05 ER 03 ") + "\r"}, // 13
		{"cmd 01\r", "OK 00 DIGITEL MPCQ\r>"},                      // 8
		{"~ 05 37 1 80\r", "05 OK 00 BF\r"},
	})
	single := func() instrument { return newGamma(p, settings{"address": 1.0}) }
	p.volumes[sputter].p = [gases]float64{}
	converses(t, single, []exchange{
		{"~ 01 0C 34\r", "01 OK 00 5600 A6\r"}, // 10
		{"~ 01 38 2C\r", "01 OK 00 BB\r"},      // 10
		{"~ 01 61 " + hexSum(" 01 61 ") + "\r", "01 OK 00 NO " + hexSum("01 OK 00 NO ") + "\r"},
		{"~ 01 37 2B\r", "01 OK 00 BB\r"}, // 10
	})
	five := func() instrument { return newGamma(p, settings{"address": 5.0}) }
	converses(t, five, []exchange{
		{"~ 05 61 2C\r", "05 OK 00 YES D0\r"},     // 12
		{"~ 05 0E T AE\r", "05 OK 00 BF\r"},       // 12
		{"~ 05 0D 39\r", "05 OK 00 RUNNING 00\r"}, // 11
	})
}
