package drivers_test

import (
	"strings"
	"testing"

	"pychron-edge/drivers"
	"pychron-edge/drivers/drivertest"
)

// gaugeBox is a two-channel controller with a status digit, words, a refusal and two sets, as a configuration describes one.
func gaugeBox() *drivers.ASCIIOptions {
	return &drivers.ASCIIOptions{
		End: "\r", Refusal: `\?.*`, Identify: "VER",
		Reads: []drivers.ASCIIRead{
			{
				Quantity: drivers.Quantity{Channel: "ig", Name: "pressure", Unit: "torr", Gauge: "ion"},
				Send:     "PA", Match: `A(?P<status>\d),(?P<value>[^,]*),.*`,
				Status: map[string]string{"0": "good", "1": "at most", "2": "at least", "4": "sensor off"},
				Words:  map[string]string{"9.9E+9": "gauge off", "LO": "at most 1e-11"},
			},
			{
				Quantity: drivers.Quantity{Channel: "cm", Name: "pressure", Unit: "torr", Gauge: "capacitance", Scale: 10, Min: new(0.01), Max: new(100.0)},
				Send:     "PA", Match: `A.*,([^,]*)`,
			},
			{
				Quantity: drivers.Quantity{Name: "filament"}, Send: "FS", Words: map[string]string{"ON": "is 1", "OFF": "is 0", "WARM": "warming up"},
			},
		},
		Sets: []drivers.ASCIISet{
			{Adjustable: drivers.Adjustable{Control: "filament", Hazard: true}, On: "F1", Off: "F0", Answer: "OK"},
			{Adjustable: drivers.Adjustable{Control: "setpoint", Unit: "fahrenheit", Min: 32, Max: 212, Idle: 68}, Send: "SP {value}", Digits: 1, Answer: "OK"},
		},
		Vectors: []drivers.Vector{
			{Send: "PA\r", Reply: "A0,1.00E-03,7.6\r\n", Reads: map[string]string{"ig": "0.133322", "cm": "10132.5"}},
			{Send: "PA\r", Reply: "A1,1.00E-11,0\r\n", Reads: map[string]string{"ig": "at most 1.33322e-9", "cm": "at most 1.33322"}},
			{Send: "PA\r", Reply: "A0,9.90E+09,99\r\n", Reads: map[string]string{"ig": "gauge off", "cm": "at least 13332.2"}},
			{Send: "PA\r", Reply: "A0,LO,1\r\n", Reads: map[string]string{"ig": "at most 1.33322e-9", "cm": "1333.22"}},
			{Send: "PA\r", Reply: "A4,0,1\r\n", Reads: map[string]string{"ig": "sensor off", "cm": "1333.22"}},
			{Send: "PA\r", Reply: "A7,1,1\r\n", Reads: map[string]string{"ig": `unknown status "7"`, "cm": "1333.22"}},
			{Send: "PA\r", Reply: "?SYNTAX\r\n", Error: "refused"},
			{Send: "PA\r", Reply: "", Error: "timeout"},
			{Send: "FS\r", Reply: "On\r\n", Reads: map[string]string{"filament": "1"}},
			{Send: "FS\r", Reply: "WARM\r\n", Reads: map[string]string{"filament": "warming up"}},
			{Send: "F1\r", Reply: "OK\r\n", Set: "filament", Value: 1},
			{Send: "SP 77.0\r", Reply: "OK\r\n", Set: "setpoint", Value: 25},
			{Send: "SP 77.0\r", Reply: "?RANGE\r\n", Set: "setpoint", Value: 25, Error: "refused"},
		},
	}
}

func gaugeBoxCase() drivertest.Case {
	return drivertest.Case{
		Model: "ascii", Options: gaugeBox(),
		Exchanges: []drivertest.Exchange{
			{"VER\r", "BOX 1.2\r\n"}, {"PA\r", "A1,2.00E-09,7.6\r\n"}, {"FS\r", "OFF\r\n"}, {"F1\r", "OK\r\n"}, {"F0\r", "OK\r\n"}, {"SP 77.0\r", "OK\r\n"},
		},
		Identity: drivers.Identity{Model: "BOX 1.2"},
		Want: []drivers.Reading{
			{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: 2e-9 * 101325 / 760, Bound: drivers.AtMost},
			{Channel: "cm", Name: "pressure", Unit: drivers.Pascals, Value: 76 * 101325.0 / 760},
			{Name: "filament"},
		},
		Opaque: []string{"BOX 1.2\r\n", "A1,2.00E-09,7.6\r\n", "OFF\r\n"}, // one word that is not known does not hide the other readings
		Sets:   []drivertest.Setting{{Control: "filament", Value: 1}, {Control: "setpoint", Value: 25}},
		Safe:   []string{"F0\r"},
		Odd:    drivertest.Words,
	}
}

func TestASCIIConforms(t *testing.T) { drivertest.Conform(t, gaugeBoxCase()) }

func FuzzASCII(f *testing.F) { drivertest.Fuzz(f, gaugeBoxCase()) }

func TestASCIIVectorsFindMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*drivers.ASCIIOptions)
		want   string
	}{
		"unit confused":           {func(o *drivers.ASCIIOptions) { o.Reads[0].Unit = "mbar" }, `vectors[0]: "A0,1.00E-03,7.6\r\n" gives ig = 0.1 pascals; the vector says 0.133322`},
		"scale confused":          {func(o *drivers.ASCIIOptions) { o.Reads[1].Scale = 0 }, "vectors[0]: "},
		"bound lost":              {func(o *drivers.ASCIIOptions) { o.Reads[0].Status["1"] = "good" }, "vectors[1]: "},
		"off taken for a value":   {func(o *drivers.ASCIIOptions) { delete(o.Reads[0].Words, "9.9E+9") }, "vectors[2]: "},
		"status taken for good":   {func(o *drivers.ASCIIOptions) { o.Reads[0].Status["7"] = "good" }, "vectors[5]: "},
		"refusal taken for noise": {func(o *drivers.ASCIIOptions) { o.Refusal = "" }, "vectors[6]: "},
		"other end":               {func(o *drivers.ASCIIOptions) { o.End = "\r\n" }, `vectors[0]: send: "PA\r" is no request of reads; must be one of ["PA\r\n" "FS\r\n"]`},
		"set in another unit":     {func(o *drivers.ASCIIOptions) { o.Sets[1].Unit = "celsius" }, "vectors[11]: "},
		"set with other digits":   {func(o *drivers.ASCIIOptions) { o.Sets[1].Digits = 2 }, `vectors[11]: "SP 77.00": sends "SP 77.00\r"; the vector says "SP 77.0\r"`},
		"read not proven":         {func(o *drivers.ASCIIOptions) { o.Vectors = o.Vectors[10:] }, "reads[0]: ig has no vector"},
		"set not proven":          {func(o *drivers.ASCIIOptions) { o.Vectors = o.Vectors[:10] }, "sets[0]: filament has no vector"},
		"point left out":          {func(o *drivers.ASCIIOptions) { delete(o.Vectors[0].Reads, "cm") }, "vectors[0]: reads: cm is in the reply too"},
		"point of another":        {func(o *drivers.ASCIIOptions) { o.Vectors[0].Reads["filament"] = "1" }, "vectors[0]: reads: 3 points and 2"},
		"outcome unknown":         {func(o *drivers.ASCIIOptions) { o.Vectors[6].Error = "bad" }, `vectors[6]: error: "bad"; must be garbled, refused or timeout`},
	} {
		o := gaugeBox()
		c.change(o)
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Check() = %v, want %q in it", name, err, c.want)
		}
	}
	if err := gaugeBox().Check(); err != nil {
		t.Errorf("Check() of the unchanged = %v", err)
	}
}

func TestASCIIOptionsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*drivers.ASCIIOptions)
		want   string
	}{
		"no reads":            {func(o *drivers.ASCIIOptions) { o.Reads = nil }, "reads: none"},
		"unit unknown":        {func(o *drivers.ASCIIOptions) { o.Reads[0].Unit = "furlong" }, `reads[0]: unit: "furlong"; must be one of amperes,`},
		"law unknown":         {func(o *drivers.ASCIIOptions) { o.Reads[0].Law = "log" }, `reads[0]: law: "log"; must be linear or exponent`},
		"gauge without":       {func(o *drivers.ASCIIOptions) { o.Reads[2].Gauge = "ion" }, "reads[2]: gauge:"},
		"range upside down":   {func(o *drivers.ASCIIOptions) { o.Reads[1].Min = new(200.0) }, "reads[1]: least: 200 and most: 100"},
		"pattern broken":      {func(o *drivers.ASCIIOptions) { o.Reads[2].Match = "(" }, "reads[2]: match: "},
		"pattern without":     {func(o *drivers.ASCIIOptions) { o.Reads[2].Match = "x" }, `reads[2]: match: "x" has no value`},
		"status without":      {func(o *drivers.ASCIIOptions) { o.Reads[0].Status = nil }, "reads[0]: status: "},
		"word misspelt":       {func(o *drivers.ASCIIOptions) { o.Reads[0].Words["LO"] = "at most x" }, "reads[0]: words: "},
		"word without number": {func(o *drivers.ASCIIOptions) { o.Reads[0].Words["LO"] = "at most" }, "reads[0]: words: "},
		"send without value":  {func(o *drivers.ASCIIOptions) { o.Sets[1].Send = "SP" }, `sets[1]: send: "SP"`},
		"range of a set":      {func(o *drivers.ASCIIOptions) { o.Sets[1].Max = 0 }, "sets[1]: min, max, idle"},
		"set twice":           {func(o *drivers.ASCIIOptions) { o.Sets[1].Control = "filament" }, "sets[1]: control filament is given twice"},
		"on without off":      {func(o *drivers.ASCIIOptions) { o.Sets[0].Off = "" }, "sets[0]: send: must be send alone, or on and off"},
	} {
		o := gaugeBox()
		c.change(o)
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: Check() = %v, want %q in it", name, err, c.want)
		}
	}
}

func TestLogarithmicHead(t *testing.T) {
	// Pfeiffer's law in mbar, P = 10^(1.667 V - 11.33): docs/protocols/gauges-other.md.
	o := &drivers.ASCIIOptions{
		End: "\r",
		Reads: []drivers.ASCIIRead{{
			Quantity: drivers.Quantity{Channel: "ig", Name: "pressure", Unit: "mbar", Law: "exponent", Scale: 1.667, Offset: -11.33, Min: new(5e-9), Max: new(1000.0)},
			Send:     "V",
		}},
		Vectors: []drivers.Vector{
			{Send: "V\r", Reply: "5.0\r", Reads: map[string]string{"ig": "0.101158"}},
			{Send: "V\r", Reply: "1.0\r", Reads: map[string]string{"ig": "at most 5e-7"}},
			{Send: "V\r", Reply: "9.9\r", Reads: map[string]string{"ig": "at least 1e5"}},
			{Send: "V\r", Reply: "1e9\r", Error: "garbled"},
			{Send: "V\r", Reply: "-1e9\r", Error: "garbled"},
		},
	}
	if err := o.Check(); err != nil {
		t.Error(err)
	}
}
