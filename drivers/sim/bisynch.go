package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// bisynch is a Eurotherm 800/2000 that speaks EI-Bisynch. Sheet: eurotherm.md.
type bisynch struct {
	oven    *oven
	address string // each digit twice
	values  map[string]float64
	fault   string
	scale   temperatureScale
	digits  int // of its display
}

func init() { register("eurotherm-bisynch", newBisynch) }

func newBisynch(p *plant, s settings) instrument {
	n := s.whole(1, "address")
	group := s.whole(n/10, "group", "gid")
	unit := s.whole(n%10, "unit", "uid")
	return &bisynch{oven: p.ovenFor(), address: fmt.Sprintf("%d%d%d%d", group, group, unit, unit), fault: ">0000", scale: temperatureScale(s.yes(false, "fahrenheit")), digits: s.given(1, "decimals"),
		values: map[string]float64{"HS": 1200, "LS": 0, "HO": 100, "XP": 20, "TI": 120, "TD": 20}}
}

func (b *bisynch) take(received []byte) (int, []byte) {
	if received[0] != eot {
		return 1, nil
	}
	for i := 1; i < min(5, len(received)); i++ {
		if received[i] == eot { // in place of the address it begins anew
			return i, nil
		}
	}
	if len(received) < 6 {
		return 0, nil
	}
	mine := string(received[1:5]) == b.address
	if received[5] == stx {
		return b.write(received, mine)
	}
	for i := 5; i < len(received); i++ {
		switch received[i] {
		case enq:
			if !mine {
				return i + 1, nil
			}
			return i + 1, b.read(string(received[5:i]))
		case eot:
			return i, nil
		}
	}
	return 0, nil
}

// read answers STX mnemonic data ETX BCC, or EOT for one it does not have.
func (b *bisynch) read(name string) []byte {
	if len(name) == 3 {
		name = name[1:] // behind a channel
	}
	data, ok := b.value(name)
	if !ok {
		b.fault = ">01C7"
		return []byte{eot}
	}
	body := append([]byte(name+data), etx)
	return append(append([]byte{stx}, body...), bcc(body))
}

func (b *bisynch) value(name string) (string, bool) {
	number := func(x float64) (string, bool) { return strconv.FormatFloat(x, 'f', b.digits, 64), true }
	switch name {
	case "PV":
		return number(b.scale.shown(b.oven.celsius))
	case "SL", "SP":
		return number(b.scale.shown(b.oven.goal))
	case "OP":
		return fmt.Sprintf("%5.1f", 100*b.oven.output), true
	case "SW", "OS", "SO":
		return ">0000", true
	case "AT":
		return "0", true
	case "EE":
		return b.fault, true
	}
	if x, ok := b.values[name]; ok {
		return number(x)
	}
	return "", false
}

// write: STX mnemonic data ETX and exactly one byte. ACK, or NAK with the reason in EE.
func (b *bisynch) write(received []byte, mine bool) (int, []byte) {
	end := strings.IndexByte(string(received[6:]), etx)
	if end < 0 || len(received) < 6+end+2 {
		return 0, nil
	}
	n := 6 + end + 2
	if !mine {
		return n, nil
	}
	body := received[6 : n-1] // with ETX
	if bcc(body) != received[n-1] {
		b.fault = ">02C2"
		return n, []byte{nak}
	}
	if len(body) < 4 || !b.set(string(body[:2]), string(body[2:len(body)-1])) {
		return n, []byte{nak}
	}
	b.fault = ">0000"
	return n, []byte{ack}
}

func (b *bisynch) set(name, data string) bool {
	x, err := strconv.ParseFloat(strings.TrimSpace(data), 64)
	_, kept := b.values[name]
	switch {
	case err != nil:
		b.fault = ">07C7"
	case name == "SL" && (x < b.values["LS"] || x > b.values["HS"]):
		b.fault = ">08C8"
	case name == "SL":
		b.oven.goal = b.scale.meant(x)
		return true
	case name == "OP" && b.oven.manual:
		b.oven.output = x / 100
		return true
	case kept:
		b.values[name] = x
		return true
	case name == "PV" || name == "OP" || name == "SP":
		b.fault = ">05C8"
	default:
		b.fault = ">01C7"
	}
	return false
}
