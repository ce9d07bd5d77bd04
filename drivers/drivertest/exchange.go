package drivertest

import "slices"

// Exchange is a request and what the instrument answers to it: {request, reply}. A reply of "" is silence, which is also
// right for a request that is not answered.
type Exchange [2]string

// Answers is an instrument that knows the exchanges and nothing else, for [Case.Instrument] and the tests of drivers. It looks
// for a request after the exchange it answered last, then from the start, so that a request that stands in the table several times (an ENQ) is
// answered in turn. ok is false for a request it does not know.
func Answers(exchanges ...Exchange) func(request string) (reply string, ok bool) {
	next := 0
	return func(request string) (string, bool) {
		same := func(e Exchange) bool { return e[0] == request }
		at := slices.IndexFunc(exchanges[next:], same)
		if at >= 0 {
			at += next
		} else if at = slices.IndexFunc(exchanges, same); at < 0 {
			return "", false
		}
		next = at + 1
		return exchanges[at][1], true
	}
}
