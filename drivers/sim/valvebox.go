package sim

import (
	"strconv"
	"strings"
	"time"
)

// valvebox is Pychron's Arduino valve box: ten valves, a drive pin and two indicators each. Opening its port resets it, which
// closes all valves and leaves it deaf for a while. Sheet: arduino-valvebox.md.
type valvebox struct {
	plant  *plant
	valves map[int]*valve // by drive pin
	deaf   time.Duration  // until then
}

// bootTime is how long its boot loader eats what comes.
const bootTime = 1600 * time.Millisecond

// start is a reset.
func (b *valvebox) start() {
	b.deaf = b.plant.elapsed + bootTime
	for _, v := range b.valves {
		v.commanded = false
	}
}

// boxPins are the drive pins of valves 0 to 9; the open indicator is one below, the closed indicator two.
var boxPins = []int{51, 48, 45, 42, 39, 36, 33, 30, 27, 24}

func init() { register("arduino-valvebox", newValvebox) }

func newValvebox(p *plant, s settings) instrument {
	b := &valvebox{plant: p, valves: map[int]*valve{}}
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
	if b.plant.elapsed < b.deaf {
		return len(received), nil
	}
	text, done := readLine(received, "\r\n") // LF is ignored: an empty line
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
