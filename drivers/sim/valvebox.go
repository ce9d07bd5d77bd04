package sim

import (
	"strconv"
	"strings"
)

// valvebox is Pychron's Arduino valve box: ten valves, a drive pin and two indicators each. Sheet: arduino-valvebox.md.
// That opening the port resets the board is not simulated.
type valvebox struct {
	valves map[int]*valve // by drive pin
}

// boxPins are the drive pins of valves 0 to 9; the open indicator is one below, the closed indicator two.
var boxPins = []int{51, 48, 45, 42, 39, 36, 33, 30, 27, 24}

func newValvebox(p *plant, s settings) instrument {
	b := &valvebox{valves: map[int]*valve{}}
	for _, n := range claimed(s, len(boxPins)) {
		if n < len(boxPins) {
			b.valves[boxPins[n]] = p.newValve()
		}
	}
	for _, pin := range boxPins {
		if b.valves[pin] == nil {
			b.valves[pin] = &valve{travel: valveTravel}
			p.moving = append(p.moving, b.valves[pin])
		}
	}
	return b
}

// claimed are the numbers of the valves that the options name, or 0 to n-1 when they name none.
func claimed(s settings, n int) []int {
	list := s.list("valves", "channels", "relays")
	var numbers []int
	for _, key := range sorted(list) {
		if i, err := strconv.Atoi(key); err == nil {
			numbers = append(numbers, i)
		}
	}
	if numbers == nil {
		for i := range n {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

func (b *valvebox) take(received []byte) (int, []byte) {
	text, done := cutLine(received, "\r\n") // LF is ignored: an empty line
	words := strings.Fields(text)
	if len(words) == 3 && words[0] == "w" {
		pin, err := strconv.Atoi(words[1])
		if v := b.valves[pin]; err == nil && v != nil {
			v.commanded = words[2] == "1"
		}
		return done, []byte("OK\r\n")
	}
	if len(words) == 2 && words[0] == "r" {
		pin, err := strconv.Atoi(words[1])
		if err != nil {
			return done, nil
		}
		return done, []byte(digit(b.level(pin)) + "\r\n")
	}
	return done, nil
}

func (b *valvebox) level(pin int) bool {
	if v := b.valves[pin]; v != nil {
		return v.commanded
	}
	if v := b.valves[pin+1]; v != nil {
		return v.opened()
	}
	if v := b.valves[pin+2]; v != nil {
		return v.closed()
	}
	return false
}
