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

// lexicon is what the words of an instrument mean, by word.
type lexicon map[string]phrase

// parseWords reads what words mean. Of text that differs in nothing but case and the blanks around it one may be given.
func parseWords(words map[string]string) (lexicon, error) {
	l := lexicon{}
	for text, means := range words {
		p, err := parsePhrase(means)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		l[text] = p
	}
	return l, nil
}

// find is what text means: the word with these bytes, else, of text, the one that differs from it in case and in the blanks around it, else
// one that is the same number by sameNumber. ofText is false for what stands in a frame of bytes, of which "A" and "a" are two.
func (l lexicon) find(text string, ofText bool, sameNumber func(word, text string) bool) (phrase, bool) {
	if p, ok := l[text]; ok {
		return p, true
	}
	for word, p := range l {
		if ofText && folded(word) == folded(text) {
			return p, true
		}
	}
	return l.ofNumber(text, sameNumber)
}

// ofNumber is what a number means that is the same as text.
func (l lexicon) ofNumber(text string, sameNumber func(word, text string) bool) (phrase, bool) {
	for word, p := range l {
		if sameNumber(word, text) {
			return p, true
		}
	}
	return phrase{}, false
}

// sameCode says whether two codes are the same but for zeros in front: "01" is "1". "00E0" is no number, but a code.
func sameCode(word, text string) bool {
	w, ok := digitsOf(word)
	d, also := digitsOf(text)
	return ok && also && w == d
}

func digitsOf(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return "", false
	}
	return strings.TrimLeft(text, "0"), true
}

func folded(text string) string { return strings.ToUpper(strings.TrimSpace(text)) }
