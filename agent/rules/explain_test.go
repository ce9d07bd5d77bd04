package rules

import (
	"strings"
	"testing"
)

func TestMistakesOfOtherLanguages(t *testing.T) {
	c := Catalogue{
		"ion1": {"ig": Input{Ref: Ref{Device: "ion1", Point: "ig"}, Unit: "pascals"}},
		"V1":   {"open": Input{Ref: Ref{Device: "V1", Point: "open"}}},
	}
	for text, want := range map[string]string{
		"ion1.ig = torr(1)":             "= is none of the operators here; must be ==",
		"ion1.ig > torr(1) AND V1.open": "must be and",
		"ion1.ig > torr(1) OR V1.open":  "must be or",
		"NOT V1.open":                   "must be not",
		"ion1.ig > torr(1) & V1.open":   "must be and",
		"not ion1.ig":                   "not stands before a quantity; must stand before a condition",
		"-(ion1.ig > 1) > 1":            "- stands before a condition; must stand before a quantity",
		"ion1.ig ? true : false":        "a quantity stands before ?; must be a condition, as in a > b ? c : d",
		"ion1.ig > 3mbar":               "a number with its unit behind it; must be mbar(3)",
		"ion1.ig > 1e-3mbar":            "a number with its unit behind it; must be mbar(1e-3)",
		`age("ion1.ig") > 5s`:           "a number with its unit behind it; must be seconds(5)",
		"ion1.ig > 3bar":                "3bar is no number; must be 3, or a function such as mbar(3)",
		"ion1.ig > 1.2.3":               "this is no number; must be digits, and at most one decimal point and one exponent, as in 1.5e-3",
		"ion1.ig > 1, 5":                "an operator is missing before ,",
		"ion1.ig > 1,":                  "an operator is missing before ,",
		"ion1.ig > ,5":                  "an operator is missing before ,",
		"ion1.ig .3":                    "an operator is missing before .3",
		"=> torr(1)":                    "=> is none of the operators here; must be >=",
		"ion1.ig > 1,5":                 "a comma within a number; must be a point: 1.5",
		"ion1.ig => torr(1)":            "=> is none of the operators here; must be >=",
		"ion1.ig =< torr(1)":            "must be <=",
		"ion1.ig <> torr(1)":            "must be !=",
		"ion1.ig ≥ torr(1)":             "must be >=",
		"ion1.ig > 1e-3 torr":           "must be torr(1e-3)",
		"ion1.ig > torr 1":              "must be torr(1)",
		"ion1.ig > torr(1e-3":           "must be as many ) as (",
		"ion1.ig > torr(1e-3))":         "one ) too many",
		"ion1.ig >":                     "ends too early",
		"ion1.ig > torr(1, 5)":          "too many arguments; must be torr(a)",
		"torr(V1.open) > 1":             "torr is given a condition; must be torr(a), of a quantity",
		"ion1.ig > V1.open":             "must be two quantities or two conditions",
		"V1.open is true":               "must be ==",
		"ion1.":                         "ends too early",
		"ion1.(ig) > 1":                 "a name is missing after the dot; must be <device>.<point>",
		"V1(ion1.ig) > 1":               "function V1 is unknown; must be one of abs,",
		"V1.open ion1.ig":               "an operator is missing before ion1",
	} {
		_, err := CompileCondition(text, c)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "token") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
