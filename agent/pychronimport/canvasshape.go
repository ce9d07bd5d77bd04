package pychronimport

// canvas is Pychron's drawing of the line as a drawing of ours: parts by the name Pychron gives them, and pipes.
type canvas struct {
	params map[string]float64
	origin [2]float64
	valve  [2]float64 // width and height of a valve, in Pychron's units
	parts  map[string]*shape
	order  []*shape
	taken  map[string]bool // names of ours, folded as the configuration folds them
	pipes  []string        // as YAML, of one line
}

// shape is one thing on the canvas.
type shape struct {
	n          *node
	kind       string // Pychron's element
	name       string // Pychron's
	our        string
	x, y, w, h float64 // lower left corner and size, in Pychron's units, y upwards
	key        string  // of drawing: volumes, valves, pumps or gauges; "" = it is no part of the vacuum
	pipes      int     // how many pipes end at it
	on         string  // of a gauge: what it is joined with
}
