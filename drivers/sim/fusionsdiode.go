package sim

import (
	"fmt"
	"strconv"
	"strings"
)

func init() { register("fusions-diode", newFusionsDiode) }

func newFusionsDiode(p *plant, s settings) instrument { return newBoard(p, s, false) }

// vue is a VueMetrix diode driver on its own port. Sheet: fusions-logic-board.md.
type vue struct {
	laser  *laser
	amps   float64
	on     bool
	faults int
	plant  *plant
}

// vueFull is the current at which its diode gives full power, in A.
const vueFull = 50

func init() { register("vue", newVue) }

func newVue(p *plant, _ settings) instrument { return &vue{laser: p.newLaser(10), plant: p} }

func (v *vue) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n")
	if done == 0 || text == "" {
		return done, nil
	}
	reply := v.run(text)
	v.laser.on, v.laser.part = v.on && v.faults == 0, min(1, v.amps/vueFull)
	if reply == "" {
		return done, nil
	}
	return done, []byte(reply + "\r")
}

func (v *vue) run(command string) string {
	switch command {
	case "cf":
		v.faults = 0
		return "OK"
	case "f?":
		return strconv.Itoa(v.faults)
	case "l1", "l0":
		v.on = command == "l1"
		return "OK"
	case "i?":
		return fmt.Sprintf("%.2f", v.amps)
	case "pa?":
		return fmt.Sprintf("%.2f", v.laser.output()*v.laser.watts)
	case "adi?":
		return fmt.Sprintf("%d", int(4095*v.laser.output()))
	case "adlt?", "adp?", "adv?", "adixc?": // 1320: 42.6 °C as Pychron counts
		return strconv.Itoa(1320)
	}
	if arg, ok := strings.CutPrefix(command, "i "); ok {
		amps, err := strconv.ParseFloat(strings.TrimSpace(arg), 64)
		if err == nil && amps >= 0 && amps <= vueFull {
			v.amps = amps
			return "OK"
		}
	}
	return ""
}
