package drivers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// QtegraOptions are those of a Thermo Argus VI or Helix MC behind the text server that runs inside Qtegra (RemoteControlServer.cs).
//
// Line: port 1069 of the spectrometer's PC, udp:// by default, tcp:// where the script says use_udp = false (one request a connection). Source:
// docs/protocols/thermo-qtegra.md (the script, Pychron). Labs edit the script. The CR LF after a
// request does no harm to it, and serves one that reads lines; a reply has no end. Numbers may have a decimal comma; a list of them is then
// ambiguous and is refused. UNCONFIRMED: the unit of GetData (taken as fA, the ion counter as counts per second) and of the magnet's DAC (volts).
//
// GetData repeats the last scan: polled faster than the integration time the numbers are the same.
type QtegraOptions struct {
	Detectors   []Detector        `yaml:"detectors"`    // as in GetData, from high mass to low
	Parameters  []QtegraParameter `yaml:"parameters"`   // other quantities
	Valves      map[string]string `yaml:"valves"`       // channels by hardware name
	Travel      time.Duration     `yaml:"travel"`       // longest time a valve takes, 0 to 1m
	Magnet      bool              `yaml:"magnet"`       // read the magnet's DAC and whether it moves
	HighVoltage bool              `yaml:"high_voltage"` // read the acceleration voltage
}

// QtegraParameter is one quantity by its hardware name.
type QtegraParameter struct {
	Get   string  `yaml:"get"`   // hardware name it is read by: "Trap Current Readback"
	Set   string  `yaml:"set"`   // hardware name it is set by: "Trap Current Set"; "" = it is not
	Name  string  `yaml:"name"`  // of the reading and the control
	Unit  Unit    `yaml:"unit"`  // of the reading and the control
	Scale float64 `yaml:"scale"` // of that unit in one of the spectrometer's own; 0 = 1
	Min   float64 `yaml:"min"`   // lowest value it may be set to, in Unit; it counts as idle
	Max   float64 `yaml:"max"`   // largest value it may be set to, in Unit
}

func init() {
	cups := []Detector{{"H2", Amperes, 1e-15}, {"H1", Amperes, 1e-15}, {"AX", Amperes, 1e-15}, {"L1", Amperes, 1e-15}, {"L2", Amperes, 1e-15}, {"CDD", CountsPerSecond, 1}}
	register("qtegra", "", About{
		Text:  "Thermo Argus VI / Helix MC through Qtegra's RemoteControlServer",
		Reads: "intensity of each detector, integration time, magnet, high voltage, source parameters, valves",
		Sets:  "integration time, source parameters, valves", Source: "docs/protocols/thermo-qtegra.md", Confidence: High,
		Line: LineSettings{Deadline: 2 * time.Second, OneShot: true},
	}, QtegraOptions{Detectors: cups, Travel: 2 * time.Second, Magnet: true, HighVoltage: true}, openQtegra)
}

// Check says what is wrong with o.
func (o *QtegraOptions) Check() error {
	for _, p := range o.Parameters {
		switch {
		case !channelName.MatchString(p.Name) || p.Unit == "":
			return fmt.Errorf("parameters: name %q, unit %q; must be letters, digits and _, and a unit", p.Name, p.Unit)
		case !farName.MatchString(p.Get) || strings.Contains(p.Get+p.Set, ","):
			return fmt.Errorf("parameters: %s: get %q, set %q; must be hardware names, without a comma", p.Name, p.Get, p.Set)
		case p.Scale < 0 || !finite(p.Scale) || p.Set != "" && !(p.Min < p.Max):
			return fmt.Errorf("parameters: %s: scale %g, min %g, max %g; must be scale >= 0, min < max", p.Name, p.Scale, p.Min, p.Max)
		}
	}
	if err := checkFarValves(o.Valves, o.Travel); err != nil {
		return err
	}
	return checkDetectors(o.Detectors)
}

// Points are what it reads.
func (o *QtegraOptions) Points() []Point {
	points := append(detectorPoints(o.Detectors), Point{Name: "integration_time", Unit: Seconds})
	if o.Magnet {
		points = append(points, Point{Name: "magnet", Unit: Volts}, Point{Name: "magnet_moving"})
	}
	if o.HighVoltage {
		points = append(points, Point{Name: "high_voltage", Unit: Volts})
	}
	for _, p := range o.Parameters {
		points = append(points, Point{Name: p.Name, Unit: p.Unit})
	}
	return append(points, farPoints(o.Valves)...)
}

type qtegra struct {
	line    terminated
	options QtegraOptions
	valves  farValves
	wait    func(context.Context, time.Duration) error
}

func openQtegra(w Wires, o QtegraOptions) (Device, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	q := &qtegra{line: terminated{port: w.Port, end: "\r\n", reply: segment}, options: o, wait: w.Wait}
	q.valves = farValves{channels: o.Valves, travel: o.Travel, wait: w.Wait, move: q.moveValve, open: q.valveOpen}
	for i, p := range o.Parameters {
		if p.Scale == 0 {
			q.options.Parameters = slices.Clone(q.options.Parameters)
			q.options.Parameters[i].Scale = 1
		}
	}
	return q, nil
}

// Read asks for everything that is configured.
//
//	"GetData" -> "H2,0.01,H1,1.2,AX,850.3,L1,0.9,L2,0.02,CDD,12.1", or the numbers alone
//	"GetIntegrationTime" -> "1.048576"; "GetMagnetDAC" -> "5,0231" on a German PC; "GetParameter Trap Current Readback" -> "200.1"
func (q *qtegra) Read(ctx context.Context) ([]Reading, error) {
	text, err := q.ask(ctx, "GetData")
	if err != nil {
		return nil, err
	}
	readings, err := q.intensities(text)
	if err != nil {
		return nil, garbled("GetData", text, err)
	}
	for _, p := range q.quantities() {
		v, err := q.number(ctx, p.Get)
		if err != nil {
			return nil, err
		}
		r := Reading{Name: p.Name, Value: v * p.Scale, Unit: p.Unit}
		if err := check(r); err != nil {
			return nil, garbled(p.Get, fmt.Sprint(v), err)
		}
		readings = append(readings, r)
	}
	if q.options.Magnet {
		moving, err := q.truth(ctx, "GetMagnetMoving")
		if err != nil {
			return nil, err
		}
		readings = append(readings, Reading{Name: "magnet_moving", Value: flag(moving)})
	}
	valves, err := q.valves.read(ctx)
	if err != nil {
		return nil, err
	}
	return append(readings, valves...), nil
}

// quantities are the numbers beside GetData, with the request as Get.
func (q *qtegra) quantities() []QtegraParameter {
	all := []QtegraParameter{{Get: "GetIntegrationTime", Name: "integration_time", Unit: Seconds, Scale: 1}}
	if q.options.Magnet {
		all = append(all, QtegraParameter{Get: "GetMagnetDAC", Name: "magnet", Unit: Volts, Scale: 1})
	}
	if q.options.HighVoltage {
		all = append(all, QtegraParameter{Get: "GetHighVoltage", Name: "high_voltage", Unit: Volts, Scale: 1})
	}
	for _, p := range q.options.Parameters {
		p.Get = "GetParameter " + p.Get
		all = append(all, p)
	}
	return all
}

// intensities reads GetData: a number for each detector, by name or, without names, in their order.
func (q *qtegra) intensities(text string) ([]Reading, error) {
	fields := strings.Split(text, ",")
	values := map[string]string{}
	if _, err := number(fields[0]); err == nil {
		if len(fields) != len(q.options.Detectors) {
			return nil, fmt.Errorf("%d numbers for %d detectors", len(fields), len(q.options.Detectors))
		}
		for i, d := range q.options.Detectors {
			values[d.Name] = fields[i]
		}
	} else if len(fields)%2 != 0 {
		return nil, fmt.Errorf("a name without a number")
	} else {
		for pair := range slices.Chunk(fields, 2) {
			if _, twice := values[strings.TrimSpace(pair[0])]; twice {
				return nil, fmt.Errorf("%s stands there twice", pair[0])
			}
			values[strings.TrimSpace(pair[0])] = pair[1]
		}
	}
	var readings []Reading
	for _, d := range q.options.Detectors {
		v, err := number(values[d.Name])
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", d.Name, values[d.Name], err)
		}
		r, err := d.intensity(v)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}
