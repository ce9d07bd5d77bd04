package rules

import (
	"math"
	"reflect"

	"pychron-edge/buffer"
)

// function is one function of the language.
type function struct {
	kind  reflect.Type
	one   func(number) number
	two   func(a, b number) number
	gives buffer.Unit // what it makes of a bare number
	keeps bool        // the result has the unit of the arguments
}

var (
	ofNumber  = reflect.TypeFor[func(float64) float64]()
	ofNumbers = reflect.TypeFor[func(float64, float64) float64]()
	ofName    = reflect.TypeFor[func(string) float64]()
	ofAny     = reflect.TypeFor[func(...any) any]()
	wordOf    = reflect.TypeFor[func(string) string]()
)

// Functions is the whole of them. age, rate and health take a quoted name, which is checked when the configuration is.
var Functions = map[string]function{
	"torr":    {kind: ofNumber, one: rising(func(x float64) float64 { return x * buffer.PascalsPerTorr }), gives: buffer.Pascals},
	"mbar":    {kind: ofNumber, one: rising(func(x float64) float64 { return x * buffer.PascalsPerMillibar }), gives: buffer.Pascals},
	"pa":      {kind: ofNumber, one: same, gives: buffer.Pascals},
	"seconds": {kind: ofNumber, one: same, gives: buffer.Seconds}, // torr(1e-6) / seconds(60) is what a rate is compared with
	"abs":     {kind: ofNumber, one: magnitude, keeps: true},
	"exp":     {kind: ofNumber, one: rising(math.Exp)},
	"log10":   {kind: ofNumber, one: rising(math.Log10)},
	"sqrt":    {kind: ofNumber, one: rising(math.Sqrt)},
	"min":     {kind: ofNumbers, two: minimum, keeps: true},
	"max":     {kind: ofNumbers, two: maximum, keeps: true},
	"first":   {kind: ofAny},  // the first of its arguments that has a value; written as ?? before anything is built
	"age":     {kind: ofName}, // seconds since the instrument last spoke of the point
	"rate":    {kind: ofName}, // change of the point per second, over the last 10 s
	"health":  {kind: wordOf}, // a word of healthWords
}

func same(a number) number { return a }

var healthWords = []string{"unknown", "healthy", "degraded", "unavailable", "disabled"}
