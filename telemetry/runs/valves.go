package runs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"
)

// valves makes the movements: what the switches showed, with how long it took where the command is known.
func (b *Builder) valves() {
	slices.SortStableFunc(b.moves, func(x, y buffer.Event) int {
		return cmp.Or(x.Time.Compare(y.Time), cmp.Compare(y.Kind, x.Kind), cmp.Compare(x.Seq, y.Seq))
	})
	last := map[string]int{} // by device.point, the movement that no command has claimed yet
	for i := range b.moves {
		e := &b.moves[i]
		if e.Kind == buffer.Command {
			b.claim(e, last)
			continue
		}
		m := Movement{Device: e.Device, Point: e.Point, Time: e.Time, Event: eventID(e)}
		if e.Missing == "" {
			m.Open = new(e.Value == 1)
		}
		if n := len(b.out.Valves); n > 0 && b.out.Valves[n-1].Event == m.Event {
			continue
		}
		last[e.Device+"."+e.Point] = len(b.out.Valves)
		b.out.Valves = append(b.out.Valves, m)
	}
}

// claim gives the last movement of a valve to the command that was recorded within a second of it. The control of a valve is called as its
// point is.
func (b *Builder) claim(e *buffer.Event, last map[string]int) {
	valve := cmp.Or(e.Device, e.Labels.Value("device")) + "." + e.Labels.Value("control")
	i, ok := last[valve]
	took, by := tookOf(e.Note)
	if !ok || e.Time.Sub(b.out.Valves[i].Time) > time.Second {
		return
	}
	delete(last, valve)
	if took > 0 {
		b.out.Valves[i].Took = new(float64(took.Microseconds()) / 1e3)
	}
	b.out.Valves[i].By = by
}

// tookOf is how long a command took and who gave it, from its note.
func tookOf(note string) (took time.Duration, by string) {
	for field := range strings.FieldsSeq(note) {
		k, v, _ := strings.Cut(field, "=")
		switch k {
		case "took":
			took, _ = time.ParseDuration(v)
		case "who":
			by = strings.Trim(v, `"`)
		}
	}
	return took, by
}

// travels adds how long each valve took to open and to close, the first time.
func (b *Builder) travels(add func(string, buffer.Unit, *float64)) {
	for i := range b.out.Valves {
		m := &b.out.Valves[i]
		if m.Took == nil || m.Open == nil {
			continue
		}
		word := map[bool]string{true: " opening", false: " closing"}[*m.Open]
		s := *m.Took / 1e3
		add(m.Device+word, "seconds", &s)
	}
}

// inlets makes the pressures just before each opening.
func (b *Builder) inlets() {
	keys := b.sorted()
	for i := range b.out.Valves {
		m := &b.out.Valves[i]
		if m.Open == nil || !*m.Open {
			continue
		}
		for _, k := range keys {
			c := b.points[k]
			if c.unit != buffer.Pascals {
				continue
			}
			if v, ok := c.before(m.Time, b.hold); ok {
				b.out.Inlets = append(b.out.Inlets, Inlet{m.Device, m.Time, k.device + "." + k.point, c.unit, v})
			}
		}
	}
}
