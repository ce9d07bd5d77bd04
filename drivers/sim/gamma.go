package sim

import (
	"fmt"
	"strings"
	"time"
)

// gamma is a Gamma DIGITEL SPC (one supply, no data field) or MPCq (supplies by number) on the ion pump. Sheet:
// gamma-ion-pump.md.
type gamma struct {
	plant    *plant
	pump     *ionPump
	at       *volume
	address  string
	supplies int // 1 = an SPC
	unit     string
	ethernet bool
}

func init() { register("gamma-spc", newGamma) }

func newGamma(p *plant, s settings) instrument {
	g := &gamma{plant: p, pump: &p.ion, at: &p.volumes[sputter], supplies: 1, unit: "TORR"}
	g.address = fmt.Sprintf("%02X", s.given(1, "address"))
	if n := len(s.list("channels", "supplies")); n > 0 || s.yes(false, "mpc") {
		g.supplies = 4
	}
	g.supplies = s.whole(g.supplies, "supplies")
	g.ethernet = s.yes(false, "ethernet", "telnet")
	if w := &p.passages[len(p.passages)-1]; w.valve == nil {
		w.valve = &valve{position: 1} // one that a person left open
	}
	return g
}

// checksum of a Gamma packet: the sum of all characters, two hexadecimal digits.
func hexSum(text string) string {
	total := 0
	for i := range len(text) {
		total += int(text[i])
	}
	return fmt.Sprintf("%02X", total%256)
}

func (g *gamma) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r")
	if done == 0 {
		return 0, nil
	}
	text = strings.TrimLeft(text, "\n")
	for _, word := range []string{"cmd ", "spc "} {
		if rest, ok := strings.CutPrefix(text, word); ok {
			g.ethernet = true
			command, data, _ := strings.Cut(rest, " ")
			return done, []byte(g.reply(command, data) + "\r>")
		}
	}
	text, ok := after(text, "~")
	if !ok || len(text) < 9 || text[0] != ' ' {
		return done, nil
	}
	body, check := text[:len(text)-2], text[len(text)-2:]
	if check != "00" && check != hexSum(body) || !strings.HasPrefix(body[1:], g.address+" ") {
		return done, nil
	}
	command, data, _ := strings.Cut(strings.TrimSuffix(body[4:], " "), " ")
	answer := g.address + " " + g.reply(command, strings.TrimSpace(data)) + " "
	return done, []byte(answer + hexSum(answer) + "\r")
}

// reply to a command, with its code.
func (g *gamma) reply(command, data string) string {
	text, code := g.run(command, data)
	if code != "" {
		return "ER " + code
	}
	if text == "" {
		return "OK 00"
	}
	return "OK 00 " + text
}

func (g *gamma) run(command, data string) (text, code string) {
	supply, rest, _ := strings.Cut(data, ",")
	needs := strings.Contains(" 0A 0B 0C 0D 37 38 61 11 33 ", " "+command+" ")
	if needs && g.supplies > 1 && (len(supply) == 0 || strings.TrimLeft(supply, "0") < "1" || strings.TrimLeft(supply, "0") > "4") {
		return "", "08"
	}
	if needs && g.supplies > 1 && strings.TrimLeft(supply, "0") != "1" { // nothing hangs on the others
		return g.idle(command)
	}
	pressure := g.at.total()
	switch command {
	case "01":
		return map[bool]string{true: "DIGITEL MPCQ", false: "DIGITEL SPC"}[g.supplies > 1], ""
	case "02":
		return "SW Version 4.12", ""
	case "0A":
		return scientific(g.pump.current(pressure)*g.plant.noise(0.01), 2, 2, true) + " AMPS", ""
	case "0B":
		return g.pressure(pressure), ""
	case "0C":
		return fmt.Sprintf("%.0f", g.pump.volts(pressure)), ""
	case "0D":
		return g.status(g.supplies > 1 && rest == "00"), ""
	case "0E":
		unit, ok := map[string]string{"T": "TORR", "M": "MBAR", "P": "PASCAL"}[data]
		if !ok {
			return "", "08"
		}
		g.unit = unit
		return "", ""
	case "11":
		return "20 L/S", ""
	case "33", "91":
		return "NO", ""
	case "37", "38":
		g.pump.on = command == "37"
		return "", ""
	case "61":
		return map[bool]string{true: "YES", false: "NO"}[g.pump.on], ""
	}
	return "", "03"
}

// idle is a supply with nothing on it.
func (g *gamma) idle(command string) (string, string) {
	switch command {
	case "0A":
		return "0.00E+00 AMPS", ""
	case "0B":
		return "0.0E+00 " + g.unit, ""
	case "0C":
		return "0", ""
	case "0D":
		return "STANDBY", ""
	}
	return "NO", ""
}

// pressure by the current of the pump.
func (g *gamma) pressure(pascals float64) string {
	by := map[string]float64{"TORR": torr, "MBAR": mbar, "PASCAL": 1}[g.unit]
	seen := g.pump.current(pascals) / 0.05
	return scientific(max(seen*g.plant.noise(0.01)/by, 1e-11), 1, 2, true) + " " + g.unit
}

func (g *gamma) status(code bool) string {
	switch {
	case !g.pump.on && code:
		return "00"
	case !g.pump.on:
		return "STANDBY"
	case g.pump.started < 5*time.Second && g.pump.started > 0 && code:
		return "01"
	case code:
		return "02"
	}
	return "RUNNING"
}
