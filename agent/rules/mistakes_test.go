package rules

import (
	"fmt"
	"strings"
	"testing"

	"pychron-edge/buffer"
)

// told are the mistakes in a text, each with its place: "12 is a quantity"; "" where there are none.
func told(text string, c Catalogue) string {
	_, err := CompileCondition(text, c)
	var all []string
	for _, m := range Mistakes(err) {
		all = append(all, fmt.Sprint(m.At, " ", m))
	}
	return strings.Join(all, "; ")
}

const missingOperator = "an operator is missing before "

// What is told of a mistake, and where. What is given is the beginning; "" is none.
func TestWhatIsToldOfAMistake(t *testing.T) {
	for text, want := range map[string]string{
		// names and points
		"ion1[1] > 1":                         "4 this is no channel",
		"foo > 1":                             "0 foo is unknown; must be <device>.<point>, with the devices V1, V2, box, furnace, ion1",
		"V1 > 1":                              "0 V1 is a device; must be one of its points open",
		"ion1.ig() > 1":                       "5 function ion1.ig is unknown",
		`health() == "healthy"`:               `0 health takes one name; must be health("device")`,
		`age("V1.open", "V2.open") > 5`:       `0 age takes one name; must be age("device.point")`,
		`health("ion1.ig") == "healthy"`:      "7 device ion1.ig is unknown",
		`rate("ion1.xx") > 1`:                 "5 ion1 has no point xx",
		`age("V1.open") > 5`:                  "",
		`ion1.ig == "healthy"`:                "11 a quoted word stands alone",
		`health("ion1")`:                      `0 is no quantity; must be health("device") == "healthy"`,
		`health("ion1") == health("furnace")`: `0 is no quantity; must be health("device") == "healthy"`,
		// a state and a quantity
		"V1.open ?? ion1.ig":                        "3 V1.open is on or off; must be V1.open ? 1 : 0",
		"(V1.open ?? ion1.ig) and V2.open":          "17 ion1.ig is a quantity; must be a condition such as ion1.ig > 1",
		"(ion1.ig ?? V1.open) and V2.open":          "6 ion1.ig is a quantity",
		"(V1.open ? ion1.ig : V2.open) and V2.open": "16 ion1.ig is a quantity",
		"V1.open == 2":                              "8 a condition == a quantity has no meaning; must be two quantities or two conditions",
		"V1.open > ion1.ig":                         "8 a condition > a quantity has no meaning",
		// units
		"V1.open and first(ion1.ig, furnace.temperature) > pa(1)":           "12 puts pascals and celsius together",
		"V1.open and first(ion1.ig, ion1.cg1, furnace.temperature) > pa(1)": "12 puts pascals and celsius together",
		"V9.open and ion1.ig > furnace.temperature":                         "0 device V9 is unknown; must be one of V1, V2, box, furnace, ion1; 20 puts pascals and celsius together",
		// syntax
		"* ion1.ig > 1":       "0 " + missingOperator + "*",
		"=> ion1.ig":          "0 => is none of the operators here; must be >=",
		"1=>ion1.ig":          "1 => is none of the operators here; must be >=",
		"(ion1.ig ion1.cg1":   "9 " + missingOperator + "ion1",
		"ion1.ig > 5]":        "11 " + missingOperator + "]",
		`ion1.ig > 1 ")"`:     "12 " + missingOperator + ")",
		"V1.open torr":        "8 " + missingOperator + "torr",
		"ion1.ig > 5 V1.open": "12 " + missingOperator + "V1",
		"V1.open 5":           "8 " + missingOperator + "5",
		"torr V1.open":        "5 " + missingOperator + "V1",
		"ion1.ig > 1e999":     "14 1e999 is more than a number can be",
		"min(ion1.ig) > 1":    "0 min has too few arguments; must be min(a, b)",
	} {
		if got := told(text, points()); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("of %s is told %q, want %q", text, got, want)
		}
	}
}

func TestMistakesInAFileWithFewDevices(t *testing.T) {
	empty := Catalogue{}
	dumb := Catalogue{"pump": {}, "V1": {"open": Input{Ref: Ref{"V1", "open"}}}}
	for _, c := range []struct {
		text string
		of   Catalogue
		want string
	}{
		{"foo", empty, "0 foo is unknown; must be <device>.<point>, and there is no device with readings in this file"},
		{"foo", dumb, "0 foo is unknown; must be <device>.<point>, with the devices V1, pump"},
		{"pump", dumb, "0 pump is a device that reads nothing; must be <device>.<point>"},
		{"V1", dumb, "0 V1 is a device; must be one of its points open"},
	} {
		if got := told(c.text, c.of); got != c.want {
			t.Errorf("of %s is told %q, want %q", c.text, got, c.want)
		}
	}
}

func TestAnExpressionOfTooManyParts(t *testing.T) {
	for n, want := range map[int]string{493: "", 494: "0 has too many parts; must be at most 500 names, numbers and operators"} {
		if got := told("V1.open=="+strings.Repeat("!", n)+"V1.open", points()); got != want {
			t.Errorf("of %d negations is told %q, want %q", n, got, want)
		}
	}
}

func TestDigitsAtTheEnd(t *testing.T) {
	for text, want := range map[string]bool{"": false, "a": false, "5a": false, "a0": true, "9": true, "/": false, ":": false} {
		if got := digitEnds(text); got != want {
			t.Errorf("%q ends in a digit: %t, want %t", text, got, want)
		}
	}
}

func TestWarningNamesThePressure(t *testing.T) {
	for _, text := range []string{"ion1.ig > 1e-3", "-1 < ion1.ig"} {
		e, err := CompileCondition(text, points())
		if err != nil || len(e.Warnings) != 1 || !strings.HasPrefix(e.Warnings[0], "ion1.ig is compared with a bare number") {
			t.Errorf("warnings of %s = %q, %v, want one about ion1.ig", text, e.Warnings, err)
		}
	}
}

// The powers of the base units in the table of units: each product is told from every other unit.
func TestDimensionsOfUnits(t *testing.T) {
	product := func(units ...buffer.Unit) dimension {
		d := dimension{}
		for _, u := range units {
			d = d.times(dimensionOf(u), 1)
		}
		return d
	}
	for _, c := range []struct{ of, want dimension }{
		{product(buffer.Volts, buffer.Amperes), dimensionOf(buffer.Watts)},
		{product(buffer.Pascals, buffer.Meters, buffer.Meters, buffer.Meters, buffer.Hertz), dimensionOf(buffer.Watts)},
		{product(buffer.Hertz, buffer.Seconds), nil},
		{product(buffer.CountsPerSecond, buffer.Seconds), dimension{"counts": 1}},
		{product(buffer.Daltons, ""), dimensionOf(buffer.Daltons)},
		{product(""), nil},
	} {
		if c.of.times(c.want, -1).bare() == false {
			t.Errorf("%v is not %v", c.of, c.want)
		}
	}
	if d := dimensionOf("bananas"); d.bare() || !d.is("bananas") || d.is("apples") {
		t.Errorf("a unit that is in no table = %v, want it like itself alone", d)
	}
	if d := dimensionOf(""); !d.bare() {
		t.Errorf("no unit = %v, want a bare number", d)
	}
}
