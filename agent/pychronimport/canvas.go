package pychronimport

import (
	"fmt"
	"strings"
)

// canvasKeys are the elements that are parts of the vacuum, by where they stand in a drawing of ours.
var canvasKeys = map[string]string{
	"valve": "valves", "rough_valve": "valves", "manual_valve": "valves", "turbo": "pumps", "ionpump": "pumps", "gauge": "gauges",
	"stage": "volumes", "circle_stage": "volumes", "laser": "volumes", "circle_laser": "volumes", "spectrometer": "volumes", "getter": "volumes",
	"tank": "volumes", "coldfinger": "volumes", "pipette": "volumes",
}

// canvasPipes are the elements that join parts, with the names of their ends.
var canvasPipes = map[string][]string{
	"connection": {"start", "end"}, "hconnection": {"start", "end"}, "vconnection": {"start", "end"}, "rconnection": {"start", "end"}, "elbow": {"start", "end"},
	"tee_connection": {"left", "mid", "right"}, "fork_connection": {"left", "mid", "right"}, "cross_connection": {"left", "right", "top", "bottom"},
}

// notDrawn are the elements that are no part of the vacuum, with what becomes of them.
var notDrawn = map[string]string{
	"switch": "a switch is no part of the vacuum", "rectangle": "a rectangle is no part of the vacuum", "label": "a name stands at its part", "line": "a line that joins nothing",
	"image": "pictures are not carried", "legend": "the page has its own key", "widget": "a device's value stands where a gauge is drawn", "gate": "of a furnace's picture",
	"funnel": "of a furnace's picture", "beam": "of a furnace's picture",
}

// maxShapes is how many things of a canvas are carried.
const maxShapes = 900

// readCanvas carries the drawing of the line, where there is one.
func (i *importer) readCanvas() {
	name := i.has("canvas2D/canvas.yaml", "canvas2D/canvas.yml", "canvas2D/canvas.xml")
	if name == "" {
		return
	}
	root := i.load(name)
	if root == nil {
		return
	}
	c := &canvas{params: map[string]float64{}, valve: [2]float64{2, 2}, parts: map[string]*shape{}, taken: map[string]bool{}}
	if file := i.has("canvas2D/canvas_config.xml"); file != "" {
		c.configure(i, i.load(file))
	}
	all := things(root)
	for _, n := range all {
		if n.kind == "param" {
			c.params[n.title()] = float(n.value("value"))
			n.see()
		}
	}
	c.takeParts(i, all)
	var pipes []*pipe
	for _, n := range all {
		if _, is := canvasPipes[n.kind]; is {
			if p := c.takePipe(i, n); p != nil {
				pipes = append(pipes, p)
			}
		}
	}
	for _, p := range pipes {
		c.hang(p)
	}
	for _, p := range pipes {
		c.join(p)
	}
	c.finish(i)
	i.canvas = c
}

// thing is one thing of the canvas: an thing of XML wherever it stands, or an item of a list of YAML.
type thing struct {
	*node
	kind string
}

func things(root *node) (all []thing) {
	known := func(name string) bool {
		_, part := canvasKeys[name]
		_, pipe := canvasPipes[name]
		_, other := notDrawn[name]
		return part || pipe || other || name == "param"
	}
	root.walk(func(n *node) {
		kind := strings.ToLower(n.name)
		switch {
		case !known(kind):
		case isYAML(n.file):
			for _, item := range n.all("-") {
				all = append(all, thing{item, kind})
			}
			n.seen = true
		default:
			all = append(all, thing{n, kind})
		}
	})
	return all
}

// title is Pychron's name of a thing.
func (e thing) title() string {
	if isYAML(e.file) {
		return strings.TrimSpace(e.value("name"))
	}
	return e.text
}

// configure takes the sizes that all valves have, and where the plane begins. How things look is the page's own.
func (c *canvas) configure(i *importer, root *node) {
	root.walk(func(n *node) {
		switch strings.ToLower(n.name) {
		case "valve_dimension":
			if w, h := c.pair(n.text); w >= 0.1 && h >= 0.1 && w <= 1e4 && h <= 1e4 {
				c.valve = [2]float64{w, h}
			}
		case "origin":
			c.origin[0], c.origin[1] = c.pair(n.text)
		}
	})
	if root != nil {
		i.listed(root, "colours, fonts, and what part of the plane is shown: the page has its own")
	}
}

// takeParts takes the parts: valves before all else, for a name means the first of them.
func (c *canvas) takeParts(i *importer, all []thing) {
	for _, valves := range []bool{true, false} {
		for _, n := range all {
			key, is := canvasKeys[n.kind]
			switch {
			case is && (key == "valves") == valves:
				c.takePart(i, n, key)
			case !is && !valves && notDrawn[n.kind] != "":
				i.noted(nil, n.node, strings.TrimSpace(n.kind+" "+n.title()), "not drawn: "+notDrawn[n.kind])
				n.see()
			}
		}
	}
}

// takePart takes one part.
func (c *canvas) takePart(i *importer, n thing, key string) {
	s := &shape{n: n.node, kind: n.kind, name: n.title(), key: key}
	why := c.unfit(i, s)
	n.see()
	if why != "" {
		i.noted(nil, n.node, strings.TrimSpace(n.kind+" "+s.name), "not drawn: "+why)
		return
	}
	c.measure(s)
	c.parts[s.name] = s
	c.order = append(c.order, s)
}

// unfit says why a part cannot be drawn, and gives it its name.
func (c *canvas) unfit(i *importer, s *shape) string {
	switch v := i.called(s.name); {
	case s.name == "":
		return "it has no name"
	case c.parts[s.name] != nil:
		return "a thing of that name stands before it"
	case len(c.order) >= maxShapes:
		return fmt.Sprintf("the drawing has more than %d parts", maxShapes)
	case s.key == "valves" && (v == nil || v.ref == "" || v.box == nil && v.e.off):
		return "there is no such valve"
	case s.key == "valves":
		s.our = v.ref
	case s.key == "gauges" && i.gaugePoint(s.name) != "":
		s.our = i.gaugePoint(s.name)
	case s.key == "gauges":
		s.key = "volumes" // a tube with a gauge that no device reads
		fallthrough
	default:
		s.our = c.free(s.name)
	}
	if s.our == "" || c.taken[fold(s.our)] {
		return "its name is taken, or none that can be written"
	}
	c.taken[fold(s.our)] = true
	return ""
}

// gaugePoint is the point of ours that a gauge is, "" if none is read by that name.
func (i *importer) gaugePoint(name string) string {
	for _, d := range i.order {
		if channel := d.points[strings.ToLower(name)]; channel != "" && d.e != nil && !d.e.off {
			return d.our + "." + channel
		}
	}
	return ""
}

// free is a name that nothing on the drawing has, "" if none can be made.
func (c *canvas) free(name string) string {
	name = strings.Join(strings.Fields(strings.ReplaceAll(printable(name), "/", "_")), " ")
	if len(name) > 40 || name == "" {
		return ""
	}
	for n, out := 2, name; n < 100; n++ {
		if !c.taken[fold(out)] {
			return out
		}
		out = fmt.Sprintf("%s_%d", name, n)
	}
	return ""
}

// fold is a name as the configuration folds it to tell two names apart.
func fold(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), " ", "_")
	return name[:min(len(name), 50)]
}
