package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// board is a Fusions logic board: CO2 or diode. Sheet: fusions-logic-board.md.
type board struct {
	prefix  string
	laser   *laser
	asked   float64 // duty, percent
	enabled bool
	stage   bool // PWE: the power stage
	drive   bool // DRV0 of the diode
	relay   bool // IOWR1 of the diode
	pointer bool
	open    int // interlock bits, 0 = all closed
	co2     bool
	noise   func() float64
}

func init() { register("fusions-co2", newFusionsCO2) }

func newFusionsCO2(p *plant, s settings) instrument { return newBoard(p, s, true) }

func newBoard(p *plant, s settings, co2 bool) *board {
	prefix, ok := s["prefix"].(string) // an empty one is one
	if !ok {
		prefix = ";LB."
	}
	return &board{prefix: prefix, laser: p.newLaser(10), co2: co2, noise: p.random.NormFloat64}
}

func (b *board) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	command, ok := after(text, b.prefix)
	if !ok {
		return done, nil
	}
	reply := b.run(strings.TrimSpace(command))
	b.laser.on = b.enabled && b.open == 0 && (b.stage || !b.co2)
	b.laser.part = b.asked / 100
	if reply == "" {
		return done, nil
	}
	return done, []byte(reply + "\r")
}

// run a command; what it does not know it does not answer.
func (b *board) run(command string) string {
	name, arg, _ := strings.Cut(command, " ")
	switch name {
	case "VER":
		return "Fusions Logic Board v0.96"
	case "INTLK":
		return strconv.Itoa(b.open)
	case "ADC1": // power meter, 0..255
		return fmt.Sprint(min(255, max(0, int(math.Round(255*b.laser.output()+0.3*b.noise())))))
	case "PDC":
		duty, err := strconv.ParseFloat(arg, 64)
		if err != nil || duty < 0 || duty > 100 {
			return "ERR"
		}
		b.asked = math.Round(duty/0.02) * 0.02
		return "OK"
	}
	flag := map[string]*bool{"ENBL": &b.enabled, "PWE": &b.stage, "DRV1": &b.pointer, "DRV0": &b.drive, "IOWR1": &b.relay}[name]
	if flag == nil {
		return ""
	}
	if arg != "0" && arg != "1" {
		return "ERR"
	}
	if name == "ENBL" && arg == "1" && b.open != 0 {
		return "ERR"
	}
	*flag = arg == "1"
	return "OK"
}
