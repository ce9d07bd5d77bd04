package sim

// proxr is an NCD ProXR relay board, in plain mode and with the API codec. Sheet: ncd-proxr.md. Relays are valves; a relay
// that is on opens.
type proxr struct {
	valves [32][8]*valve // by bank, from 1, and relay; nil: nothing hangs on it
	states [32][8]bool
	bank   int
}

func init() { register("proxr", newProXR) }

func newProXR(p *plant, s settings) instrument {
	r := &proxr{bank: 1}
	for _, n := range claimed(s, 8) {
		if n >= 0 && n < len(r.valves)*8 {
			r.valves[n/8][n%8] = p.newValve()
		}
	}
	return r
}

func (r *proxr) take(received []byte) (int, []byte) {
	switch received[0] {
	case 0xfe:
		return r.plain(received[1:], 1)
	case 0xaa:
		return r.codec(received)
	}
	return 1, nil
}

// plain mode: FE command [argument]. Head is what stands before payload.
func (r *proxr) plain(payload []byte, head int) (int, []byte) {
	if len(payload) == 0 {
		return 0, nil
	}
	if !hasArgument(payload[0]) {
		return head + 1, r.run(payload[0], 0)
	}
	if len(payload) < 2 {
		return 0, nil
	}
	return head + 2, r.run(payload[0], int(payload[1]))
}

func hasArgument(command byte) bool {
	return command == 49 || command >= 100 && command <= 130 || command == 175
}

// codec: AA length payload sum.
func (r *proxr) codec(frame []byte) (int, []byte) {
	if len(frame) < 2 || len(frame) < int(frame[1])+3 {
		return 0, nil
	}
	n := int(frame[1]) + 3
	var check byte
	for _, b := range frame[:n-1] {
		check += b
	}
	if check != frame[n-1] || frame[1] < 2 || frame[2] != 0xfe {
		return 1, nil
	}
	_, data := r.plain(frame[3:n-1], 0)
	reply := append([]byte{0xaa, byte(len(data))}, data...)
	check = 0
	for _, b := range reply {
		check += b
	}
	return n, append(reply, check)
}

var okay = []byte{0x55}

// run a command. Banks are counted from 1; 0 is all.
func (r *proxr) run(command byte, argument int) []byte {
	switch {
	case command < 16:
		r.put(r.bank, int(command%8), command >= 8)
		return okay
	case command < 24:
		return []byte{r.state(r.bank, int(command-16))}
	case command == 24:
		return []byte{r.mask(r.bank)}
	case command == 29, command == 30:
		r.all(r.bank, command == 30)
		return okay
	case command == 33:
		return okay
	case command == 49:
		r.bank = argument
		return okay
	case command >= 100 && command < 116:
		r.put(argument, int(command-100)%8, command >= 108)
		return okay
	case command >= 116 && command < 124:
		return []byte{r.state(argument, int(command-116))}
	case command == 124:
		return r.masks(argument)
	case command == 129, command == 130:
		r.all(argument, command == 130)
		return okay
	case command == 175:
		return []byte{r.contacts(argument)}
	case command == 246:
		return []byte{1, 0, 0x11, 0xcd, 1}
	}
	return nil
}

// banks meant by a number.
func (r *proxr) banks(bank int) (from, to int) {
	if bank == 0 {
		return 0, len(r.states)
	}
	if bank > len(r.states) {
		return 0, 0
	}
	return bank - 1, bank
}

func (r *proxr) put(bank, relay int, on bool) {
	from, to := r.banks(bank)
	for b := from; b < to; b++ {
		r.states[b][relay] = on
		if v := r.valves[b][relay]; v != nil {
			v.commanded = on
		}
	}
}

func (r *proxr) all(bank int, on bool) {
	for relay := range 8 {
		r.put(bank, relay, on)
	}
}

func (r *proxr) state(bank, relay int) byte {
	if from, to := r.banks(bank); from < to && r.states[from][relay] {
		return 1
	}
	return 0
}

func (r *proxr) mask(bank int) (mask byte) {
	for relay := range 8 {
		mask |= r.state(bank, relay) << relay
	}
	return mask
}

func (r *proxr) masks(bank int) []byte {
	if bank != 0 {
		return []byte{r.mask(bank)}
	}
	var all []byte
	for b := range r.states {
		all = append(all, r.mask(b+1))
	}
	return all
}

// contacts are switches on the valves of a bank, from 0: a contact is made when the valve is fully open.
func (r *proxr) contacts(bank int) (mask byte) {
	for relay, v := range r.valves[bank%len(r.valves)] {
		if v != nil && v.opened() {
			mask |= 1 << relay
		}
	}
	return mask
}
