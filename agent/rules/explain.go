package rules

import (
	"strings"

	"pychron-edge/lazyregexp"
)

var (
	unexpected   = lazyregexp.New(`^unexpected token (\w+)(?:\("(.*)"\))?$`)
	unrecognized = lazyregexp.New(`^unrecognized character: U\+\w+ '(.+)'$`)
	mismatched   = lazyregexp.New(`^invalid operation: (\S+) \(mismatched types (\w+) and (\w+)\)$`)
	oneSided     = lazyregexp.New(`^invalid operation: (\S+) \(mismatched type (\w+)\)$`)
	noChoice     = lazyregexp.New(`^non-bool expression \(type (\w+)\) used as condition$`)
	badNumber    = lazyregexp.New(`^bad number syntax: "(.*)"$`)
	tooMany      = lazyregexp.New(`^(too many|not enough) arguments to call (\w+)$`)
	tooLarge     = lazyregexp.New(`^(?:invalid|bad) .*literal.*parsing "?([^": ]+)"?: value out of range`)
	wrongKind    = lazyregexp.New(`^cannot use (\w+) as argument \(type (\w+)\) to call (\w+)`)
)

// instead is what to write for what other languages write.
var instead = map[string]string{
	"=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "&": "and", "|": "or", "AND": "and", "OR": "or", "NOT": "not", "And": "and", "Or": "or", "Not": "not",
	"is": "==", "≥": ">=", "≤": "<=", "≠": "!=", "“": "\"", "”": "\"", "‘": "'", "’": "'", "×": "*", "·": "*", "−": "-",
}

// explain turns the parser's message about what stands at byte offset at into what, and what it must be.
func explain(text string, at int, message string) string {
	if m := unrecognized.FindStringSubmatch(message); m != nil {
		return replaced(m[1], "this character has no meaning here; must be plain letters, digits and "+strings.Join(operators, " "), m[1])
	}
	if m := tooMany.FindStringSubmatch(message); m != nil {
		return m[2] + " has " + strings.Replace(m[1], "not enough", "too few", 1) + " arguments; must be " + call(m[2])
	}
	if m := wrongKind.FindStringSubmatch(message); m != nil {
		return m[3] + " is given " + kindName(m[1]) + "; must be " + call(m[3]) + ", of " + kindName(m[2])
	}
	if m := mismatched.FindStringSubmatch(message); m != nil {
		return kindName(m[2]) + " " + m[1] + " " + kindName(m[3]) + " has no meaning; must be two quantities or two conditions"
	}
	if m := oneSided.FindStringSubmatch(message); m != nil {
		return m[1] + " stands before " + kindName(m[2]) + "; must stand before " + otherKind(m[2])
	}
	if m := noChoice.FindStringSubmatch(message); m != nil {
		return kindName(m[1]) + " stands before ?; must be a condition, as in a > b ? c : d"
	}
	if badNumber.MatchString(message) {
		return wrongNumber(text, at)
	}
	if m := tooLarge.FindStringSubmatch(message); m != nil {
		return m[1] + " is more than a number can be; must be below 1e308, and a whole number below 9e18"
	}
	if m := unexpected.FindStringSubmatch(message); m != nil {
		return token(text, at, m[1], m[2])
	}
	switch {
	case message == "expected name":
		return "a name is missing after the dot; must be <device>.<point>"
	case strings.HasSuffix(message, "is not callable"):
		return "this is no function; must be one of " + strings.Join(Names(Functions), ", ")
	case message == "unexpected end of expression":
		return tooEarly
	}
	return message + "; must be an expression such as ion1.ig > torr(1e-3)"
}

const tooEarly = "ends too early; must be an expression such as ion1.ig > torr(1e-3)"

// token explains a token that may not stand where it does.
func token(text string, at int, kind, found string) string {
	before := strings.TrimSpace(text[:at])
	for _, pair := range []string{"=>", "=<", "<>"} {
		if strings.HasPrefix(text[at:], pair) || at > 0 && strings.HasPrefix(text[at-1:], pair) {
			return replaced(pair, "", pair)
		}
	}
	if word := lastToken(before); instead[word] != "" { // NOT V1.open: the parser trips over what follows
		return replaced(word, "", word)
	}
	switch {
	case kind == "EOF" && strings.Count(text, "(") > strings.Count(text, ")"):
		return "ends within parentheses; must be as many ) as ("
	case kind == "EOF":
		return tooEarly
	case kind == "Bracket" && found == ")":
		return "one ) too many; must be as many ) as ("
	case Functions[found].one != nil && digitEnds(before):
		return "a number with its unit behind it; must be " + found + "(" + lastToken(before) + ")"
	case found == "," && digitEnds(before) && digitEnds(text[at+1:min(at+2, len(text))]):
		return "a comma within a number; must be a point: " + lastToken(before) + "." + text[at+1:at+2]
	case strings.HasPrefix(found, ".") && digitEnds(before):
		return noNumber
	case kind == "Number" && Functions[lastToken(before)].one != nil:
		return lastToken(before) + " without parentheses; must be " + lastToken(before) + "(" + found + ")"
	}
	return replaced(found, "an operator is missing before "+found+", or it is one too many; must be one of "+strings.Join(operators, " ")+" between two values", found)
}

// replaced says what must stand in place of word, and other where that is not known.
func replaced(word, other, found string) string {
	if right, ok := instead[word]; ok {
		return found + " is none of the operators here; must be " + right
	}
	return other
}

// lastToken is what stands at the end of s, after the last space or parenthesis.
func lastToken(s string) string { return s[strings.LastIndexAny(s, " (\n\t")+1:] }

const noNumber = "this is no number; must be digits, and at most one decimal point and one exponent, as in 1.5e-3"

// numberAndWord is a number with letters right behind it.
var numberAndWord = lazyregexp.New(`([0-9][0-9._]*(?:[eE][-+]?[0-9]+)?)([A-Za-z%°µ]+)`)

// wrongNumber explains a number that cannot be read, which ends at byte offset at or just before it.
func wrongNumber(text string, at int) string {
	begin := strings.LastIndexAny(text[:min(at, len(text))], " (\n\t,<>=+*/") + 1
	m := numberAndWord.FindStringSubmatch(text[begin:])
	switch {
	case m == nil:
		return noNumber
	case Functions[m[2]].one != nil:
		return "a number with its unit behind it; must be " + m[2] + "(" + m[1] + ")"
	case m[2] == "s":
		return "a number with its unit behind it; must be seconds(" + m[1] + ")"
	}
	return m[1] + m[2] + " is no number; must be " + m[1] + ", or a function such as mbar(" + m[1] + ")"
}

func digitEnds(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

func kindName(k string) string {
	switch k {
	case "bool":
		return "a condition"
	case "float64", "int":
		return "a quantity"
	}
	return "a text"
}

// otherKind is what a kind is not.
func otherKind(k string) string {
	if k == "bool" {
		return kindName("float64")
	}
	return kindName("bool")
}

// call is how a function of numbers is written.
func call(name string) string {
	if Functions[name].two != nil {
		return name + "(a, b)"
	}
	return name + "(a)"
}
