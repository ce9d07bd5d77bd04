package sim

// labjack is a LabJack T7: lines that move valves, with indicators, and inputs. Reading a line by its own register makes it an input, and lets its valve
// fall. Sheet: labjack-t.md.
type labjack struct {
	modbus
	valves     map[int]*valve // by line
	low        bool           // a low line opens
	opened     map[int]int    // valve's line by indicator
	closed     map[int]int
	states     uint32
	directions uint32
}

func init() {
	register("labjack-valves", newLabJack)
	register("labjack-inputs", newLabJack)
}

func newLabJack(p *plant, s settings) instrument {
	l := &labjack{valves: map[int]*valve{}, low: s.yes(false, "low"), opened: indicators(s, "opened"), closed: indicators(s, "closed")}
	for _, n := range claimed(s, 0) {
		l.valves[n] = p.newValve()
	}
	l.modbus = modbus{unit: 1, get: l.register, put: l.write}
	return l
}

// indicators are the lines of valves by those of their indicators.
func indicators(s settings, key string) map[int]int {
	lines := map[int]int{}
	if given, ok := s[key].(map[string]any); ok {
		for valve, at := range given {
			if n, ok := at.(float64); ok {
				lines[int(n)] = number(valve)
			}
		}
	}
	return lines
}

func number(text string) int {
	n := 0
	for _, c := range text {
		n = 10*n + int(c-'0')
	}
	return n
}

// levels of all lines: as driven, and as the indicators show.
func (l *labjack) levels() uint32 {
	all := l.states
	for at, valve := range l.opened {
		if v := l.valves[valve]; v != nil && v.opened() {
			all |= 1 << at
		}
	}
	for at, valve := range l.closed {
		if v := l.valves[valve]; v != nil && v.closed() {
			all |= 1 << at
		}
	}
	return all
}

func (l *labjack) register(n int) (uint16, bool) {
	switch {
	case n < 28:
		return half(2.5, n%2, true), true
	case n >= 2000 && n <= 2022:
		l.directions &^= 1 << (n - 2000)
		l.drive(n-2000, l.low)
		return uint16(l.levels() >> (n - 2000) & 1), true
	case n == 2800, n == 2801:
		return halfWord(l.levels(), n), true
	case n == 2850, n == 2851:
		return halfWord(l.directions, n), true
	case n == 60000, n == 60001:
		return half(7, n%2, true), true
	case n == 60028, n == 60029:
		return halfWord(470012345, n), true
	}
	return 0, false
}

// halfWord of 32 bits: the high one at the even register.
func halfWord(x uint32, register int) uint16 {
	if register%2 == 0 {
		return uint16(x >> 16)
	}
	return uint16(x)
}

func (l *labjack) write(n int, x uint16) bool {
	line := n - 2000
	if line < 0 || line > 22 {
		return false
	}
	l.directions |= 1 << line
	l.states = l.states&^(1<<line) | uint32(x&1)<<line
	l.drive(line, x&1 == 1)
	return true
}

func (l *labjack) drive(line int, high bool) {
	if v := l.valves[line]; v != nil {
		v.commanded = high != l.low
	}
}
