package drivers

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ASCIIChecksum is how frames are checked: over which bytes, by which sum, and how that is written.
//
//	Pfeiffer   {kind: sum, form: decimal}             "0010030902=?" 107 CR
//	bisynch    {kind: xor, form: binary, skip: 1, after_end: true}    STX ... ETX BCC, with end "\x03"
//	Modbus     {kind: crc16, form: binary_low}
type ASCIIChecksum struct {
	Kind      string `yaml:"kind"`       // sum, xor, ones or twos (complement of the sum; lrc is the second), sum16, crc16 (Modbus), crc16_ccitt, crc16_xmodem, crc16_x25
	Form      string `yaml:"form"`       // hex (also ""), hex_small, decimal (3 or 5 digits), binary (high byte first), binary_low
	Skip      int    `yaml:"skip"`       // bytes at the beginning of a frame that are not summed: 1 for an STX
	ReplySkip *int   `yaml:"reply_skip"` // bytes at the beginning of a reply that do not count, 0 or more; none = as skip
	Prefix    Wire   `yaml:"prefix"`     // bytes that are summed first although they do not come with the frame
	AfterEnd  bool   `yaml:"after_end"`  // it follows the end, and the end is summed; without it, it stands before the end
	Requests  string `yaml:"requests"`   // checked (also ""); none = requests carry no checksum
	Replies   string `yaml:"replies"`    // checked (also ""); none = replies carry no checksum
}

// asciiSums are the kinds: how many bytes a sum has, and the sum.
var asciiSums = map[string]struct {
	bytes int
	sum   func([]byte) uint16
}{
	"sum": {1, func(b []byte) uint16 { return uint16(sum8(b)) }}, "xor": {1, func(b []byte) uint16 { return uint16(xor(b)) }},
	"ones": {1, func(b []byte) uint16 { return uint16(onesComplement(b)) }}, "twos": {1, func(b []byte) uint16 { return uint16(-sum8(b)) }},
	"lrc": {1, func(b []byte) uint16 { return uint16(-sum8(b)) }}, "sum16": {2, sum16},
	"crc16": {2, crc16Modbus}, "crc16_ccitt": {2, func(b []byte) uint16 { return straight16(b, 0xFFFF) }},
	"crc16_xmodem": {2, func(b []byte) uint16 { return straight16(b, 0) }}, "crc16_x25": {2, crc16X25},
}

var asciiSumForms = []string{"", "hex", "hex_small", "decimal", "binary", "binary_low"}

func (c *ASCIIChecksum) check() error {
	if c == nil {
		return nil
	}
	var errs []error
	if _, ok := asciiSums[c.Kind]; !ok {
		errs = append(errs, fmt.Errorf("kind: %q; must be one of %s", c.Kind, strings.Join(slices.Sorted(maps.Keys(asciiSums)), ", ")))
	}
	if !slices.Contains(asciiSumForms, c.Form) {
		errs = append(errs, fmt.Errorf("form: %q; must be %s", c.Form, strings.Join(asciiSumForms[1:], ", ")))
	}
	if c.Skip < 0 || c.ReplySkip != nil && *c.ReplySkip < 0 {
		errs = append(errs, errors.New("skip: must be 0 or more"))
	}
	for what, text := range map[string]string{"requests": c.Requests, "replies": c.Replies} {
		if text != "" && text != "checked" && text != "none" {
			errs = append(errs, fmt.Errorf("%s: %q; must be checked or none", what, text))
		}
	}
	return errors.Join(errs...)
}

// ofReplies says whether replies carry it.
func (c *ASCIIChecksum) ofReplies() bool { return c != nil && c.Replies != "none" }

// width is how many bytes it has on the wire.
func (c *ASCIIChecksum) width() int {
	n := asciiSums[c.Kind].bytes
	switch c.Form {
	case "binary", "binary_low":
		return n
	case "decimal":
		return 2*n + 1
	}
	return 2 * n
}

// of is the checksum of a frame as it stands on the wire.
func (c *ASCIIChecksum) of(frame []byte, skip int) string {
	s, span := asciiSums[c.Kind], frame[min(skip, len(frame)):]
	if c.Prefix != "" {
		span = append([]byte(c.Prefix), span...)
	}
	n := s.sum(span)
	switch {
	case c.Form == "decimal":
		return fmt.Sprintf("%0*d", c.width(), n)
	case c.Form == "hex_small":
		return fmt.Sprintf("%0*x", c.width(), n)
	case c.Form != "binary" && c.Form != "binary_low":
		return fmt.Sprintf("%0*X", c.width(), n)
	case s.bytes == 1:
		return string([]byte{byte(n)})
	case c.Form == "binary":
		return string([]byte{byte(n >> 8), byte(n)})
	}
	return string([]byte{byte(n), byte(n >> 8)})
}

// opened is a reply without its checksum, once that is right. end is what stands between them where the checksum is after it.
func (c *ASCIIChecksum) opened(reply []byte, end string) ([]byte, error) {
	at := len(reply) - c.width()
	if at < len(end) {
		return nil, errors.New("too short for a checksum")
	}
	skip := c.Skip
	if c.ReplySkip != nil {
		skip = *c.ReplySkip
	}
	got, want := string(reply[at:]), c.of(reply[:at], skip)
	if got != want && (!strings.HasPrefix(c.Form, "hex") && c.Form != "" || !strings.EqualFold(got, want)) {
		return nil, fmt.Errorf("checksum %q, want %q", got, want)
	}
	return reply[:at-len(end)], nil
}

// untilRight ends a reply whose checksum stands before its end, and may have bytes that look like that end: while it is wrong up to
// the first end, as many bytes more as it has may belong to the reply.
func (c *ASCIIChecksum) untilRight(end bufio.SplitFunc, ends func([]byte) int) bufio.SplitFunc {
	return func(data []byte, atEOF bool) (int, []byte, error) {
		n, token, err := end(data, atEOF)
		if token == nil || err != nil || c.right(token) {
			return n, token, err
		}
		for length := len(token) + 1; length <= len(token)+c.width(); length++ {
			if length >= len(data) {
				return 0, nil, nil
			}
			if size := ends(data[length:]); size > 0 && c.right(data[:length]) {
				return length + size, data[:length:length], nil
			}
		}
		return n, token, nil
	}
}

// right says whether a reply ends in its checksum.
func (c *ASCIIChecksum) right(reply []byte) bool {
	_, err := c.opened(reply, "")
	return err == nil
}
