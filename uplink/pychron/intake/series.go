package intake

import (
	"hash/maphash"
)

// series are those that were on the page before: a few bytes each, for a page only grows.
type series struct {
	seed   maphash.Seed
	states map[uint64]state   // by hash
	values map[uint64]float64 // of those that are not 1, as those of a run are
}

// state is what is kept of one series.
type state struct {
	created uint32 // when it was born, see short; 0 = not said
	round   uint32 // the scrape that saw it last
}

func newSeries() *series {
	return &series{seed: maphash.MakeSeed(), states: map[uint64]state{}, values: map[uint64]float64{}}
}

func (k *series) value(key uint64) float64 {
	if v, ok := k.values[key]; ok {
		return v
	}
	return 1
}

func (k *series) keep(key uint64, s state, value float64) {
	k.states[key] = s
	if value == 1 {
		delete(k.values, key)
	} else {
		k.values[key] = value
	}
}

// restarted reports whether a page is of another start of Pychron: a series is gone, fell, or was born at another time (rule 4).
func (p *page) restarted() bool {
	return p.seen < len(p.known.states) || p.fell || len(p.born) > 0
}

// baseline makes all of a page known (rules 1 and 4).
func (p *page) baseline() {
	k := p.known
	for key, s := range k.states {
		if s.round != p.round {
			delete(k.states, key)
			delete(k.values, key)
			continue
		}
		if at, ok := p.born[key]; ok {
			s.created = at
		}
		k.states[key] = s
	}
	for key, l := range p.later {
		k.keep(key, l.state, l.value)
	}
	p.advance()
}

// advance makes what was found known.
func (p *page) advance() {
	for key, f := range p.changed {
		p.known.keep(key, p.known.states[key], f.value)
	}
	for key, f := range p.fresh {
		p.known.keep(key, state{short(f.created), p.round}, f.value)
	}
}
