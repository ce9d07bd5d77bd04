package runs

import (
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/buffer/lifecycle"
)

// Comparison is one measure of a run among those of others of its kind.
type Comparison struct {
	Name   string      `json:"name"`
	Unit   buffer.Unit `json:"unit"`
	Value  float64     `json:"value"`
	Low    float64     `json:"low"`    // smallest of the others
	High   float64     `json:"high"`   // largest of the others
	Usual  bool        `json:"usual"`  // whether Value lies from Low to High
	Others []float64   `json:"others"` // sorted
}

// Compare puts the measures of a run among those of others of its kind. A measure that fewer than [MinAlike] of them have is left out.
func Compare(own []Measure, others [][]Measure) []Comparison {
	list := []Comparison{}
	for _, m := range own {
		var values []float64
		for _, other := range others {
			i := slices.IndexFunc(other, func(o Measure) bool { return o.Name == m.Name && o.Unit == m.Unit })
			if i >= 0 {
				values = append(values, other[i].Value)
			}
		}
		if len(values) < MinAlike {
			continue
		}
		slices.Sort(values)
		c := Comparison{Name: m.Name, Unit: m.Unit, Value: m.Value, Low: values[0], High: values[len(values)-1], Others: values}
		c.Usual = c.Low <= c.Value && c.Value <= c.High
		list = append(list, c)
	}
	return list
}

// Alike are the runs of one agent and kind that ended well, without the run itself, newest first, at most max.
func Alike(list []Run, of *Run, max int) []Run {
	var out []Run
	for i := range list {
		r := &list[i]
		if len(out) < max && of.Kind != "" && r.Kind == of.Kind && r.Source == of.Source && r.ID != of.ID && r.State == Ended && lifecycle.OutcomeOf(r.Status) == lifecycle.Done {
			out = append(out, *r)
		}
	}
	return out
}
