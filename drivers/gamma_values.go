package drivers

import (
	"fmt"
	"strings"
)

// gammaState is what a status means: whether it is a fault, and whether high voltage is on where it says so.
type gammaState struct {
	fault, on bool
}

// gammaStates are the words of the status (MPC manual rev. J table III-9, Gamma Serial Commands 2007) and the codes in their place on an MPCq.
// In cool-down the high voltage may be off.
var gammaStates = map[string]gammaState{
	"WAITING TO START": {}, "STANDBY": {}, "STARTING": {on: true}, "RUNNING": {on: true}, "COOL DOWN": {}, "COOL-DOWN": {}, "COOLDOWN": {},
	"PUMP ERROR": {fault: true}, "ERROR": {fault: true}, "SAFE-CONN": {fault: true}, "INTERLOCK": {fault: true}, "SHUT DOWN": {fault: true},
}

var gammaNumbered = map[string]string{"00": "STANDBY", "01": "STARTING", "02": "RUNNING", "03": "COOL DOWN", "04": "ERROR"}

// gammaCodes are the pump's error codes, which an MPC and an MPCq number differently.
var gammaCodes = map[bool]map[string]string{
	false: {
		"01": "too many cool-downs", "02": "pressure too high while running", "03": "primary current too high", "04": "pressure too high while starting",
		"05": "pump power", "06": "supply current", "07": "short circuit", "08": "supply malfunction", "09": "voltage too low", "10": "arc detected",
	},
	true: {
		"01": "too many cool-downs", "02": "vacuum loss", "03": "short circuit at start", "05": "excess power", "07": "start took too long",
		"12": "thermal runaway", "20": "Safe-Conn", "21": "high voltage interlock", "22": "pump size 0", "23": "not calibrated", "26": "over-temperature",
	},
}

// gammaStatus takes a status apart: a word and the pump's error code where there is one ("PUMP ERROR 05"), or a code of the state ("02").
func gammaStatus(text string) (word, code string, err error) {
	word = strings.ToUpper(strings.TrimSpace(text))
	if name, ok := gammaNumbered[word]; ok {
		return name, "", nil
	}
	if n := len(word) - 3; n > 0 && word[n] == ' ' && isDigit(word[n+1]) && isDigit(word[n+2]) {
		word, code = strings.TrimSpace(word[:n]), word[n+1:]
	}
	if _, ok := gammaStates[word]; !ok {
		return "", "", errNotNumber
	}
	return word, code, nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// gammaAmperes is "1.33E-11 AMPS", in any case.
func gammaAmperes(text string) (float64, error) {
	digits, unit, _ := strings.Cut(text, " ")
	if !strings.EqualFold(strings.TrimSpace(unit), "amps") {
		return 0, errNotNumber
	}
	return normal(digits)
}

// gammaPascals is "1.0E-11 MBAR"; a text in its place is why there is none.
func gammaPascals(text string) (float64, error) {
	digits, unit, _ := strings.Cut(text, " ")
	v, err := normal(digits)
	if err != nil {
		return 0, err
	}
	scale, ok := pascalsPer(unit)
	if !ok {
		return 0, fmt.Errorf("unit %q is not known", unit)
	}
	return v * scale, nil
}
