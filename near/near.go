// Package near finds the name somebody meant: the one that is spelt almost like the one they wrote.
//
// It knows no names of its own and decides nothing: what it finds is put into a message.
package near

import (
	"slices"
	"strings"
)

// maxDistance is how many letters may be wrong, missing, too many or swapped with the next.
const maxDistance = 2

// Names are those of the candidates that are nearest to word: at most 2 letters away, 1 for words of up to 3 letters, capitals aside.
// Where none is, they are those that end in it behind a dot. There are none if more than two are equally near, for then it is a guess.
func Names(word string, candidates []string) []string {
	limit := maxDistance
	if len(word) <= 3 {
		limit = 1
	}
	var found []string
	for _, c := range candidates {
		if c == word || c == "" {
			continue
		}
		d := Distance(word, c)
		switch {
		case d > limit || d >= len(c):
		case d < limit || len(found) == 0:
			found, limit = []string{c}, d
		default:
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		found = endingIn(word, candidates)
	}
	if len(found) > 2 {
		return nil
	}
	return found
}

// endingIn are the candidates whose last part word is: box.V2 for V2.
func endingIn(word string, candidates []string) (found []string) {
	for _, c := range candidates {
		if strings.HasSuffix(c, "."+word) {
			found = append(found, c)
		}
	}
	return found
}

// beginningWith are the candidates that are the beginning of word, of three letters or more, or that begin with it: baud for baudrate, temperature for
// temp, but not ion1 for ion12.
func beginningWith(word string, candidates []string) (found []string) {
	for _, c := range candidates {
		short, long := strings.ToLower(word), strings.ToLower(c)
		if len(short) > len(long) {
			short, long = long, short
		}
		if len(short) >= 3 && len(long) > len(short) && strings.HasPrefix(long, short) && !isDigit(short[len(short)-1]) {
			found = append(found, c)
		}
	}
	return found
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// Hint is the end of a message: "; did you mean NAME?", and nothing where there is no near name. Where none is spelt like it, one that begins
// with word, or that word begins with, is good enough for it.
func Hint(word string, candidates []string) string {
	found := Names(word, candidates)
	if len(found) == 0 {
		found = beginningWith(word, candidates)
	}
	if len(found) == 0 || len(found) > 2 {
		return ""
	}
	return "; did you mean " + strings.Join(found, " or ") + "?"
}

// Distance is how many letters, capitals aside, must be changed, dropped, added or swapped with their neighbour to make b of a.
func Distance(a, b string) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	var before, last []int
	now := make([]int, len(y)+1)
	for j := range now {
		now[j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, last, now = last, now, make([]int, len(y)+1)
		now[0] = i
		for j := 1; j <= len(y); j++ {
			change := last[j-1]
			if x[i-1] != y[j-1] {
				change++
			}
			now[j] = min(change, last[j]+1, now[j-1]+1)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
	}
	return now[len(y)]
}

// OneOf is the end of a message about a name that is none of these: "must be one of a, b", and where there are none what none says.
func OneOf(names []string, none string) string {
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == "" }) // of something whose name is missing
	if len(names) == 0 {
		return none
	}
	return "must be one of " + strings.Join(names, ", ")
}
