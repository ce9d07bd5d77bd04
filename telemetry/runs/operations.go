package runs

import (
	"cmp"
	"slices"
	"strings"

	"pychron-edge/buffer"
)

// Operations are those of posted events, oldest first: metrics that begin with database_, repository_ or pipeline_. A histogram of seconds
// is one with its duration, a counter one without; _started and _completed of the same labels make one with the time between them.
func Operations(events []buffer.Event) []Operation {
	var list []Operation
	open := map[string]buffer.Event{}
	for _, e := range posted(events) {
		if groupOf(e.Metric) == "" {
			continue
		}
		what, of := edgeOf(e.Metric)
		k := e.Source + "\x00" + what + "\x00" + idOf(&e) + "\x00" + e.Labels.Value("operation")
		if of == started {
			open[k] = e
			continue
		}
		o := Operation{Name: nameOf(&e), Time: e.Time, Status: operationStatus(&e), Run: idOf(&e), Source: e.Source}
		if begun, ok := open[k]; ok && of == ended {
			d := seconds(begun.Time, e.Time)
			o.Duration = &d
			delete(open, k)
		} else if e.Type == buffer.Histogram && strings.HasSuffix(e.Metric, "_seconds") {
			d := e.Value
			o.Duration = &d
		}
		list = append(list, o)
	}
	return list
}

// operationStatus is how an operation ended; one that is counted as a failure did not end well, whatever its status.
func operationStatus(e *buffer.Event) string {
	status := cmp.Or(StatusOf(e), "success")
	what, _ := edgeOf(e.Metric)
	if status == "success" && (strings.HasSuffix(what, "_failures") || strings.HasSuffix(what, "_failed")) {
		return "failed"
	}
	return status
}

// nameOf is what an operation is called: "database save".
func nameOf(e *buffer.Event) string {
	what, _ := edgeOf(e.Metric)
	for _, end := range []string{"_seconds", "_duration", "_failures", "_failed", "_operation", "_operations"} {
		what = strings.TrimSuffix(what, end)
	}
	group := groupOf(e.Metric)
	rest := strings.TrimPrefix(strings.TrimPrefix(what, group), "_")
	return strings.TrimSpace(group + " " + strings.ReplaceAll(cmp.Or(e.Labels.Value("operation"), rest), "_", " "))
}

// Summary is what is known of all operations of one name.
type Summary struct {
	Name   string   `json:"name"`
	Count  int      `json:"count"`
	Failed int      `json:"failed"`
	Timed  int      `json:"timed"`  // of which the duration is known
	Median *float64 `json:"median"` // seconds; null where none is timed
	Max    *float64 `json:"max"`    // seconds
}

// Summaries are operations by name, in the order of the names.
func Summaries(all []Operation) []Summary {
	list := []Summary{}
	took := map[string][]float64{}
	at := map[string]int{}
	for i := range all {
		o := &all[i]
		n, ok := at[o.Name]
		if !ok {
			n = len(list)
			at[o.Name] = n
			list = append(list, Summary{Name: o.Name})
		}
		s := &list[n]
		s.Count++
		if o.Failed() {
			s.Failed++
		}
		if o.Duration != nil {
			took[o.Name] = append(took[o.Name], *o.Duration)
		}
	}
	for i := range list {
		s, d := &list[i], took[list[i].Name]
		if slices.Sort(d); len(d) > 0 {
			s.Timed, s.Median, s.Max = len(d), &d[len(d)/2], &d[len(d)-1]
		}
	}
	slices.SortFunc(list, func(a, b Summary) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// AddOperations gives each run the operations that name it, and counts the failed ones as its faults.
func AddOperations(list []Run, all []Operation) {
	at := map[key]int{}
	for i := len(list) - 1; i >= 0; i-- { // of those of one id, the newest
		at[key{list[i].Source, list[i].id}] = i
	}
	for i := range all {
		o := &all[i]
		n, ok := at[key{o.Source, o.Run}]
		if !ok || o.Run == "" {
			continue
		}
		list[n].Operations = append(list[n].Operations, *o)
		if o.Failed() {
			list[n].Faults++
		}
	}
}
