package yamlfile

import (
	"pychron-edge/lazyregexp"
	"pychron-edge/near"
)

// What a message is about, and what it must be: `unknown key "modle" in devices[1]; must be one of name, model, ...`.
var (
	choice  = lazyregexp.New(`^(.*); must be (one of )?([^;]+)$`)
	about   = lazyregexp.New(`(?:"([^"]+)"|(?:device|function|no point|no control|no pin|names) ([\pL_][\pL\w.-]*)|^([\pL_][\pL\w]*) is unknown)`)
	between = lazyregexp.New(`, | or `)
	oneWord = lazyregexp.New(`^[\w.#/%-]+$`)
)

// hinted is a message with the near name at its end, where what it must be is a list of names and one of them is spelt almost
// like what it is about.
func hinted(text string) string {
	m := choice.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	subject := about.FindStringSubmatch(m[1])
	if subject == nil {
		return text
	}
	name, list := subject[1]+subject[2]+subject[3], between.Split(m[3], -1)
	if m[2] == "" && len(list) == 1 {
		return text // which name is meant is said already
	}
	for _, item := range list {
		if m[2] == "" && !oneWord.MatchString(item) || item == name { // it may be a sentence, and not a list
			return text
		}
	}
	return text + near.Hint(name, list)
}
