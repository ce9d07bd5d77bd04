package sim

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ngx is an Isotopx NGX: lines both ways, and events while it acquires. Sheet: isotopx-ngx.md.
type ngx struct {
	*massSpectrometer
	valves    map[int]*valve
	source    map[string]float64
	detectors int
	open      bool // it asks for no log-in
	logged    bool
	period    time.Duration // between events
	id        string        // of the acquisition; "" = none runs
	sent      time.Duration
}

// ngxSource are the letters of the source's settings.
var ngxSource = map[string]float64{"IE": 4500, "YF": 80, "YB": 0.5, "ZF": 90, "ZB": -1, "EE": 80, "IR": 5, "TV": 20, "FC": 2.4, "FV": 3.1,
	"TC": 200, "EC": 500, "CV": 1000, "ESA+": 100, "ESA-": -100}

func init() { register("ngx", newNGX) }

func newNGX(p *plant, s settings) instrument {
	n := &ngx{massSpectrometer: newSource(p), valves: map[int]*valve{}, source: map[string]float64{}, period: time.Second}
	user, told := s["user"].(string)
	n.open = told && user == ""
	for k, v := range ngxSource {
		n.source[k] = v
	}
	n.detectors = max(len(s.list("detectors", "channels")), 0)
	if n.detectors == 0 {
		n.detectors = 5
	}
	for _, i := range claimed(settings{"valves": s["valves"]}, 0) {
		n.valves[i] = p.newValve()
	}
	return n
}

func (n *ngx) greet() []byte {
	n.logged = false
	return []byte("NGX Remote Control Server 2.1\r\n")
}

func (n *ngx) take(received []byte) (int, []byte) {
	text, done := readLine(received, "\n")
	text = strings.TrimSpace(text)
	if done == 0 || text == "" {
		return done, nil
	}
	command, arg, _ := strings.Cut(text, " ")
	if !n.logged && !n.open && command != "Login" {
		return done, []byte("E42\r\n")
	}
	return done, []byte(n.run(command, strings.TrimSpace(arg)) + "\r\n")
}

const doneNGX = "E00"

func (n *ngx) run(command, arg string) string {
	switch command {
	case "Login":
		n.logged = strings.Contains(arg, ",")
		return map[bool]string{true: doneNGX, false: "E05"}[n.logged]
	case "OpenValve", "CloseValve", "GetValveStatus":
		return n.valve(command, arg)
	case "SAB":
		return doneNGX
	case "StopAcq":
		n.id = ""
		return doneNGX
	case "SetAcqPeriod":
		ms, err := strconv.Atoi(arg)
		if err != nil || ms < 50 {
			return "E03"
		}
		n.period = time.Duration(ms) * time.Millisecond
		return doneNGX
	case "StartAcq":
		return n.start(arg)
	case "SetMass":
		first, _, _ := strings.Cut(arg, ",")
		m, err := strconv.ParseFloat(first, 64)
		if err != nil || m < 1 || m > 150 {
			return "E03"
		}
		n.mass = m
		return doneNGX
	case "GETMASS", "GetMass":
		return strconv.FormatFloat(n.mass, 'f', 4, 64)
	}
	return n.settings(command, arg)
}

func (n *ngx) start(arg string) string {
	seconds, id, ok := strings.Cut(arg, ",")
	s, err := strconv.ParseFloat(seconds, 64)
	switch {
	case n.id != "":
		return "E43"
	case !ok || err != nil || id == "":
		return "E05"
	case s > 0:
		n.period = time.Duration(s * float64(time.Second))
	}
	n.id, n.sent = id, n.plant.elapsed
	return doneNGX
}

// valve by number. One that is not configured is there, and holds nothing apart.
func (n *ngx) valve(command, arg string) string {
	i, err := strconv.Atoi(arg)
	if err != nil || i < 0 || i > 50 {
		return "E02"
	}
	v := n.valves[i]
	if v == nil {
		v = &valve{travel: valveTravel}
		n.valves[i] = v
		n.plant.moving = append(n.plant.moving, v)
	}
	switch command {
	case "GetValveStatus":
		return map[bool]string{true: "OPEN", false: "CLOSED"}[v.position > 0]
	case "OpenValve":
		v.commanded = true
	case "CloseValve":
		v.commanded = false
	}
	return doneNGX
}

// settings of the source: GSO and SSO with a letter or two.
func (n *ngx) settings(command, arg string) string {
	key, value, _ := strings.Cut(arg, ",")
	key = strings.TrimSpace(key)
	switch command {
	case "GSO", "GetSourceOutput":
		x, ok := n.source[key]
		if !ok {
			return "E04"
		}
		read := x * n.plant.noise(1e-5)
		return strconv.FormatFloat(x, 'f', -1, 64) + "," + strconv.FormatFloat(math.Round(read*10)/10, 'f', -1, 64)
	case "SSO", "SetSourceOutput":
		x, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if _, ok := n.source[key]; !ok {
			return "E04"
		}
		if err != nil {
			return "E02"
		}
		n.source[key] = x
		return doneNGX
	}
	return "E01"
}

// speak is an event of the acquisition: signals in volts, in reverse order of the detectors.
func (n *ngx) speak() []byte {
	if n.id == "" || n.plant.elapsed-n.sent < n.period {
		return nil
	}
	n.sent = n.plant.elapsed
	const ohms = 1e11
	at := time.Unix(0, 0).UTC().Add(12*time.Hour + n.plant.elapsed).Format("15:04:05.000000")
	line := fmt.Sprintf("#EVENT:ACQ,%s,SIM,SIM,%s", n.id, at)
	for i := n.detectors - 1; i >= 0; i-- {
		line += "," + strconv.FormatFloat(n.current(n.detectors/2-i)*ohms, 'f', 8, 64)
	}
	return []byte(line + "#\r\n")
}
