package config

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"

	"pychron-edge/drawing"
	"pychron-edge/near"
	"pychron-edge/yamlfile"

	"pychron-edge/agent/rules"
)

// sketch is the drawing under check.
type sketch struct {
	*checking
	line   *drawing.Line
	titles *nameList
	places [2]int // volumes and pumps with a place, and without
}

// drawing makes the line as it is drawn.
func (k *checking) drawing() {
	c := &k.config.Drawing
	k.plan.Running = map[string]*rules.Expression{}
	if reflect.DeepEqual(*c, DrawingConfig{}) {
		k.plan.Drawing = k.plan.looseDrawing()
		return
	}
	s := &sketch{checking: k, line: &drawing.Line{}, titles: k.uniqueNames("name")}
	if len(c.Volumes) == 0 {
		k.At("drawing", "drawing has no volumes; must be one or more")
	}
	for i := range c.Volumes {
		s.volume(&c.Volumes[i], fmt.Sprintf("drawing.volumes[%d]", i))
	}
	for i := range c.Pumps {
		s.pump(&c.Pumps[i], fmt.Sprintf("drawing.pumps[%d]", i))
	}
	for i := range c.Valves {
		s.valve(&c.Valves[i], fmt.Sprintf("drawing.valves[%d]", i))
	}
	if s.places[0] > 0 && s.places[1] > 0 {
		k.At("drawing", "%d volumes and pumps have a place (at) and %d have none; must be all or none", s.places[0], s.places[1])
	}
	s.line.Laid = s.places[0] == 0
	s.pipes()
	s.outlets()
	s.joins()
	for i := range c.Gauges {
		s.gauge(&c.Gauges[i], fmt.Sprintf("drawing.gauges[%d]", i))
	}
	for i := range c.Lasers {
		s.laser(&c.Lasers[i], fmt.Sprintf("drawing.lasers[%d]", i))
	}
	s.line.Arrange()
	k.plan.Drawing = s.line
}

// add puts a part on the drawing.
func (s *sketch) add(p drawing.Part, at, size []float64, path, name string) {
	s.titles.add(p.Name, path+"."+name)
	if spot, ok := s.spot(at, path+".at"); ok {
		p.X, p.Y, p.Placed = spot[0], spot[1], true
	}
	if len(size) > 0 {
		if len(size) != 2 || !(size[0] >= 0.5 && size[0] <= 200 && size[1] >= 0.5 && size[1] <= 200) {
			s.At(path+".size", "size is %v; must be [width, height], each 0.5 to 200", size)
		} else {
			p.W, p.H = size[0], size[1]
		}
	}
	if p.Kind == drawing.Volume || p.Kind == drawing.Pump {
		if p.Placed {
			s.places[0]++
		} else {
			s.places[1]++
		}
	}
	s.line.Parts = append(s.line.Parts, p)
}

// spot is a place, if one is given.
func (s *sketch) spot(at []float64, path string) (drawing.Spot, bool) {
	switch {
	case len(at) == 0:
		return drawing.Spot{}, false
	case len(at) != 2 || math.Abs(at[0]) > 1000 || math.Abs(at[1]) > 1000:
		s.At(path, "%s is %v; must be [x, y], each -1000 to 1000", yamlfile.Last(path), at)
		return drawing.Spot{}, false
	}
	return drawing.Spot{at[0], at[1]}, true
}

func (s *sketch) volume(c *DrawnVolumeConfig, path string) {
	if why := badTitle(c.Name); why != "" {
		s.At(path+".name", "name of a volume %s", why)
	}
	s.add(drawing.Part{Name: c.Name, Kind: drawing.Volume, Title: c.Title, Size: float64(c.Volume), Gas: c.Gas}, c.At, c.Size, path, "name")
}

func (s *sketch) pump(c *DrawnPumpConfig, path string) {
	name := cmp.Or(c.Name, c.Device)
	if why := badTitle(name); why != "" {
		s.At(path+".name", "name of a pump %s", why)
	}
	runs, at := c.Runs, path+".runs"
	if c.Device != "" && s.plan.Device(c.Device) == nil {
		s.At(path+".device", "device %q is unknown; %s", yamlfile.Short(c.Device), s.plan.oneDevice())
	} else if runs == "" && c.Device != "" && !s.unclear[c.Device] {
		for _, point := range []string{"motor", "enabled"} {
			if in, ok := s.catalogue[c.Device][point]; ok && in.Unit == "" {
				runs, at = cmp.Or(runs, c.Device+"."+point), path
			}
		}
		if runs == "" {
			s.At(path, "pump %s has no runs, and neither motor nor enabled of %s says whether it runs; must be a condition, such as runs: foreline.cg < torr(1)", name, c.Device)
		}
	}
	if runs != "" {
		s.plan.Running[name] = s.condition(runs, at)
	}
	point := ""
	if ref := rules.RefOf(runs, ""); s.catalogue[ref.Device][ref.Point] != (rules.Input{}) {
		point = runs
	}
	s.add(drawing.Part{Name: name, Kind: drawing.Pump, Title: c.Title, Device: c.Device, Runs: point, Assumed: runs == "" && c.Device == ""}, c.At, c.Size, path, "name")
}

func (s *sketch) valve(c *DrawnValveConfig, path string) {
	ref, ok := s.checking.valve(c.Valve, path+".valve")
	if n := len(c.Joins); n > 4 || n < 1 && !s.piped(c.Valve) {
		s.At(path+".joins", "%s joins %d; must be 1 to 4 names of volumes, pumps and other valves", cmp.Or(yamlfile.Short(c.Valve), "a valve"), n)
	}
	d := s.plan.Device(ref.Device)
	p := drawing.Part{Name: c.Valve, Kind: drawing.Valve, Device: ref.Device, Point: ref.Point}
	if ok && d != nil {
		p.Hand, p.Shown = d.Model.Manual, d.shown(ref.Point)
	}
	s.add(p, c.At, nil, path, "valve")
}

// piped says whether a pipe that is given ends at a part.
func (s *sketch) piped(name string) bool {
	return slices.ContainsFunc(s.config.Drawing.Pipes, func(p DrawnPipeConfig) bool { return slices.Contains(p.Ends, name) })
}

// pipes takes the pipes that are given, joins those of the valves that are not.
func (s *sketch) pipes() {
	for i, c := range s.config.Drawing.Pipes {
		path := fmt.Sprintf("drawing.pipes[%d]", i)
		if n := len(c.Ends); n < 2 || n > 4 {
			s.At(path+".ends", "a pipe with %d ends; must be 2 to 4", n)
		}
		p := drawing.Pipe{}
		for n, end := range c.Ends {
			if s.known(end, fmt.Sprintf("%s.ends[%d]", path, n)) {
				p.Ends = append(p.Ends, end)
			}
		}
		if len(c.Via) > 0 && len(c.Ends) != 2 {
			s.At(path+".via", "corners of a pipe with %d ends; must be left out, or 2 ends", len(c.Ends))
		}
		for n, at := range c.Via {
			if spot, ok := s.spot(at, fmt.Sprintf("%s.via[%d]", path, n)); ok {
				p.Via = append(p.Via, spot)
			}
		}
		s.line.Pipes = append(s.line.Pipes, p)
	}
}

// outlets adds the pipes behind pumps.
func (s *sketch) outlets() {
	for i, c := range s.config.Drawing.Pumps {
		name := cmp.Or(c.Name, c.Device)
		switch path := fmt.Sprintf("drawing.pumps[%d].outlet", i); {
		case c.Outlet == "":
		case c.Outlet == name:
			s.At(path, "%s pumps into itself; must be something else", name)
		case s.known(c.Outlet, path):
			s.line.Pipes = append(s.line.Pipes, drawing.Pipe{Ends: []string{name, c.Outlet}, Outlet: name})
		}
	}
}

// joins adds the pipes of the valves, but for those that stand among the pipes already.
func (s *sketch) joins() {
	for i, c := range s.config.Drawing.Valves {
		for n, end := range c.Joins {
			path := fmt.Sprintf("drawing.valves[%d].joins[%d]", i, n)
			if end == c.Valve {
				s.At(path, "%s joins itself; must be something else", c.Valve)
				continue
			}
			if !s.known(end, path) || slices.ContainsFunc(s.line.Pipes, func(p drawing.Pipe) bool {
				return len(p.Ends) == 2 && slices.Contains(p.Ends, end) && slices.Contains(p.Ends, c.Valve)
			}) {
				continue
			}
			s.line.Pipes = append(s.line.Pipes, drawing.Pipe{Ends: []string{c.Valve, end}})
		}
	}
}

// known says whether a part of that name is drawn that a pipe may end at.
func (s *sketch) known(name, path string) bool {
	names := map[string]bool{}
	for _, p := range s.line.Parts {
		names[p.Name] = p.Kind == drawing.Volume || p.Kind == drawing.Valve || p.Kind == drawing.Pump
	}
	if !names[name] {
		s.At(path, "%q is not drawn; %s", yamlfile.Short(name), near.OneOf(rules.Names(names), "there is no volume, pump or valve in this drawing"))
	}
	return names[name]
}

func (s *sketch) gauge(c *DrawnGaugeConfig, path string) {
	ref := rules.RefOf(c.Point, "")
	in, ok := s.catalogue[ref.Device][ref.Point]
	if !ok && !s.unclear[ref.Device] {
		s.noPoint(c.Point, ref, path+".point")
	}
	s.on(c.On, path+".on")
	p := drawing.Part{Name: c.Point, Kind: drawing.Gauge, Title: c.Title, Device: ref.Device, Point: ref.Point, On: c.On}
	if ok && in.Unit != "pascals" && len(c.At) == 0 {
		p.Placed, p.W, p.H = true, 0.1, 0.1 // written in what it is of
		if on := s.line.Part(c.On); on != nil {
			p.X, p.Y = on.X, on.Y
		}
		p.Inside = true
	}
	s.add(p, c.At, nil, path, "point")
}

// noPoint notes a point that there is none of.
func (s *sketch) noPoint(text string, ref rules.Ref, path string) {
	if points := s.catalogue[ref.Device]; points != nil {
		s.At(path, "no point %s of %s; %s", yamlfile.Short(ref.Point), ref.Device, near.OneOf(rules.Names(points), "it reads nothing"))
		return
	}
	s.At(path, "device %q of point %q is unknown; %s", yamlfile.Short(ref.Device), yamlfile.Short(text), s.plan.oneDevice())
}

// on looks for the volume or pump that a gauge is of.
func (s *sketch) on(name, path string) {
	names := map[string]bool{}
	for _, p := range s.line.Parts {
		if p.Kind == drawing.Volume || p.Kind == drawing.Pump {
			names[p.Name] = true
		}
	}
	if !names[name] {
		s.At(path, "%q is no volume or pump of the drawing; %s", yamlfile.Short(name), near.OneOf(rules.Names(names), "there is none in this drawing"))
	}
}

func (s *sketch) laser(c *DrawnLaserConfig, path string) {
	if d := s.plan.Device(c.Device); d == nil || !d.Model.Laser {
		s.At(path+".device", "device %q is no laser; %s", yamlfile.Short(c.Device), s.plan.oneLaser())
	}
	s.on(c.On, path+".on")
	s.add(drawing.Part{Name: c.Device, Kind: drawing.Laser, Device: c.Device, On: c.On}, c.At, nil, path, "device")
}

// looseDrawing is the valves and gauges of a plan whose file draws no line, in a grid; nil where there is no valve.
func (p *Plan) looseDrawing() *drawing.Line {
	l := &drawing.Line{Loose: true, Laid: true, Pipes: []drawing.Pipe{}}
	for _, v := range p.PychronValves() {
		name := v.Device
		if v.Point != "open" {
			name = v.Ref.String()
		}
		l.Parts = append(l.Parts, drawing.Part{Name: name, Kind: drawing.Valve, Device: v.Device, Point: v.Point, Hand: v.Manual, Shown: p.Device(v.Device).shown(v.Point)})
	}
	if len(l.Parts) == 0 {
		return nil
	}
	for _, d := range p.Devices {
		for _, pt := range d.Points {
			if pt.Unit == "pascals" && !d.Off {
				ref := rules.Ref{Device: d.Name, Point: pt.Point.Point()}
				l.Parts = append(l.Parts, drawing.Part{Name: ref.String(), Kind: drawing.Gauge, Title: pt.Description, Device: ref.Device, Point: ref.Point})
			}
		}
	}
	l.Arrange()
	return l
}
