package sim

import "testing"

// Rows of the sheet mks-9xx-937b.md by number. Left out: 18 (902B) and 20 (937A mode), other instruments; 2 is
// with the transducers.
func TestMKS937BVectors(t *testing.T) {
	at := func(address float64, pascals float64) func() instrument {
		return func() instrument {
			i := newMKS937B(still(pascals, 0), settings{"address": address}).(*mks937b)
			quiet(i.gauges[:]...)
			return i
		}
	}
	head := func() instrument { // a capacitance head of 1000 Torr as channel 1
		i := newMKS937B(still(760.2*torr, 0), settings{"address": 3.0, "channels": map[string]any{"1": "cm_bone"}}).(*mks937b)
		i.gauges[0].high, i.gauges[0].sigma = 1000*torr, 0
		return i
	}
	converses(t, head, []exchange{
		{"@003PR1?;FF", "@003ACK7.602E+2;FF"}, // 1
		{"@253PR1?;FF", ""},
	})
	converses(t, at(0, 1.1e-9*torr*1000), []exchange{
		{"@253PR1?;FF", "@253ACK1.10E-6;FF"}, // 3
		{"@253T1?;FF", "@253ACKG;FF"},        // 4
		{"@253T3?;FF", "@253NAK152;FF"},
		{"@253U!MICRON;FF", "@253ACKMICRON;FF"}, // 5
		{"@253PR1?;FF", "@253ACK1.10E-3;FF"},
		{"@253U!TORR;FF", "@253ACKTORR;FF"},
		{"@253CP1?;FF", "@253ACKON;FF"}, // 6
		{"@253CP1!OFF;FF", "@253ACKOFF;FF"},
		{"@253PR1?;FF", "@253ACKOFF;FF"},
		{"@253PR2?;FF", "@253ACKNOGAUGE;FF"},
		{"@253PR7?;FF", "@253NAK163;FF"},
		{"@253XYZ?;FF", "@253NAK160;FF"}, // 13
		{"@253U!FURLONG;FF", "@253NAK169;FF"},
	})
	converses(t, at(2, 1e-10), []exchange{
		{"@254CP1!ON;FF", "@002ACKON;FF"},    // 7
		{"@002PR1?;FF", "@002ACKLO<E-11;FF"}, // 12
	})
}

func TestMKS9xxVectors(t *testing.T) {
	make := func() instrument {
		i := newMKS9xx(still(1.234e-3*torr, 0), settings{}).(*mks9xx)
		quiet(i.pirani, i.cathode)
		return i
	}
	converses(t, make, []exchange{
		{"@253DT?;FF", "@253ACKQUADMAG;FF"},     // 8
		{"@253PR4?;FF", "@253ACK1.234E-3;FF"},   // 9: of the cold cathode below 0.1 Pa, here of the Pirani
		{"@253SN?;FF", "@253ACK1125123456;FF"},  // 10
		{"@253TEM?;FF", "@253ACK2.50E+1;FF"},    // 11
		{"@253T?;FF", "@253ACKO;FF"},            // 14
		{"@253U!PASCAL;FF", "@253ACKPASCAL;FF"}, // 15
		{"@253PR3?;FF", "@253ACK1.65E-1;FF"},
		{"@253SP1?;FF", "@253ACK2.00E+1;FF"}, {"@253SD2?;FF", "@253ACKBELOW;FF"}, // 16
		{"@253EN3?;FF", "@253ACKPIR;FF"}, {"@253SW?;FF", "@253ACKON;FF"}, // 17
		{"@253TIM?;FF", "@253ACK123;FF"},       // 19
		{"@253BR!19200;FF", "@253ACK19200;FF"}, // 2
	})
}
