package drivers

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// ASCIIOptions describe an instrument that is asked and answers in text, without Go. Requests are terminated text, a reply
// ends with CR, LF or both unless the options say otherwise.
//
// The configuration is the source of its bytes: replies from the manual stand beside it as vectors, which
// `agent check` runs through the driver. There is no request and no set without one.
type ASCIIOptions struct {
	Start    string        `yaml:"start"`     // before every request: an address, a prefix
	End      string        `yaml:"end"`       // after every request; CR unless given
	ReplyEnd string        `yaml:"reply_end"` // of a reply; "" = CR, LF or both
	Refusal  string        `yaml:"refusal"`   // pattern of a whole reply that is a refusal; "" = there is none
	Identify string        `yaml:"identify"`  // request whose reply is its type and firmware; "" = it has none
	Reads    []ASCIIRead   `yaml:"reads"`     // what is read, one or more
	Sets     []ASCIISet    `yaml:"sets"`      // what may be set
	Vectors  []ASCIIVector `yaml:"vectors"`   // exchanges of the manual, one or more for each request
}

// ASCIIRead is one reading. Readings with the same request share its reply.
type ASCIIRead struct {
	Quantity `yaml:",inline"`
	Send     string            `yaml:"send"`   // the request, without start and end
	Match    string            `yaml:"match"`  // pattern of the whole reply; its group (or the one called value) is the number, one called status its status. "" = all of it
	Words    map[string]string `yaml:"words"`  // what may stand in place of the number, and what it means (see phrase)
	Status   map[string]string `yaml:"status"` // what the status may be, and what it means
}

// ASCIIVector is an exchange whose outcome is known: of a manual, or as seen on the line.
type ASCIIVector struct {
	Send  string            `yaml:"send"`  // the whole request as on the wire
	Reply string            `yaml:"reply"` // the whole reply; "" = none comes
	Reads map[string]string `yaml:"reads"` // by point: a value in SI, "at most 0.013", "at least 1e5", or why there is none
	Set   string            `yaml:"set"`   // the control that makes this exchange
	Value float64           `yaml:"value"` // of the control, in SI
	Error string            `yaml:"error"` // garbled, refused or timeout in place of an outcome; "" = none
}

func init() {
	register("ascii", "", About{
		Text: "An instrument that speaks text, described in the configuration", Reads: "what its options say", Sets: "what its options say",
		Source: "its own test vectors", Confidence: High,
	}, ASCIIOptions{End: "\r"}, openASCII)
}

// Points are what it reads.
func (o *ASCIIOptions) Points() []Point {
	var points []Point
	for _, r := range o.Reads {
		points = append(points, r.point())
	}
	return points
}

// Check says what is wrong with o, and runs its vectors.
func (o *ASCIIOptions) Check() error {
	errs := []error{o.checkPatterns()}
	if len(o.Reads) == 0 {
		errs = append(errs, errors.New("reads: none; must be one or more"))
	}
	for i, r := range o.Reads {
		if err := r.checkRead(); err != nil {
			errs = append(errs, within(fmt.Sprintf("reads[%d]", i), err))
		}
	}
	for i, s := range o.Sets {
		if err := s.check(); err != nil {
			errs = append(errs, within(fmt.Sprintf("sets[%d]", i), err))
		}
		if slices.ContainsFunc(o.Sets[:i], func(t ASCIISet) bool { return t.Control == s.Control }) {
			errs = append(errs, fmt.Errorf("sets[%d]: control %s is given twice; must be given once", i, s.Control))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return o.checkVectors()
}

func (o *ASCIIOptions) checkPatterns() error {
	if _, err := regexp.Compile(o.Refusal); err != nil {
		return fmt.Errorf("refusal: %w", err)
	}
	return nil
}

func (r *ASCIIRead) checkRead() error {
	_, err := r.compile()
	if r.Send == "" {
		err = errors.Join(err, errors.New("send: empty; must be a request"))
	}
	return errors.Join(r.check(), err)
}

// asciiRead is a read with its pattern ready.
type asciiRead struct {
	Quantity
	pattern       *regexp.Regexp
	value, status int // groups; status 0 = none
	words, codes  lexicon
}

// compile makes the pattern and the words of r ready.
func (r *ASCIIRead) compile() (asciiRead, error) {
	a := asciiRead{Quantity: r.Quantity}
	var err error
	if a.pattern, err = wholeReply(cmp.Or(r.Match, "(.*)")); err != nil {
		return a, fmt.Errorf("match: %w", err)
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

// wholeReply compiles a pattern of a whole reply.
func wholeReply(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

// within puts where before each of the joined errors.
func within(where string, err error) error {
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		var errs []error
		for _, e := range all.Unwrap() {
			errs = append(errs, within(where, e))
		}
		return errors.Join(errs...)
	}
	return fmt.Errorf("%s: %w", where, err)
}
