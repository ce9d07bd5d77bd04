package drivers_test

import (
	"testing"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

func FuzzTPG(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{
		Model:   "pfeiffer-tpg",
		Options: &drivers.TPGOptions{Channels: map[int]string{1: "ig"}},
		Exchanges: []drivertest.Exchange{
			{"AYT\r", acked}, {enq, "TPG362,PTG28290,44990000,010100,010100\r\n"}, {"UNI\r", acked}, {enq, "0\r\n"},
			{"PR1\r", acked}, {enq, "0,+1.2300E-03\r\n"}, {"PNR\r", acked},
		},
	})
}

func FuzzMKS(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{
		Model:   "mks-937b",
		Options: &drivers.MKS937BOptions{Channels: map[int]string{1: "cc"}, Address: 253, Switched: []string{"cc"}},
		Exchanges: []drivertest.Exchange{
			{"@253MD?;FF", "@253ACK937B;FF"}, {"@253MT?;FF", "@253NAK160;FF"}, {"@253SN?;FF", "@253ACK1125123456;FF"},
			{"@253U?;FF", "@253ACKTORR;FF"}, {"@253PR1?;FF", "@253ACKLO<E-11;FF"}, {"@253CP1?;FF", "@253ACKON;FF"},
		},
	})
}

func FuzzGranvilleWords(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{
		Model:     "granville-phillips",
		Options:   &drivers.GranvilleWordsOptions{Channels: map[string]string{"IG1": "ig"}, Switched: []string{"ig"}, Degas: true},
		Exchanges: []drivertest.Exchange{{"DS IG1\r\n", "9.99E+9\r\n"}, {"DGS\r\n", "1\r\n"}},
	})
}

func FuzzGranvilleHash(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{
		Model:     "granville-phillips-#",
		Options:   &drivers.GranvilleHashOptions{Channels: map[string]string{"RD": "p"}, Address: 1, Degas: true},
		Exchanges: []drivertest.Exchange{{"#01VER\r", "*01 12997-00\r"}, {"#01RD\r", "*01-9.80E-02\r"}, {"#01DGS\r", "*01 0 DG OFF\r"}},
	})
}

func FuzzXGS600(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{
		Model:     "xgs600",
		Options:   &drivers.XGS600Options{Channels: map[string]string{"T1": "cg1"}, Switched: []string{"cg1"}},
		Exchanges: []drivertest.Exchange{{"#0005\r", ">0122,0101\r"}, {"#0013\r", ">00\r"}, {"#0002T1\r", ">OPEN\r"}, {"#0032T1\r", ">01\r"}},
	})
}

func FuzzIGC100(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{
		Model:     "igc100",
		Exchanges: []drivertest.Exchange{{"*IDN?\r", "Stanford Research Systems,IGC100,s/n12345,ver1.10\r\n"}, {"GDAT? 1\r", "1.98E-10 mTorr\r\n"}},
	})
}

func FuzzFusions(f *testing.F) {
	drivertest.Fuzz(f, drivertest.Case{
		Model: "fusions-co2", Options: &drivers.FusionsCO2Options{MaxOn: time.Minute},
		Exchanges: []drivertest.Exchange{{"VER\r", "Fusions 0.96\r"}, {"INTLK\r", "3\r"}, {"ADC1\r", "128\r"}},
	})
}
