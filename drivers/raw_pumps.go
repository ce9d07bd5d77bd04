package drivers

import (
	"bytes"

	"pychron-edge/lazyregexp"
)

var (
	pumpReads       = lazyregexp.New(`^[0-9]{3}00[0-9]{3}02=\?[0-9]{3}$`)
	gammaReads      = lazyregexp.New(`^~ [0-9A-Fa-f]{2} (01|02|0[A-Da-d]|61)( [1-4](,[0-9]{2})?)? {1,2}[0-9A-Fa-f]{2}$`)
	gammaWordReads  = lazyregexp.New(`^(cmd|spc) (01|02|0[A-Da-d]|61)( [1-4](,[0-9]{2})?)?$`)
	igcReads        = lazyregexp.New(`^(GDAT\? ?[1-8]|\*IDN\?)$`)
	lakeshoreReads  = lazyregexp.New(`^(\*IDN\?|([KCS]RDG|RDGST)\? ?[A-Da-d1-8]?|[CS]DAT\?|(SETP|RANGE|HTR|HTRST)\?( ?[1-4])?|RANG\?|HEAT\?)$`)
	lakeshoreSilent = lazyregexp.New(`^[^?]*$`)
)

// Raw is how its line is lent. What comes when the bus turns round, and the query itself where the adapter echoes it, is no reply.
func (o *PfeifferPumpOptions) Raw() Raw {
	return Raw{End: "\r", Reply: "\r", Reads: pumpReads.Regexp(), Lead: telegramLead}
}

// telegramLead counts the bytes before a telegram that answers.
func telegramLead(data []byte) int {
	skip := 0
	for skip < len(data) && (data[skip] < 0x20 || data[skip] > 0x7F) {
		skip++
	}
	if end := bytes.IndexByte(data[skip:], '\r'); end > 0 && pumpReads.Match(data[skip:skip+end]) {
		return skip + end + 1
	}
	return skip
}

// Raw is how its line is lent. On Ethernet a prompt comes before the reply. Pychron's driver sends two blanks and 00 for the checksum.
func (o *GammaOptions) Raw() Raw {
	reads := gammaReads
	if o.Ethernet {
		reads = gammaWordReads
	}
	return Raw{End: "\r", Reply: "\r", Reads: reads.Regexp(), Lead: leading("> \r\n")}
}

// Raw is how its line is lent.
func (o *IGC100Options) Raw() Raw { return Raw{End: "\r", Reply: "\n", Reads: igcReads.Regexp()} }

// Raw is how its line is lent. Only what asks is answered. Pychron's driver names inputs by small letters.
func (o *LakeshoreOptions) Raw() Raw {
	return Raw{End: "\r\n", Reply: "\n", Reads: lakeshoreReads.Regexp(), Silent: lakeshoreSilent.Regexp()}
}

// highVoltage is of instruments that make it, whether or not the agent may switch it.
type highVoltage interface{ highVoltage() }

func (o *GammaOptions) highVoltage()          {}
func (o *AgilentIonPumpOptions) highVoltage() {}

// HighVoltage reports whether an instrument with these options makes high voltage that somebody who writes to it can switch on.
func HighVoltage(options any) bool {
	_, ok := options.(highVoltage)
	return ok
}
