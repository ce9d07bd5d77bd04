package drivers

import (
	"bufio"
	"bytes"
	"regexp"

	"pychron-edge/lazyregexp"
)

// Raw is how requests and replies of an instrument are told apart on a line that is lent to another program, byte for byte.
// Source: docs/protocols/pychron-raw-line.md.
type Raw struct {
	End     string         // of a request as it goes on the wire; a client's ends with this, with CR, with LF, or in silence
	Reply   string         // end of a reply
	Reads   *regexp.Regexp // requests that only read, without their end; nil = the line is not lent
	Enquiry bool           // a request is answered by ACK or NAK, and an ENQ, which has no end, fetches the data
	Silent  *regexp.Regexp // requests that are not answered; nil = all are

	Lead func(data []byte) int // how many bytes before a reply are none of it; nil = the CR and LF of an earlier one
}

// Answers reports whether a request, without its end, is answered.
func (r *Raw) Answers(request string) bool { return r.Silent == nil || !r.Silent.MatchString(request) }

// Enquiry fetches the data of an instrument that answers in two steps.
const Enquiry = "\x05"

// IsRead reports whether a request, without its end, only reads.
func (r *Raw) IsRead(request string) bool {
	return r.Enquiry && request == Enquiry || r.Reads.MatchString(request)
}

// Wire is a request as it goes on the wire.
func (r *Raw) Wire(request string) []byte {
	if r.Enquiry && request == Enquiry {
		return []byte(request)
	}
	return []byte(request + r.End)
}

// Selects reports whether the data of a reply is still to be fetched.
func (r *Raw) Selects(reply []byte) bool {
	return r.Enquiry && len(reply) > 0 && (reply[0] == ack || reply[0] == nak)
}

// Whole finds the end of a reply, which is part of it. The rest of an earlier reply's end, which may come late, is skipped.
func (r *Raw) Whole() bufio.SplitFunc {
	end, lead := []byte(r.Reply), r.Lead
	if lead == nil {
		lead = leading("\r\n")
	}
	return func(data []byte, _ bool) (int, []byte, error) {
		if skip := lead(data); skip > 0 {
			return skip, nil, nil
		}
		if i := bytes.Index(data, end); i >= 0 {
			return i + len(end), data[: i+len(end) : i+len(end)], nil
		}
		return more(data)
	}
}

// leading counts the bytes of a set before a reply.
func leading(set string) func([]byte) int {
	return func(data []byte) int { return len(data) - len(bytes.TrimLeft(data, set)) }
}

// RawOf is how the line of an instrument with these options is lent; false where it is not.
func RawOf(options any) (Raw, bool) {
	o, ok := options.(interface{ Raw() Raw })
	if !ok {
		return Raw{}, false
	}
	r := o.Raw()
	return r, r.Reads != nil
}

var (
	gpWordReads = lazyregexp.New(`^(#[0-9A-F]{2})?(DS (IG[12]?|CG[1-3])|DGS)$`)
	gpHashReads = lazyregexp.New(`^#[0-9A-F]{2}(RD[12AB]?|VER|IGS|DGS)$`)
	xgsReads    = lazyregexp.New(`^#[0-9A-F]{2}(02(U[A-Z0-9]{1,8}|[TI][1-9])|0F|01|03|05|13|32(U[A-Z0-9]{1,8}|[TI][1-9]))$`)
	mksReads    = lazyregexp.New(`^@[0-9]{3}[A-Z0-9]{1,8}\?$`)
	tpgReads    = lazyregexp.New(`^(PR[1-6X]|P[AB][12]|UNI|SEN|TID|PNR|AYT|ERR|CID)$`)
)

// Raw is how its line is lent.
func (o *GranvilleWordsOptions) Raw() Raw {
	end := "\r\n"
	if o.End == "cr" {
		end = "\r"
	}
	return Raw{End: end, Reply: end, Reads: gpWordReads.Regexp()}
}

// Raw is how its line is lent.
func (o *GranvilleHashOptions) Raw() Raw {
	return Raw{End: "\r", Reply: "\r", Reads: gpHashReads.Regexp()}
}

// Raw is how its line is lent.
func (o *XGS600Options) Raw() Raw { return Raw{End: "\r", Reply: "\r", Reads: xgsReads.Regexp()} }

// Raw is how its line is lent.
func (o *MKS937BOptions) Raw() Raw { return Raw{End: ";FF", Reply: ";FF", Reads: mksReads.Regexp()} }

// Raw is how its line is lent.
func (o *MKS9xxOptions) Raw() Raw { return Raw{End: ";FF", Reply: ";FF", Reads: mksReads.Regexp()} }

// Raw is how its line is lent; with an address, which Pychron's driver does not send, it is not.
func (o *TPGOptions) Raw() Raw {
	if o.Address != 0 {
		return Raw{}
	}
	return Raw{End: "\r", Reply: "\r\n", Reads: tpgReads.Regexp(), Enquiry: true}
}
