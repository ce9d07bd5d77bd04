package drivers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// ASCIIRead is one reading. Readings with the same request share its reply.
type ASCIIRead struct {
	Quantity    `yaml:",inline"`
	Select      Wire              `yaml:"select"`       // request that selects what is asked for next, on the same line without a pause; "" = none
	Selected    string            `yaml:"selected"`     // pattern of the reply to select; "" = it is not answered
	Send        Wire              `yaml:"send"`         // the request, without start and end
	Unasked     bool              `yaml:"unasked"`      // it is not asked for: lines that match bring it
	ReplyLength int               `yaml:"reply_length"` // of this reply where it has no end; 0 = as all
	Match       string            `yaml:"match"`        // pattern of the whole reply; its group (or the one called value) is the number, one called status its status. "" = all of it
	As          string            `yaml:"as"`           // how the number is written; "" = decimal (see numberForms)
	Bit         *int              `yaml:"bit"`          // of the number: 0 (lowest) to 52; the reading is that bit
	Mask        uint64            `yaml:"mask"`         // of the number: these bits, moved down to the lowest; 0 = all of it
	Words       map[string]string `yaml:"words"`        // what may stand in place of the number, and what it means (see phrase); of binary numbers also numbers, and nan
	Status      map[string]string `yaml:"status"`       // what the status may be, and what it means
}

// displayUnit is the unit of a reading that display_unit gives.
const displayUnit = "display"

// quantity is what r measures; where the unit is asked for, in the unit that all of those are converted to.
func (o *ASCIIOptions) quantity(r ASCIIRead) *Quantity {
	q := r.Quantity
	switch {
	case q.Unit == displayUnit && o.DisplayUnit != "":
		q.Unit = o.DisplayUnit
	case q.Unit == askedUnit && o.AskUnit != nil:
		q.Unit = o.AskUnit.common()
	}
	return &q
}

func (o *ASCIIOptions) checkRead(r ASCIIRead) error {
	errs := []error{o.quantity(r).check()}
	if _, err := o.compile(r); err != nil {
		errs = append(errs, err)
	}
	switch {
	case r.Unasked && (r.Send != "" || r.Select != "" || r.Match == "" || r.Unit == askedUnit):
		errs = append(errs, errors.New("unasked: must have a match, and no send, no select and no unit that is asked for"))
	case !r.Unasked && o.Start+r.Send == "":
		errs = append(errs, errors.New("send: empty; must be a request"))
	case r.Unit == askedUnit && (r.Min != nil || r.Max != nil || r.Law != ""):
		errs = append(errs, errors.New("unit: asked for; must have no law, least or most, for they are in a unit"))
	}
	if _, err := wholeReply(r.Selected); err != nil {
		errs = append(errs, fmt.Errorf("selected: %w", err))
	}
	if r.ReplyLength < 0 || r.ReplyLength > maxReply {
		errs = append(errs, fmt.Errorf("reply_length: %d; must be 0 to %d", r.ReplyLength, maxReply))
	}
	if !slices.Contains(numberForms, r.As) {
		errs = append(errs, fmt.Errorf("as: %q; must be one of %s", r.As, strings.Join(numberForms[1:], ", ")))
	}
	if r.Bit != nil && (*r.Bit < 0 || *r.Bit > 52 || r.Mask != 0) {
		errs = append(errs, fmt.Errorf("bit: %d; must be 0 to 52, without mask", *r.Bit))
	}
	if r.Mask > maxExact {
		errs = append(errs, fmt.Errorf("mask: %d; must be at most %d", r.Mask, int64(maxExact)))
	}
	return errors.Join(errs...)
}

// asked says whether r is asked for, and its reply ends as all do.
func (r ASCIIRead) asked() bool { return !r.Unasked && r.ReplyLength == 0 }

// asciiRead is a read with its pattern ready.
type asciiRead struct {
	Quantity
	pattern       *regexp.Regexp
	value, status int // groups; status 0 = none
	words, codes  lexicon
	as            string
	mask          uint64
	comma, asked  bool
	unasked       bool
}

// compile makes the pattern and the words of r ready.
func (o *ASCIIOptions) compile(r ASCIIRead) (asciiRead, error) {
	a := asciiRead{Quantity: *o.quantity(r), as: r.As, mask: r.Mask, comma: o.DecimalComma, asked: r.Unit == askedUnit, unasked: r.Unasked}
	if r.Bit != nil && *r.Bit >= 0 && *r.Bit < 53 {
		a.mask = 1 << *r.Bit
	}
	var err error
	if a.pattern = anyReply.Regexp(); r.Match != "" {
		if a.pattern, err = wholeReply(r.Match); err != nil {
			return a, fmt.Errorf("match: %w", err)
		}
	}
	a.value, a.status = a.pattern.SubexpIndex("value"), max(a.pattern.SubexpIndex("status"), 0)
	if a.value < 0 && a.pattern.NumSubexp() == 1 && a.status == 0 {
		a.value = 1
	}
	if a.value < 0 {
		return a, fmt.Errorf("match: %q has no value; must have one group, or one called value: (?P<value>...)", r.Match)
	}
	if (a.status > 0) != (len(r.Status) > 0) {
		return a, errors.New("status: a group called status in match and what it may be belong together; must be both or neither")
	}
	if a.words, err = parseWords(r.Words); err != nil {
		return a, fmt.Errorf("words: %w", err)
	}
	for text, p := range a.words {
		if p.numbered {
			return a, fmt.Errorf("words: %s: there is no number beside it; must be at most ..., at least ..., is ..., or why there is no value", text)
		}
	}
	if a.codes, err = parseWords(r.Status); err != nil {
		return a, fmt.Errorf("status: %w", err)
	}
	return a, nil
}

// of is the reading in a reply, in unit u where that was asked for. A value that is not understood is missing, with its bytes; an error
// is a reply that does not look like one at all.
func (r *asciiRead) of(reply string, u spokenUnit) (Reading, error) {
	means, text := phrase{numbered: true}, reply
	var part []string
	if r.pattern != anyReply.Regexp() {
		if part = r.pattern.FindStringSubmatch(reply); part == nil {
			return r.missing(fmt.Sprintf("not understood: %.40q", reply)), fmt.Errorf("want %s", r.pattern)
		}
		text = part[r.value]
	}
	if r.status > 0 {
		var ok bool
		if means, ok = r.codes.find(part[r.status], isPhrase(part[r.status], reply), sameCode); !ok {
			return r.missing(fmt.Sprintf("unknown status %.40q", part[r.status])), nil
		}
	}
	if p, ok := r.word(text, reply); ok && means.numbered {
		means = p
	}
	if !r.asked {
		u = r.unit()
	}
	switch {
	case means.missing != "":
		return r.missing(means.missing), nil
	case u.per == 0:
		return r.missing(fmt.Sprintf("in a unit that is not known: %.40q", text)), errUnclear
	case !means.numbered:
		return r.known(u, means.number, means.bound, text)
	}
	if len(r.States) > 0 && isText(r.as) {
		if n, ok := r.point().States.Value(text); ok {
			return r.known(u, (n-r.Offset)/scaleOf(r.Scale), means.bound, text)
		}
	}
	n, err := r.numberIn(text)
	if err != nil {
		return r.unclear(text, err)
	}
	return r.known(u, n, means.bound, text)
}

// numberIn is the number that the characters of text are. Text that is ASCII is its own bytes.
func (r *asciiRead) numberIn(text string) (float64, error) {
	if r.mask == 0 && isText(r.as) && !strings.ContainsFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) {
		return textNumber(r.as, strings.TrimSpace(text), r.comma)
	}
	raw, _ := bytesOf(text)
	return r.number(raw)
}

// number is the number that raw is, or the bits of it that r is.
func (r *asciiRead) number(raw []byte) (float64, error) {
	if r.mask > 0 {
		return maskedOf(r.as, raw, r.comma, r.mask)
	}
	return numberOf(r.as, raw, r.comma)
}

// word is what stands in place of a number. Bytes that are digits are a number, not a word.
func (r *asciiRead) word(text, reply string) (phrase, bool) {
	if isText(r.as) {
		return r.words.find(text, isPhrase(text, reply), r.sameNumber)
	}
	if _, err := number(text); err == nil {
		return r.words.ofNumber(text, r.sameNumber)
	}
	return r.words.find(text, false, r.sameNumber)
}

// isPhrase says whether a part of a reply is text: more than one letter, or a reply that is text altogether.
func isPhrase(part, reply string) bool {
	return part == "" || printable(part) && (len(part) > 1 || printable(reply))
}

// sameNumber says whether a word is the number that text is, as r is written: "9.9E37" is "+9.900000E+37", "FF" is "00FF" in hexadecimal,
// and 65535 is two bytes FF. What would be a number in another form is none: "00E5" is hexadecimal 229, not 0.
func (r *asciiRead) sameNumber(word, text string) bool {
	raw, _ := bytesOf(text)
	n, err := numberOf(r.as, raw, r.comma)
	if !isText(r.as) {
		if errors.Is(err, errIsNaN) {
			return strings.EqualFold(word, "nan")
		}
		w, bad := number(word)
		return err == nil && bad == nil && (w == n || strings.HasPrefix(r.as, "float") && float64(float32(w)) == n)
	}
	w, bad := textNumber(r.as, strings.TrimSpace(word), false)
	return err == nil && bad == nil && w == n
}

// known is the reading of a number. One that cannot be is missing.
func (r *asciiRead) known(u spokenUnit, n float64, bound Bound, text string) (Reading, error) {
	reading, err := r.readingIn(u, n, bound)
	if err != nil {
		return r.unclear(text, err)
	}
	return reading, nil
}

// unclear is a reading whose value was not understood. Noise in text is an error of the whole reply.
func (r *asciiRead) unclear(text string, why error) (Reading, error) {
	missing := r.missing(fmt.Sprintf("not understood: %.40q (%v)", text, why))
	if isText(r.as) && text != "" && !printable(text) {
		return missing, errNoise
	}
	return missing, errUnclear
}

var (
	errNoise   = errors.New("not text")
	errUnclear = errors.New("no value that is understood")
)
