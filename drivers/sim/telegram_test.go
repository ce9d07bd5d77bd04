package sim

import "testing"

// Rows of the sheet pfeiffer-vacuum-protocol.md by number. Left out: 4-7, 11 and 14-16 with other values are below; 12, 27
// (a gauge), 13 (a diaphragm pump), 18, 22 as asked.
func TestHiPaceVectors(t *testing.T) {
	p := still(1e-6, 1e-6)
	spinning := func(hertz float64, address float64) func() instrument {
		return func() instrument {
			p.turbo = turbo{speed: hertz}
			return newHiPace(p, settings{"address": address})
		}
	}
	converses(t, spinning(633, 123), []exchange{{"1230030902=?112\r", "1231030906000633037\r"}}) // 1
	converses(t, spinning(0, 42), []exchange{
		{"0421001006111111020\r", "0421001006111111020\r"}, // 2
		{"0421001006000000014\r", "0421001006000000014\r"}, // 3
	})
	converses(t, spinning(825, 1), []exchange{
		{"0010030902=?107\r", "0011030906000825035\r"},                            // 4
		{"0011002306111111019\r", "0011002306111111019\r"},                        // 6
		{"0010030302=?101\r", "0011030306000000014\r"},                            // 7, 14
		{"0010099902=?" + sum("0010099902=?") + "\r", "0011099906NO_DEF206\r"},    // 8
		{"0011001001" + "1" + sum("00110010011") + "\r", "0011001006_RANGE181\r"}, // 9
		{"0010034902=?111\r", "0011034906TC 110065\r"},                            // 11
		{"0010000102=?096\r", "0011000106000000009\r"},                            // 17
		{"0010100002=?096\r", "0011100006NO_DEF180\r"},                            // 18
		{"0010100102=?097\r", "0011100128Heating       03000000111111055\r"},      // 19
		{"0010100902=?105\r", "0011100928ErrorAckn     02111111111111203\r"},      // 20
		{"0010101002=?097\r", "0011101028PumpgStatn    03000000111111042\r"},      // 21
		{"0011001006111111015\r", "0011001006111111015\r"},                        // 24
		{"0011006003255135\r", "0011006003255135\r"},                              // 25
		{"0010006002=?101\r", "0011006003255135\r"},                               // 26
		{"0010030902=?108\r", ""},                                                 // wrong check
		{"9990030902=?" + sum("9990030902=?") + "\r", ""},                         // group address
	})
	p.turbo.fault = 1
	converses(t, func() instrument { return newHiPace(p, settings{}) }, []exchange{
		{"0010030302=?101\r", "0011030306Err001168\r"}, // 7
		{"0011000906111111" + sum("0011000906111111") + "\r", "0011000906111111" + sum("0011000906111111") + "\r"},
	})
	converses(t, spinning(0, 1), []exchange{
		{"0010030902=?107\r", "0011030906000000020\r"}, // 15
		{"0010030002=?098\r", "0011030006000000011\r"}, // 16
	})
}
