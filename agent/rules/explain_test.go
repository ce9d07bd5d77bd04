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
		"V1.open ion1.ig":               "an operator is missing before ion1",
	} {
		_, err := CompileCondition(text, c)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "token") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
