package rules

import (
	"math"
	"testing"
)

var (
	inf      = math.Inf(1)
	anything = number{lo: -inf, hi: inf}
)

func from(lo, hi float64) number { return number{lo: lo, hi: hi} }

// What is known of a result of what is known of its operands, at the edges: zero, infinity, what is no number and what is not known.
func TestArithmeticOfIntervals(t *testing.T) {
	for what, c := range map[string]struct{ got, want number }{
		"no number below":                {between(nan, 1), anything},
		"no number above":                {between(1, nan), anything},
		"the wrong way round":            {between(2, 1), from(1, 2)},
		"product with zero":              {multiply(exactly(0), from(0, inf)), exactly(0)},
		"product with however large":     {multiply(from(0, inf), exactly(0)), exactly(0)},
		"product with one":               {multiply(exactly(1), exactly(5)), exactly(5)},
		"product by one":                 {multiply(exactly(5), exactly(1)), exactly(5)},
		"quotient by what may be zero":   {divide(exactly(4), from(-1, 1)), anything},
		"quotient by zero at one end":    {divide(exactly(4), from(0, 1)), anything},
		"quotient by zero at the other":  {divide(exactly(4), from(-1, 0)), anything},
		"quotient by what is negative":   {divide(exactly(4), from(-2, -1)), from(-4, -2)},
		"quotient by what is positive":   {divide(exactly(4), from(1, 2)), from(2, 4)},
		"quotient by half":               {divide(exactly(4), from(0.5, 1)), from(4, 8)},
		"quotient by however large":      {divide(exactly(4), from(2, inf)), from(0, 2)},
		"quotient of two that are large": {divide(from(1, inf), from(-inf, -1)), from(-inf, 0)},
		"power of a negative base":       {power(exactly(-2), exactly(3)), exactly(-8)},
		"power of what may be negative":  {power(from(-2, -1), exactly(2)), anything},
		"power that is not known":        {power(exactly(-2), from(2, 3)), anything},
		"power of a fraction":            {power(from(0.5, 1), exactly(2)), from(0.25, 1)},
		"magnitude above zero":           {magnitude(from(1, 2)), from(1, 2)},
		"magnitude just above zero":      {magnitude(from(0.5, 2)), from(0.5, 2)},
		"magnitude around zero":          {magnitude(from(-3, 0.5)), from(0, 3)},
		"magnitude up to zero":           {magnitude(from(-3, 0)), from(0, 3)},
		"magnitude below zero":           {magnitude(from(-3, -1)), from(1, 3)},
		"choice that is made":            {choose(boolean(true), exactly(1), exactly(2)), exactly(1)},
		"choice of the other":            {choose(boolean(false), exactly(1), exactly(2)), exactly(2)},
		"choice that is not known":       {choose(truth{yes: true, no: true}, exactly(1), exactly(2)), from(1, 2)},
		"choice that cannot be judged":   {choose(truth{none: 4}, exactly(1), exactly(2)), number{none: 4}},
		"sum with what is not known":     {add(exactly(1), number{none: 2}), number{none: 2}},
		"sum of two not known":           {add(number{none: 1}, number{none: 2}), number{none: 3}},
	} {
		if c.got != c.want {
			t.Errorf("%s = %+v, want %+v", what, c.got, c.want)
		}
	}
}

func TestTruthOfIntervals(t *testing.T) {
	unsure, blind := truth{yes: true, no: true}, truth{none: 1}
	for what, c := range map[string]struct{ got, want truth }{
		"and with what cannot be judged":     {and(boolean(true), blind), blind},
		"and of what cannot be judged":       {and(blind, boolean(true)), blind},
		"and of two that cannot":             {and(blind, truth{none: 2}), truth{none: 3}},
		"and settled by its left":            {and(boolean(false), blind), boolean(false)},
		"and settled by its right":           {and(blind, boolean(false)), boolean(false)},
		"and with what is not sure":          {and(boolean(true), unsure), unsure},
		"and of what is not sure":            {and(unsure, boolean(true)), unsure},
		"or settled by its right":            {or3(blind, boolean(true)), boolean(true)},
		"equal and exact":                    {equal(exactly(1), exactly(1)), boolean(true)},
		"not equal":                          {equal(exactly(1), exactly(2)), boolean(false)},
		"equal bounds of two that are loose": {equal(from(1, 2), from(1, 2)), unsure},
		"one that is loose":                  {equal(exactly(1), from(1, 2)), unsure},
		"the other that is loose":            {equal(from(1, 2), exactly(1)), unsure},
		"equal to what is not known":         {equal(exactly(1), number{none: 1}), blind},
		"less than what is not known":        {less(number{none: 1}, exactly(1)), blind},
	} {
		if c.got != c.want {
			t.Errorf("%s = %+v, want %+v", what, c.got, c.want)
		}
	}
	if both := and(blind, unsure); both.certain(false) || both.certain(true) {
		t.Errorf("%+v is certain, and one side cannot be judged", both)
	}
}
