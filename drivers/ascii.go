package drivers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// ASCIIOptions describe an instrument that is asked and answers in frames of text or bytes, without Go. Requests are terminated text,
// a reply ends with CR, LF or both unless the options say otherwise.
//
// The configuration is the source of its bytes: replies from the manual stand beside it as vectors, which
// `agent check` runs through the driver. There is no request and no set without one.
type ASCIIOptions struct {
	Start        Wire           `yaml:"start"`         // before every request: an address, a prefix, an STX
	End          Wire           `yaml:"end"`           // after every request; CR unless given
	ReplyStart   Wire           `yaml:"reply_start"`   // what every reply begins with, so that noise is told from a reply at once; "" = anything
	ReplyEnd     Wire           `yaml:"reply_end"`     // of a reply; "" = CR, LF or both
	ReplyLength  int            `yaml:"reply_length"`  // of replies without an end, in bytes, checksum included; 0 = they have an end
	ReplyCount   *ASCIICount    `yaml:"reply_count"`   // of replies without an end that say how long they are
	Checksum     *ASCIIChecksum `yaml:"checksum"`      // none = frames have none
	Refusal      string         `yaml:"refusal"`       // pattern of a whole reply that is a refusal; "" = there is none
	Handshake    string         `yaml:"handshake"`     // enq: a request is answered by ACK or NAK, and ENQ fetches its reply; "" = none
	DecimalComma bool           `yaml:"decimal_comma"` // its decimal sign is the comma; without it, a number with a comma is refused
	Startup      []ASCIIStep    `yaml:"startup"`       // sent whenever the line was opened, before anything is read
	Identify     Wire           `yaml:"identify"`      // request whose reply is its type and firmware; "" = it has none
	DisplayUnit  string         `yaml:"display_unit"`  // that it is set to, of the readings with `unit: display`
	AskUnit      *ASCIIUnit     `yaml:"ask_unit"`      // where the unit of its numbers can be set at the instrument
	UnaskedEnd   Wire           `yaml:"unasked_end"`   // of lines that come unasked, or what stands between frames; LF unless given
	MaxOn        time.Duration  `yaml:"max_on"`        // of the family laser: how long it may be on
	Reads        []ASCIIRead    `yaml:"reads"`         // what is read: one entry a reading
	Sets         []ASCIISet     `yaml:"sets"`          // what can be set: one entry a control
	Vectors      []Vector       `yaml:"vectors"`       // exchanges that `agent check` runs: what is sent, what comes back, what that means

	Proven bool `yaml:"-"` // the vectors were run before the options of one device replaced an address in them
}

// ASCIICount says how long a reply is: the byte at At, from 0, is the number of bytes after it, More not counted.
type ASCIICount struct {
	At   int `yaml:"at"`   // where in the reply the count stands, from 0
	More int `yaml:"more"` // bytes that follow and are not counted: a checksum of one byte is 1
}

// ASCIIStep is a request that is sent for its effect.
type ASCIIStep struct {
	Send   Wire   `yaml:"send"`   // what is sent
	Answer string `yaml:"answer"` // pattern of the whole reply; "" = it is not answered
}

func init() {
	register("ascii", "", About{
		Text: "An instrument that speaks text or frames of bytes, described in the configuration", Reads: "what its options say", Sets: "what its options say",
		Source: "its own test vectors", Confidence: High,
	}, ASCIIOptions{End: "\r"}, openASCII)
}

// Points are what it reads.
func (o *ASCIIOptions) Points() []Point {
	var points []Point
	for _, r := range o.Reads {
		points = append(points, o.quantity(r).point())
	}
	return points
}

// LineSettings are those of the line, with the end of lines that come unasked where there are any.
func (o *ASCIIOptions) LineSettings(l LineSettings) LineSettings {
	if slices.ContainsFunc(o.Reads, func(r ASCIIRead) bool { return r.Unasked }) {
		l.Unasked = string(o.unaskedEnd())
	}
	return l
}

func (o *ASCIIOptions) unaskedEnd() Wire {
	if o.UnaskedEnd == "" {
		return "\n"
	}
	return o.UnaskedEnd
}

// Check says what is wrong with o, and runs its vectors.
func (o *ASCIIOptions) Check() error {
	errs := []error{o.checkFrames()}
	if len(o.Reads) == 0 {
		errs = append(errs, errors.New("reads: none; must be one or more"))
	}
	for i, r := range o.Reads {
		if err := o.checkRead(r); err != nil {
			errs = append(errs, within(fmt.Sprintf("reads[%d]", i), err))
		}
	}
	for i, s := range o.Sets {
		if err := o.checkSet(s); err != nil {
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

// checkFrames looks at what holds for every exchange.
func (o *ASCIIOptions) checkFrames() error {
	var errs []error
	if _, err := regexp.Compile(o.Refusal); err != nil {
		errs = append(errs, fmt.Errorf("refusal: %w", err))
	}
	if err := o.Checksum.check(); err != nil {
		errs = append(errs, within("checksum", err))
	}
	if o.ReplyLength < 0 || o.ReplyLength > maxReply {
		errs = append(errs, fmt.Errorf("reply_length: %d; must be 0 to %d", o.ReplyLength, maxReply))
	}
	if c := o.ReplyCount; c != nil && (c.At < 0 || c.At > 255 || c.More < 0 || c.More > 255 || o.ReplyLength > 0 || o.ReplyEnd != "") {
		errs = append(errs, fmt.Errorf("reply_count: at %d, more %d; must be 0 to 255, without reply_length and reply_end", c.At, c.More))
	}
	if c := o.Checksum; c.ofReplies() && c.AfterEnd && o.ReplyEnd == "" && o.ReplyLength == 0 && o.ReplyCount == nil && slices.ContainsFunc(o.Reads, ASCIIRead.asked) {
		errs = append(errs, errors.New("reply_end: must be given, for a checksum comes after it"))
	}
	if o.Handshake != "" && o.Handshake != "enq" {
		errs = append(errs, fmt.Errorf("handshake: %q; must be enq or left out", o.Handshake))
	}
	for i, s := range o.Startup {
		_, err := wholeReply(s.Answer)
		if s.Send == "" {
			err = errors.Join(err, errors.New("send: empty; must be a request"))
		}
		if err != nil {
			errs = append(errs, within(fmt.Sprintf("startup[%d]", i), err))
		}
	}
	if o.MaxOn < 0 {
		errs = append(errs, checkMaxOn(o.MaxOn))
	}
	return errors.Join(append(errs, o.AskUnit.check())...)
}

// wholeReply compiles a pattern of a whole reply. It is matched character by character, each the byte of its number.
func wholeReply(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?s:` + pattern + `)$`)
}

// within puts where before each of the joined errors.
func within(where string, err error) error {
	if all, ok := err.(interface{ Unwrap() []error }); ok && err.Error() == errors.Join(all.Unwrap()...).Error() {
		var errs []error
		for _, e := range all.Unwrap() {
			errs = append(errs, within(where, e))
		}
		return errors.Join(errs...)
	}
	return fmt.Errorf("%s: %w", where, err)
}
