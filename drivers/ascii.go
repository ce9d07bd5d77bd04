package drivers

import (
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
		Example: `
  - name: room
    model: ascii
    port: serial:///dev/serial/by-id/usb-FTDI_ROOM-if00-port0?baud=9600
    options:
      reads: [{name: temperature, channel: t, unit: celsius, send: "T?", match: 'T= *(\S+) C'}]
      vectors: [{send: "T?\r", reply: "T= 23.7 C\r\n", reads: {t: 23.7}}]
`,
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
