package pychronimport

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"pychron-edge/lazyregexp"
)

// float is a number of Pychron's, 0 for what is none.
func float(text string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e6 {
		return 0
	}
	return v
}

var parameter = lazyregexp.New(`^([A-Za-z_]\w*?\d*)\s*(?:([+-])\s*(\d+))?$`)

// coordinate is a number, or a parameter with a whole number added or taken away. An unknown parameter is 0.
func (c *canvas) coordinate(text string) float64 {
	text = strings.TrimSpace(text)
	m := parameter.FindStringSubmatch(text)
	if m == nil {
		return float(text)
	}
	v := float(m[3])
	if m[2] == "-" {
		v = -v
	}
	return c.params[m[1]] + v
}

// pair is two coordinates with a comma between them.
func (c *canvas) pair(text string) (float64, float64) {
	a, b, _ := strings.Cut(text, ",")
	return c.coordinate(a), c.coordinate(b)
}

// measure works out where a part lies and how large it is.
func (c *canvas) measure(s *shape) {
	s.x, s.y = c.pair(s.n.value("translation"))
	s.x, s.y = s.x+c.origin[0], s.y+c.origin[1]
	s.w, s.h = c.pair(s.n.value("dimension"))
	switch {
	case s.kind == "rough_valve":
		s.w, s.h = 3, 2
	case s.w > 0 && s.h > 0:
	case s.kind == "manual_valve":
		s.w, s.h = 1.66, 2
	case s.key == "valves":
		s.w, s.h = c.valve[0], c.valve[1]
	default:
		s.w, s.h = 5, 5
	}
}

// end is one end of a pipe on the plane: the middle of a part, or its lower left corner and an offset.
func (c *canvas) end(s *shape, n *node) (x, y float64) {
	offset := n.value("@offset")
	if offset == "" {
		offset = n.value("offset")
	}
	if offset == "" {
		return s.x + s.w/2, s.y + s.h/2
	}
	dx, dy := c.pair(offset)
	return s.x + dx, s.y + dy
}

// way is the corners of a pipe between two parts as Pychron draws it, as YAML.
func (c *canvas) way(n thing, a, b *shape, from, to *node) string {
	ax, ay := c.end(a, from)
	bx, by := c.end(b, to)
	orientation := strings.ToLower(n.value("@orientation") + n.value("orientation"))
	switch {
	case n.kind == "vconnection" || orientation == "vertical":
		bx = ax
	case n.kind == "hconnection" || orientation == "horizontal":
		by = ay
	}
	out := []string{c.spot(ax, ay), c.spot(bx, by)}
	if n.kind == "elbow" {
		corner := c.spot(ax, by)
		if strings.EqualFold(n.value("corner"), "lr") {
			corner = c.spot(bx, ay)
		}
		out = []string{out[0], corner, out[1]}
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// spot is a place on our drawing, in widths of a valve and y downwards.
func (c *canvas) spot(x, y float64) string {
	return fmt.Sprintf("[%s, %s]", c.units(x), c.units(-y))
}

// units is a length in widths of a valve, as it is written.
func (c *canvas) units(v float64) string {
	v = min(max(v/c.valve[0], -1000), 1000)
	return strconv.FormatFloat(math.Round(v*1000)/1000+0, 'g', -1, 64)
}

// size is a width or height as it is written.
func (c *canvas) size(v float64) string { return c.units(min(max(v, 0.5*c.valve[0]), 200*c.valve[0])) }

// place is the keys of a part that say where it is drawn.
func (c *canvas) place(s *shape) string {
	at := "at: " + c.spot(s.x+s.w/2, s.y+s.h/2)
	if s.key == "volumes" || s.key == "pumps" {
		at += fmt.Sprintf(", size: [%s, %s]", c.size(s.w), c.size(s.h))
	}
	return at
}
