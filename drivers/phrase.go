package drivers

import (
	"fmt"
	"strings"
)

// phrase is what a word of an instrument means, as a configuration says it:
//
//	good             the number beside it is a value
//	at most          the number beside it is the lower end of the range; at least: the upper
//	at most 1e-4     the word stands for that end, in the instrument's own numbers
//	is 1             the word stands for the number
//	sensor off       anything else: there is no value, and this is why
type phrase struct {
	numbered bool // the number is beside it
	number   float64
	bound    Bound
	missing  string
}

// parsePhrase reads a phrase. What begins like a number's and is none is an error.
func parsePhrase(text string) (phrase, error) {
	text = strings.TrimSpace(text)
	var p phrase
	rest, ok := "", false
	switch {
	case text == "":
		return p, fmt.Errorf("empty; must be good, at most ..., at least ..., is ..., or why there is no value")
	case text == "good":
		return phrase{numbered: true}, nil
	}
	for start, bound := range map[string]Bound{"at most": AtMost, "at least": AtLeast, "is": Exact} {
		if after, is := strings.CutPrefix(text, start); is && (after == "" || after[0] == ' ') {
			rest, ok, p.bound = after, true, bound
		}
	}
	switch {
	case !ok:
		p.missing = text
		return p, nil
	case rest == "" && p.bound != Exact:
		p.numbered = true
		return p, nil
	}
	n, err := number(rest)
	if err != nil {
		return p, fmt.Errorf("%q: %w; must be followed by a number", text, err)
	}
	p.number = n
	return p, nil
}

// lexicon is what the words of an instrument mean.
type lexicon map[string]phrase

// parseWords reads what words mean. Blanks around them and case do not matter.
func parseWords(words map[string]string) (lexicon, error) {
	l := lexicon{}
	for text, means := range words {
		p, err := parsePhrase(means)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		l[folded(text)] = p
	}
	return l, nil
}

// find is what text means. A word that is a number ("9.9E+9" of a gauge that is off) is found however it is written.
func (l lexicon) find(text string) (phrase, bool) {
	text = folded(text)
	if p, ok := l[text]; ok {
		return p, true
	}
	n, err := number(text)
	if err != nil {
		return phrase{}, false
	}
	for word, p := range l {
		if w, err := number(word); err == nil && w == n {
			return p, true
		}
	}
	return phrase{}, false
}

func folded(text string) string { return strings.ToUpper(strings.TrimSpace(text)) }
