package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// alicat is an Alicat mass-flow controller on a bottle of nitrogen: its flow is its set-point. Sheet: alicat-mfc.md.
type alicat struct {
	id       string
	columns  []string
	setpoint float64
	held     bool
	analog   bool // it takes its set-point from its analog input
}

func init() { register("alicat", newAlicat) }

func newAlicat(_ *plant, s settings) instrument {
	a := &alicat{id: s.text("A", "id"), columns: strings.Fields("gas_pressure temperature volume_flow mass_flow setpoint gas")}
	if list := s.list("columns"); list != nil {
		a.columns = nil
		for _, key := range sorted(list) {
			a.columns = append(a.columns, list[key])
		}
	}
	return a
}

func (a *alicat) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\r\n")
	text = strings.TrimSpace(text)
	if done == 0 || text == "" || !strings.HasPrefix(strings.ToUpper(text), a.id) {
		return done, nil
	}
	if !a.run(strings.ToUpper(text[1:])) {
		return done, []byte("?\r")
	}
	return done, []byte(a.frame() + "\r")
}

func (a *alicat) run(command string) bool {
	value, sets := strings.CutPrefix(command, "S")
	switch {
	case command == "":
		return true
	case command == "HP" || command == "HC" || command == "C":
		a.held = command != "C"
		return true
	case !sets:
		return false
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err == nil && !a.analog {
		a.setpoint = x
	}
	return err == nil
}

func (a *alicat) frame() string {
	words := []string{a.id}
	for _, c := range a.columns {
		words = append(words, map[string]string{
			"gas_pressure": "+014.70", "temperature": "+025.00", "gas": "N2", "valve": "+55.13", "-": "+0021513.0", "setpoint": fmt.Sprintf("%06.3f", a.setpoint),
			"mass_flow": fmt.Sprintf("%+07.3f", a.setpoint), "volume_flow": fmt.Sprintf("%+07.3f", a.setpoint),
		}[c])
	}
	if a.held {
		words = append(words, "HLD")
	}
	return strings.Join(words, " ")
}
