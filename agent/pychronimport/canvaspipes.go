package pychronimport

import (
	"fmt"
	"strings"
)

// pipe is one pipe of the canvas, with what it joins and where that is said.
type pipe struct {
	n    thing
	ends []*shape
	at   []*node
}

// takePipe takes one pipe, nil if it joins nothing. An end that is no part of the vacuum is left out; so is a pipe that then joins nothing.
func (c *canvas) takePipe(i *importer, n thing) *pipe {
	var ends []*shape
	var at []*node
	var names, missing []string
	for _, key := range canvasPipes[n.kind] {
		for _, end := range n.all(key) {
			name := end.text
			if name == "" {
				name = end.value("name")
			}
			names = append(names, name)
			switch s := c.parts[name]; {
			case s == nil:
				missing = append(missing, name)
			case len(ends) == 0 || ends[len(ends)-1] != s:
				ends, at = append(ends, s), append(at, end)
			}
		}
	}
	what := short(n.kind + " " + strings.Join(names, " - "))
	n.see()
	switch {
	case len(ends) < 2:
		i.noted(nil, n.node, what, "not drawn: "+ifAny(missing, " is no part of the drawing", "it joins nothing"))
		return nil
	case len(ends) > 4 || repeated(ends):
		i.noted(nil, n.node, what, "not drawn: a part stands at two of its ends")
		return nil
	}
	for _, s := range ends {
		s.pipes++
	}
	i.written(n.node, what, "drawing.pipes", ifAny(missing, " is no part of the drawing", ""))
	return &pipe{n, ends, at}
}

func repeated(ends []*shape) bool {
	seen := map[*shape]bool{}
	for _, s := range ends {
		if seen[s] {
			return true
		}
		seen[s] = true
	}
	return false
}

func ifAny(names []string, is, otherwise string) string {
	if len(names) == 0 {
		return otherwise
	}
	return strings.Join(names, ", ") + is
}

// hang puts a gauge at the end of a pipe on what the pipe joins it with. One between valves, or at which several pipes meet, is a tube of
// its own.
func (c *canvas) hang(p *pipe) {
	for _, s := range p.ends {
		for _, other := range p.ends {
			if s.key == "gauges" && s.pipes == 1 && (other.key == "volumes" || other.key == "pumps") {
				s.on = other.our
			}
		}
		if s.key == "gauges" && s.on == "" {
			s.key = "volumes"
		}
	}
}

// join adds a pipe. A gauge that is on something needs none.
func (c *canvas) join(p *pipe) {
	var names []string
	for _, s := range p.ends {
		if s.key != "gauges" {
			names = append(names, quoted(s.our))
		}
	}
	switch {
	case len(names) < 2:
	case len(p.ends) == 2 && len(canvasPipes[p.n.kind]) == 2:
		c.pipes = append(c.pipes, fmt.Sprintf("{ends: [%s], via: %s}", strings.Join(names, ", "), c.way(p.n, p.ends[0], p.ends[1], p.at[0], p.at[1])))
	default:
		c.pipes = append(c.pipes, fmt.Sprintf("{ends: [%s]}", strings.Join(names, ", ")))
	}
}

// finish says of each part where it stands. A valve or gauge that nothing joins has no place in a drawing of ours.
func (c *canvas) finish(i *importer) {
	var drawn []*shape
	for _, s := range c.order {
		what := short(s.kind + " " + s.name)
		switch {
		case s.key == "valves" && s.pipes == 0:
			i.noted(nil, s.n, what, "not drawn: no pipe ends at it")
		default:
			if s.key == "gauges" && s.on == "" {
				s.key = "volumes"
			}
			i.written(s.n, what, "drawing."+s.key, "")
			drawn = append(drawn, s)
		}
	}
	c.order = drawn
}

// write writes the drawing.
func (c *canvas) write(b *strings.Builder) {
	if c == nil {
		return
	}
	lists := map[string][]string{}
	for _, s := range c.order {
		lists[s.key] = append(lists[s.key], c.item(s))
	}
	if len(lists["volumes"]) == 0 {
		return
	}
	b.WriteString("\n# The line as the page draws it, from Pychron's canvas. A pump without a device is taken to run: give it one, or runs.\ndrawing:\n")
	for _, key := range []string{"volumes", "valves", "pumps", "gauges"} {
		if len(lists[key]) > 0 {
			fmt.Fprintf(b, "  %s:\n    - %s\n", key, strings.Join(lists[key], "\n    - "))
		}
	}
	if len(c.pipes) > 0 {
		fmt.Fprintf(b, "  pipes:\n    - %s\n", strings.Join(c.pipes, "\n    - "))
	}
}

// item is a part as YAML.
func (c *canvas) item(s *shape) string {
	keys := []string{map[string]string{"valves": "valve", "gauges": "point"}[s.key]}
	if keys[0] == "" {
		keys[0] = "name"
	}
	keys[0] += ": " + quoted(s.our)
	if s.on != "" {
		keys = append(keys, "on: "+quoted(s.on))
	}
	if s.key == "volumes" {
		if v := float(s.n.value("volume")); v > 0 && v <= 1e9 {
			keys = append(keys, fmt.Sprintf("volume: %g cm3", v))
		}
		if s.kind == "tank" {
			keys = append(keys, "gas: true")
		}
	}
	return "{" + strings.Join(append(keys, c.place(s)), ", ") + "}"
}
