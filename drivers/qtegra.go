package drivers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// QtegraOptions are those of a Thermo Argus VI or Helix MC behind the text server that runs inside Qtegra (RemoteControlServer.cs).
//
// Line: port 1069 of the spectrometer's PC, udp:// by default, tcp:// where the script says use_udp = false (one request a connection). Source:
// docs/protocols/thermo-qtegra.md (the script, Pychron). Labs edit the script. The CR LF after a
// request does no harm to it, and serves one that reads lines; a reply has no end. Numbers may have a decimal comma; a list of them is then
// ambiguous and no intensity is read of it. UNCONFIRMED: the unit of GetData (taken as fA, the ion counter as counts per second), of the magnet's
// DAC (volts), and of a gauge (an option). Many labs have their valves and gauges there and read no detector: none configured, none asked.
//
// GetData repeats the last scan: polled faster than the integration time the numbers are the same.
type QtegraOptions struct {
	Detectors   []Detector        `yaml:"detectors"`    // as in GetData, from high mass to low; none = neither GetData nor the integration time is asked for
	Gauges      map[string]string `yaml:"gauges"`       // channels by hardware name, as GetParameter takes it: {"Bone IG Pressure": ig}
	GaugeUnit   string            `yaml:"gauge_unit"`   // of the gauges: mbar (also ""), torr, pa
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
		Reads: "intensity of each detector, integration time, pressures, magnet, high voltage, source parameters, valves",
		Sets:  "integration time, source parameters, valves", Source: "docs/protocols/thermo-qtegra.md", Confidence: High,
		Line: LineSettings{Deadline: 2 * time.Second, OneShot: true},
		Example: `
  - name: argus
    model: qtegra
    port: tcp://qtegra.lab:1069
    options: {detectors: [{name: H2, unit: amperes, scale: 1.0e-15}, {name: AX, unit: amperes, scale: 1.0e-15}]}
`,
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
	if err := o.checkGauges(); err != nil {
		return err
	}
	if len(o.Detectors) == 0 {
		return nil
	}
	return checkDetectors(o.Detectors)
}

func (o *QtegraOptions) checkGauges() error {
	names := map[int]string{}
	for hardware, channel := range o.Gauges {
		if !farName.MatchString(hardware) || strings.Contains(hardware, ",") {
			return fmt.Errorf("gauges: %q; must be a hardware name, without a comma", hardware)
		}
		names[len(names)+1] = channel
	}
	if len(names) > 0 {
		if err := checkChannels(names, 1, 64); err != nil {
			return fmt.Errorf("gauges: %w", err)
		}
	}
	return checkGPUnit(o.GaugeUnit)
}

// Points are what it reads.
func (o *QtegraOptions) Points() []Point {
	points := detectorPoints(o.Detectors)
	if len(o.Detectors) > 0 {
		points = append(points, Point{Name: "integration_time", Unit: Seconds})
	}
	for _, hardware := range slices.Sorted(maps.Keys(o.Gauges)) {
		points = append(points, Point{Channel: o.Gauges[hardware], Name: "pressure", Unit: Pascals})
	}
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
//	"GetParameter Bone IG Pressure" -> "1.2e-09"
//	"GetData" -> "H2,0.01,H1,1.2,AX,850.3,L1,0.9,L2,0.02,CDD,12.1", or the numbers alone
//	"GetIntegrationTime" -> "1.048576"; "GetMagnetDAC" -> "5,0231" on a German PC; "GetParameter Trap Current Readback" -> "200.1"
func (q *qtegra) Read(ctx context.Context) ([]Reading, error) {
	readings, err := q.intensities(ctx)
	if err != nil {
		return nil, err
	}
	var all []asked
	for _, p := range q.quantities() {
		all = append(all, func(ctx context.Context) (Reading, error) {
			v, err := q.number(ctx, p.get)
			return measured(p.reading, v*p.scale, err)
		})
	}
	if q.options.Magnet {
		all = append(all, func(ctx context.Context) (Reading, error) {
			moving, err := q.truth(ctx, "GetMagnetMoving")
			return measured(Reading{Name: "magnet_moving"}, flag(moving), err)
		})
	}
	others, err := readAll(ctx, all...)
	if err != nil {
		return nil, err
	}
	valves, err := q.valves.read(ctx)
	if err != nil {
		return nil, err
	}
	return append(append(readings, others...), valves...), nil
}

// qtegraQuantity is a number that is asked by itself.
type qtegraQuantity struct {
	get     string // the request
	reading Reading
	scale   float64
}

// quantities are the numbers beside GetData.
func (q *qtegra) quantities() []qtegraQuantity {
	var all []qtegraQuantity
	if len(q.options.Detectors) > 0 {
		all = append(all, qtegraQuantity{"GetIntegrationTime", Reading{Name: "integration_time", Unit: Seconds}, 1})
	}
	scale := gpUnits[q.options.GaugeUnit]
	if q.options.GaugeUnit == "" {
		scale = pascalsPerMbar
	}
	for _, hardware := range slices.Sorted(maps.Keys(q.options.Gauges)) {
		r := Reading{Channel: q.options.Gauges[hardware], Name: "pressure", Unit: Pascals}
		all = append(all, qtegraQuantity{"GetParameter " + hardware, r, scale})
	}
	if q.options.Magnet {
		all = append(all, qtegraQuantity{"GetMagnetDAC", Reading{Name: "magnet", Unit: Volts}, 1})
	}
	if q.options.HighVoltage {
		all = append(all, qtegraQuantity{"GetHighVoltage", Reading{Name: "high_voltage", Unit: Volts}, 1})
	}
	for _, p := range q.options.Parameters {
		all = append(all, qtegraQuantity{"GetParameter " + p.Get, Reading{Name: p.Name, Unit: p.Unit}, p.Scale})
	}
	return all
}

// intensities asks for the intensity of each detector. One whose number is not known is missing; so are all of a list that cannot be
// told apart.
func (q *qtegra) intensities(ctx context.Context) ([]Reading, error) {
	if len(q.options.Detectors) == 0 {
		return nil, nil
	}
	text, err := q.ask(ctx, "GetData")
	var values map[string]string
	if err == nil {
		if values, err = q.split(text); err != nil {
			err = unknown("GetData", text, err)
		}
	}
	var readings []Reading
	for _, d := range q.options.Detectors {
		r, err := d.read(values[d.Name], err)
		if err != nil {
			return nil, err
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// read is the intensity in text, or missing as [known] says.
func (d Detector) read(text string, err error) (Reading, error) {
	v := 0.0
	if err == nil {
		if v, err = normal(text); err != nil {
			err = unknown(d.Name, text, err)
		}
	}
	if err != nil {
		return known(Reading{Channel: d.Name, Name: "intensity", Unit: d.Unit}, err)
	}
	r, err := d.intensity(v)
	if err != nil {
		return known(r, unknown(d.Name, text, err))
	}
	return r, nil
}

// split takes GetData apart: a number for each detector, by name or, without names, in their order.
func (q *qtegra) split(text string) (map[string]string, error) {
	fields := strings.Split(text, ",")
	values := map[string]string{}
	if _, err := number(fields[0]); err == nil {
		if len(fields) != len(q.options.Detectors) {
			return nil, fmt.Errorf("%d numbers for %d detectors", len(fields), len(q.options.Detectors))
		}
		for i, d := range q.options.Detectors {
			values[d.Name] = fields[i]
		}
		return values, nil
	}
	if len(fields)%2 != 0 {
		return nil, fmt.Errorf("a name without a number")
	}
	for pair := range slices.Chunk(fields, 2) {
		name := strings.TrimSpace(pair[0])
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("%s stands there twice", name)
		}
		if _, err := number(name); err == nil {
			return nil, fmt.Errorf("%s stands where a name belongs", name)
		}
		values[name] = pair[1]
	}
	return values, nil
}
