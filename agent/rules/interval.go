package rules

import "math"

// number is what is known of a quantity: it lies between lo and hi. Where none is not empty nothing is known, and none says
// which inputs are to blame, one bit each.
type number struct {
	lo, hi float64
	none   uint64
}

// truth is what is known of a condition: the values it may have. With neither it cannot be judged, and none says which
// inputs are to blame.
type truth struct {
	yes, no bool // may hold; may not hold
	none    uint64
}

func exactly(x float64) number { return between(x, x) }

// between is the interval from lo to hi. What is not a number could be any.
func between(lo, hi float64) number {
	if math.IsNaN(lo) || math.IsNaN(hi) {
		return number{lo: math.Inf(-1), hi: math.Inf(1)}
	}
	return number{lo: min(lo, hi), hi: max(lo, hi)}
}

func (a number) exact() bool { return a.lo == a.hi }

func boolean(b bool) truth { return truth{yes: b, no: !b} }

// certain says that the condition holds, or that it does not, whatever the rest.
func (a truth) certain(b bool) bool { return a.none == 0 && a.yes == b && a.no != b }

func not(a truth) truth { return truth{a.no, a.yes, a.none} }

// and is Kleene's: one side that certainly fails settles it, whatever the other.
func and(a, b truth) truth {
	if a.certain(false) || b.certain(false) {
		return boolean(false)
	}
	return truth{a.yes && b.yes, a.no || b.no, a.none | b.none}
}

func or3(a, b truth) truth { return not(and(not(a), not(b))) }

func add(a, b number) number { return both(a, b, between(a.lo+b.lo, a.hi+b.hi)) }

func subtract(a, b number) number { return both(a, b, between(a.lo-b.hi, a.hi-b.lo)) }

func multiply(a, b number) number {
	return both(a, b, corners(a, b, func(x, y float64) float64 {
		if x == 0 || y == 0 {
			return 0 // a limit at infinity stands for "however large", not for infinity itself
		}
		return x * y
	}))
}

// divide gives any number where the divisor may be zero.
func divide(a, b number) number {
	if b.lo <= 0 && b.hi >= 0 {
		return both(a, b, between(math.NaN(), math.NaN()))
	}
	return both(a, b, corners(a, b, func(x, y float64) float64 {
		if math.IsInf(y, 0) {
			return 0
		}
		return x / y
	}))
}

// power gives any number where a base that may be negative is not exactly known.
func power(a, b number) number {
	if a.lo < 0 && !(a.exact() && b.exact()) {
		return both(a, b, between(math.NaN(), math.NaN()))
	}
	return both(a, b, corners(a, b, math.Pow))
}

func negate(a number) number { return both(a, a, between(-a.hi, -a.lo)) }

func magnitude(a number) number {
	if a.lo <= 0 && a.hi >= 0 {
		return both(a, a, between(0, max(-a.lo, a.hi)))
	}
	return both(a, a, between(math.Abs(a.lo), math.Abs(a.hi)))
}

func minimum(a, b number) number { return both(a, b, between(min(a.lo, b.lo), min(a.hi, b.hi))) }

func maximum(a, b number) number { return both(a, b, between(max(a.lo, b.lo), max(a.hi, b.hi))) }

// rising applies a function that never falls.
func rising(f func(float64) float64) func(number) number {
	return func(a number) number { return both(a, a, between(f(a.lo), f(a.hi))) }
}

// hull is the smallest interval that holds both.
func hull(a, b number) number { return both(a, b, between(min(a.lo, b.lo), max(a.hi, b.hi))) }

// both is result if both operands are known.
func both(a, b, result number) number {
	if none := a.none | b.none; none != 0 {
		return number{none: none}
	}
	return result
}

// corners is the hull of f at the ends of both: exact for a function that rises or falls in each argument.
func corners(a, b number, f func(x, y float64) float64) number {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range [...]float64{f(a.lo, b.lo), f(a.lo, b.hi), f(a.hi, b.lo), f(a.hi, b.hi)} {
		if math.IsNaN(v) {
			return between(v, v)
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	return number{lo: lo, hi: hi}
}

// less is a < b.
func less(a, b number) truth {
	if none := a.none | b.none; none != 0 {
		return truth{none: none}
	}
	return truth{yes: a.lo < b.hi, no: a.hi >= b.lo}
}

// equal is a == b.
func equal(a, b number) truth {
	if none := a.none | b.none; none != 0 {
		return truth{none: none}
	}
	return truth{yes: a.lo <= b.hi && b.lo <= a.hi, no: !(a.exact() && b.exact() && a.lo == b.lo)}
}

// choose is c ? a : b.
func choose(c truth, a, b number) number {
	switch {
	case c.certain(true):
		return a
	case c.certain(false):
		return b
	case c.none != 0:
		return number{none: c.none}
	}
	return hull(a, b)
}

// chooseTruth is c ? a : b.
func chooseTruth(c, a, b truth) truth { return or3(and(c, a), and(not(c), b)) }
