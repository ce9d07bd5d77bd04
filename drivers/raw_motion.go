package drivers

import (
	"regexp"

	"pychron-edge/lazyregexp"
)

// TE? and TB? are no reads: an error that is read is gone, and would not be found after a move of the agent's.
var (
	espReads  = lazyregexp.New(`^(VE\?|TS|TX|HB|[1-3](TP|MD|MO|DP|TV|PA|VA|AC|AG|ID|SL|SR|HS|HQ)\?|[1-3](TP|HP))$`)
	espSilent = lazyregexp.New(`^([1-3]?(PA|PR|ST|MO|MF|OR|DH|SH|TJ|VA|AC|AG|HL|HC|HX|HO|HQ|HS|HN|HA|HV|HD)[^?]*|SM|RS|AB)$`)
)

// Raw is how its line is lent. What sets is not answered.
func (o *ESP301Options) Raw() Raw {
	return Raw{End: "\r", Reply: "\n", Reads: espReads.Regexp(), Silent: espSilent.Regexp()}
}

// Raw is how its line is lent; in checksum mode, which Pychron's driver does not speak, it is not. PR ER is no read: it may clear the error.
// Prompts, and the echo of what was asked, are no reply.
func (o *MDriveOptions) Raw() Raw {
	if o.Checksum {
		return Raw{}
	}
	name, end := regexp.QuoteMeta(o.Name), "\r"
	if o.Name != "" {
		end = "\n"
	}
	asks := regexp.MustCompile(`^` + name + `PR ([A-DF-Z][A-Z0-9]?|E[A-QS-Z])$`)
	return Raw{End: end, Reply: "\n", Reads: asks, Silent: regexp.MustCompile(`^` + name + `([^P]|P[^R])`), Lead: mdriveLead(name)}
}

// mdriveLead counts the bytes before a reply: prompts, ends of lines, and an echo.
func mdriveLead(name string) func([]byte) int {
	echo := regexp.MustCompile(`^` + name + `PR [A-Z0-9]{1,2}[\r\n]`)
	blank := leading("> \r\n")
	return func(data []byte) int {
		if n := blank(data); n > 0 {
			return n
		}
		return len(echo.Find(data))
	}
}
