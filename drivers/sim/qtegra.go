package sim

import (
	"fmt"
	"strconv"
	"strings"
)

// qtegra is a Thermo Argus behind Qtegra's RemoteControlServer: one text in, one bare text back. Sheet: thermo-qtegra.md.
type qtegra struct {
	*massSpectrometer
	integration string
	values      map[string]string // parameters and deflections
	valves      map[string]*valve
	reads       map[string]string // the parameter that follows one that is set
}

// qtegraCups, high mass first, and their offset from the axial one.
var qtegraCups = []struct {
	name   string
	offset int
}{{"H2", 2}, {"H1", 1}, {"AX", 0}, {"L1", -1}, {"L2", -2}, {"CDD", -3}}

func init() { register("qtegra", newQtegra) }

func newQtegra(p *plant, s settings) instrument {
	q := &qtegra{massSpectrometer: newSource(p), integration: "1.048576", valves: map[string]*valve{}, reads: map[string]string{}}
	q.mass = 38
	q.values = map[string]string{"Trap Current Readback": "200.1", "Source Current Readback": "1050.2", "Y-Symmetry Set": "10.0", "Field Set": "5.0",
		"Temp1": "31.2", "Emission Set": "1050", "Trap Current Set": "200", "Extraction Focus Set": "75.0", "Ion Gauge Readback": ""}
	valves := s.list("valves") // by hardware name
	for _, name := range sorted(valves) {
		if _, err := strconv.Atoi(name); err == nil {
			name = valves[name]
		}
		q.valves[name] = p.newValve()
	}
	q.follow(s)
	return q
}

// follow makes a parameter that is read follow the one that is set, and lets all that the options name be there.
func (q *qtegra) follow(s settings) {
	list, _ := s["parameters"].([]any)
	for _, item := range list {
		named, _ := item.(map[string]any)
		get, _ := named["Get"].(string)
		set, _ := named["Set"].(string)
		if _, ok := q.values[get]; !ok && get != "" {
			q.values[get] = "100.0"
		}
		if set != "" {
			q.values[set], q.reads[set] = q.values[get], get
		}
	}
}

// oneShot says that a connection is closed after its reply.
func (q *qtegra) oneShot() {}

func (q *qtegra) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\n")
	if done == 0 {
		return 0, nil
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return done, nil
	}
	command, arg, _ := strings.Cut(text, " ") // names hold blanks
	return done, []byte(q.run(command, arg))
}

const notACommand = "Error: Invalid Command"

func (q *qtegra) run(command, arg string) string {
	switch command {
	case "GetData":
		return q.data()
	case "GetIntegrationTime":
		return q.integration
	case "SetIntegrationTime":
		q.integration = arg
		return "OK"
	case "GetMagnetMoving":
		return "False"
	case "GetMagnetDAC":
		return strconv.FormatFloat(q.mass/7.6, 'f', 4, 64)
	case "SetMagnetDAC", "SetMass":
		first, _, _ := strings.Cut(arg, ",")
		x, err := strconv.ParseFloat(first, 64)
		if err != nil {
			return fmt.Sprintf("Error: could not set %s to %s", command[3:], arg)
		}
		q.mass = map[bool]float64{true: x, false: x * 7.6}[command == "SetMass"]
		return "OK"
	case "GetHighVoltage":
		return strconv.FormatFloat(1000*q.kilovolt, 'f', 1, 64)
	case "GetHV":
		return strconv.FormatFloat(q.kilovolt, 'f', 4, 64)
	case "SetHighVoltage", "SetHV":
		return q.voltage(command, arg)
	case "BlankBeam":
		q.blanked = arg == "True"
		return "OK"
	case "ProtectDetector", "ActivateCupConfiguration", "SetGain":
		return "OK"
	case "GetIonCounterVoltage":
		return "1850.0"
	case "GetGain":
		return "1.0"
	}
	return q.named(command, arg)
}

func (q *qtegra) voltage(command, arg string) string {
	x, err := strconv.ParseFloat(arg, 64)
	if err != nil {
		return "Error: could not set " + command[3:] + " to " + arg
	}
	q.kilovolt = x
	if command == "SetHighVoltage" {
		q.kilovolt /= 1000
	}
	return "OK"
}

// named are the commands about a piece of hardware.
func (q *qtegra) named(command, arg string) string {
	name, value, _ := strings.Cut(arg, ",")
	switch command {
	case "GetParameter", "GetDeflection":
		return q.parameter(command, arg)
	case "GetParameters", "GetDeflections":
		words := strings.Split(arg, ",")
		for i, w := range words {
			words[i] = q.parameter(strings.TrimSuffix(command, "s"), w)
		}
		return strings.Join(words, ",")
	case "SetParameter":
		if _, ok := q.values[name]; !ok {
			return fmt.Sprintf("Error: could not set %s to %s", name, value)
		}
		q.values[name] = value
		if get := q.reads[name]; get != "" {
			q.values[get] = value
		}
		return "OK"
	case "SetDeflection":
		q.values["deflection "+name] = value
		return "OK"
	case "Open", "Close", "GetValveState":
		v, ok := q.valves[arg]
		if !ok {
			return "Error: no valve " + arg
		}
		if command == "GetValveState" {
			return map[bool]string{true: "True", false: "False"}[v.position >= 1]
		}
		v.commanded = command == "Open"
		return "OK"
	}
	return notACommand
}

func (q *qtegra) parameter(command, name string) string {
	if command == "GetDeflection" {
		if x, ok := q.values["deflection "+name]; ok {
			return x
		}
		return "0"
	}
	if name == "Ion Gauge Readback" || strings.Contains(name, "Gauge") {
		return scientific(q.at.total()/mbar*q.plant.noise(0.01), 2, 2, true)
	}
	if x, ok := q.values[name]; ok {
		return x
	}
	return "Error: no parameter " + name
}

// data in fA, tagged; the CDD counts.
func (q *qtegra) data() string {
	var words []string
	for _, c := range qtegraCups {
		x := q.current(c.offset) * 1e15
		if c.name == "CDD" {
			x = max(0, x/1e15/1.602e-19)
		}
		words = append(words, c.name, strconv.FormatFloat(x, 'f', 4, 64))
	}
	return strings.Join(words, ",")
}
