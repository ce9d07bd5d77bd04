package drivers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"pychron-edge/lazyregexp"
)

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
	if pattern == "" { // of most that may be given
		return emptyReply.Regexp(), nil
	}
	return regexp.Compile(`^(?s:` + pattern + `)$`)
}

// anyReply is the pattern of a reading whose reply is its value. Most are, and a pattern takes a kilobyte.
var anyReply = lazyregexp.New(`^(?s:(.*))$`)

// emptyReply is the whole reply of a pattern that is not given.
var emptyReply = lazyregexp.New(`^$`)

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
