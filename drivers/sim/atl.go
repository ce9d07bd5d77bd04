package sim

import (
	"fmt"
	"strconv"
	"time"
)

// atl is an ATL excimer laser: select and poll with words in hexadecimal. Sheet: atl-excimer.md.
type atl struct {
	registers map[int]uint16
	laser     *laser
	selected  bool
	shots     float64
}

const (
	atlPointer = 2
	atlControl = 11
	atlRate    = 1001
	millijoule = 1e-3
)

func init() { register("atl", newATL) }

func newATL(p *plant, _ settings) instrument {
	a := &atl{registers: map[int]uint16{8: 120, 9: 6000, 10: 0, atlControl: 0, 13: 0, 14: 0, 22: 100, 27: 0, 1000: 0, atlRate: 10, 1002: 0, 1003: 12, 1004: 100}}
	a.laser = p.newLaser(1)
	p.moving = append(p.moving, a)
	return a
}

// move fires at its rate while it runs.
func (a *atl) move(dt time.Duration) {
	if a.registers[atlControl] != 3 {
		return
	}
	n := dt.Seconds() * float64(a.registers[atlRate])
	a.shots += n
	a.laser.pulse += n * float64(a.registers[8]) / 10 * millijoule
}

func (a *atl) take(received []byte) (int, []byte) {
	switch received[0] {
	case eot:
		a.selected = false
		return 1, nil
	case 'A', 'a':
		if len(received) < 2 {
			return 0, nil
		}
		if received[1] != enq {
			return 1, nil
		}
		if received[0] == 'A' {
			a.selected = true
			return 2, []byte{dle, '0'}
		}
		return 2, a.poll()
	case dle:
		return min(2, len(received)), nil
	case stx:
		return a.frame(received)
	}
	return 1, nil
}

// frame: STX address words ETX BCC.
func (a *atl) frame(received []byte) (int, []byte) {
	for i, b := range received {
		if b != etx {
			continue
		}
		if len(received) < i+2 {
			return 0, nil
		}
		if !a.selected || bcc(received[1:i+1])&0x7f != received[i+1] || i%4 != 1 || !a.write(string(received[1:i])) {
			return i + 2, []byte{nak}
		}
		return i + 2, []byte{dle, '1'}
	}
	return 0, nil
}

// bcc is the exclusive or of all bytes.
func bcc(data []byte) (x byte) {
	for _, b := range data {
		x ^= b
	}
	return x
}

// write words of four digits: the register, then what goes into it and those after.
func (a *atl) write(text string) bool {
	var words []uint16
	for i := 0; i+4 <= len(text); i += 4 {
		x, err := strconv.ParseUint(text[i:i+4], 16, 16)
		if err != nil {
			return false
		}
		words = append(words, uint16(x))
	}
	if len(words) < 2 {
		return false
	}
	for i, x := range words[1:] {
		register := int(words[0]) + i
		a.registers[register] = x
		if register == atlControl && x == 2 {
			a.shots++
			a.laser.pulse += float64(a.registers[8]) / 10 * millijoule
			a.registers[atlControl] = 1
		}
	}
	return true
}

// poll gives the words that register 2 points at.
func (a *atl) poll() []byte {
	start, count := int(a.registers[atlPointer]), int(a.registers[atlPointer+1])
	reply := []byte{0x61, dle, '0', stx}
	reply = fmt.Appendf(reply, "%04X", start)
	for i := range min(count, 64) {
		reply = fmt.Appendf(reply, "%04X", a.registers[start+i])
	}
	reply = append(reply, etx)
	return append(reply, bcc(reply[4:])&0x7f)
}
