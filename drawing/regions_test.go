package drawing

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// sheet is the line of the sheet of Pychron's canvas.
func sheet() *Line {
	return &Line{
		Parts: []Part{
			{Name: "Line", Kind: Volume, Size: 120e-6}, {Name: "Pump", Kind: Pump, Title: "TMP"}, {Name: "P", Kind: Valve}, {Name: "G", Kind: Valve}, {Name: "Line IG", Kind: Gauge},
		},
		Pipes: []Pipe{{Ends: []string{"P", "Pump"}}, {Ends: []string{"P", "Line"}}, {Ends: []string{"Line", "Line IG"}}, {Ends: []string{"G", "Line"}}},
	}
}

// text is regions as a test compares them: the open valves of a region among its parts.
func text(regions []Region) string {
	var all []string
	for _, r := range regions {
		names := slices.Sorted(slices.Values(append(slices.Clone(r.Parts), r.Inside...)))
		all = append(all, fmt.Sprintf("{%s} %s", strings.Join(names, ", "), r.Condition))
	}
	return strings.Join(all, "; ")
}

func TestRegionsOfTheSheet(t *testing.T) {
	pumping := map[string]Running{"Pump": Pumping}
	for _, c := range []struct {
		name string
		p, g State
		pump map[string]Running
		want string
	}{
		{"all closed", Closed, Closed, pumping, "{Line, Line IG} static; {Pump} pumped"},
		{"P open", Open, Closed, pumping, "{Line, Line IG, P, Pump} pumped"},
		{"P open, the pump stopped", Open, Closed, map[string]Running{"Pump": Stopped}, "{Line, Line IG, P, Pump} static"},
		{"P open, the pump not known", Open, Closed, nil, "{Line, Line IG, P, Pump} unknown"},
		{"P not known", Unknown, Closed, pumping, "{Line, Line IG} unknown; {Pump} pumped"},
		{"P moves", Moving, Closed, pumping, "{Line, Line IG} unknown; {Pump} pumped"},
		{"G not known, which leads nowhere", Closed, Unknown, pumping, "{Line, Line IG} static; {Pump} pumped"},
	} {
		got := text(sheet().Regions(Situation{Valves: map[string]Standing{"P": {State: c.p}, "G": {State: c.g}}, Pumps: c.pump}))
		if got != c.want {
			t.Errorf("%s: regions = %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWhatARegionSays(t *testing.T) {
	l := sheet()
	l.Parts = append(l.Parts, Part{Name: "bottle", Kind: Volume, Title: "argon bottle", Gas: true}, Part{Name: "B", Kind: Valve, Hand: true})
	l.Pipes = append(l.Pipes, Pipe{Ends: []string{"B", "bottle"}}, Pipe{Ends: []string{"B", "G"}})
	all := l.Regions(Situation{Valves: map[string]Standing{"P": {Closed, true}, "G": {Closed, false}, "B": {Open, true}}, Pumps: map[string]Running{"Pump": Pumping}})
	line, bottle := all[0], all[2]
	if got := fmt.Sprint(line.Name, line.Told, line.Edges, line.Unsure); got != "Line[P told closed] [P G] []" {
		t.Errorf("the line says %s", got)
	}
	if line.Size != 120e-6 {
		t.Errorf("volume = %g, want that of its one volume", line.Size)
	}
	if got := fmt.Sprint(bottle.Name, bottle.Condition, bottle.Told, bottle.Stores, bottle.Size); got != "argon bottlegas[B reported open] [bottle] 0" {
		t.Errorf("the bottle says %s", got)
	}
	all = l.Regions(Situation{Valves: map[string]Standing{"P": {Closed, false}, "G": {Unknown, false}, "B": {Closed, true}}})
	if got := fmt.Sprint(text(all[2:]), " ", all[3].Name); got != "{bottle} gas; {} static between G and B" {
		t.Errorf("a store of gas and the pipe beside it are %s", got)
	}
	if got := fmt.Sprint(all[0].Condition, all[0].Perhaps, all[0].Unsure); got != "static[] [G]" {
		t.Errorf("the line beside a pipe that holds nothing is %s", got)
	}
}

// randomLine is any line: tees, loops, valves on valves, dead ends.
func randomLine(t *rapid.T) (*Line, Situation) {
	l, s := &Line{}, Situation{Valves: map[string]Standing{}, Pumps: map[string]Running{}}
	kinds := []Kind{Volume, Volume, Valve, Valve, Valve, Pump, Gauge, Laser}
	for i := range rapid.IntRange(1, 12).Draw(t, "parts") {
		p := Part{Name: fmt.Sprint("p", i), Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
		switch p.Kind {
		case Volume:
			p.Gas = rapid.IntRange(0, 4).Draw(t, "gas") == 0
		case Valve:
			s.Valves[p.Name] = Standing{State: State(rapid.IntRange(0, 3).Draw(t, "state")), Told: rapid.Bool().Draw(t, "told")}
		case Pump:
			s.Pumps[p.Name] = Running(rapid.IntRange(0, 2).Draw(t, "running"))
		}
		l.Parts = append(l.Parts, p)
	}
	name := rapid.Custom(func(t *rapid.T) string { return fmt.Sprint("p", rapid.IntRange(0, len(l.Parts)-1).Draw(t, "end")) })
	for range rapid.IntRange(0, 14).Draw(t, "pipes") {
		p := Pipe{Ends: rapid.SliceOfN(name, 2, 3).Draw(t, "ends")}
		if l.Part(p.Ends[0]).Kind == Pump && rapid.Bool().Draw(t, "outlet") {
			p.Outlet = p.Ends[0]
		}
		l.Pipes = append(l.Pipes, p)
	}
	return l, s
}

// reached is a plain search: everything that is reached from a part or a pipe through the valves of open.
func reached(l *Line, from int, open map[string]bool) map[int]bool {
	n := len(l.Parts)
	found, queue := map[int]bool{from: true}, []int{from}
	add := func(i int) {
		if !found[i] {
			found[i] = true
			queue = append(queue, i)
		}
	}
	pipesAt := func(name string) (pipes []int) {
		for i, p := range l.Pipes {
			if slices.Contains(p.Ends, name) && p.Outlet != name {
				pipes = append(pipes, n+i)
			}
		}
		return pipes
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if i < n {
			for _, pipe := range pipesAt(l.Parts[i].Name) {
				add(pipe)
			}
			continue
		}
		for _, end := range l.Pipes[i-n].Ends {
			at := slices.IndexFunc(l.Parts, func(p Part) bool { return p.Name == end })
			if end == l.Pipes[i-n].Outlet {
				continue
			}
			if l.Parts[at].Kind != Valve {
				add(at)
			} else if open[end] {
				for _, pipe := range pipesAt(end) {
					add(pipe)
				}
			}
		}
	}
	return found
}

// worlds are all ways in which the valves may stand.
func worlds(s Situation) []map[string]bool {
	all := []map[string]bool{{}}
	for name, v := range s.Valves {
		var next []map[string]bool
		for _, w := range all {
			for _, open := range []bool{false, true} {
				if v.State == Closed && open || v.State == Open && !open {
					continue
				}
				one := map[string]bool{name: open}
				for k, is := range w {
					one[k] = is
				}
				next = append(next, one)
			}
		}
		all = next
	}
	return all
}

// pure is the condition of what is reached in one world, with the pumps that are not known running or not.
func pure(l *Line, s Situation, found map[int]bool, run bool) Condition {
	out := Static
	for i := range l.Parts {
		p := &l.Parts[i]
		switch {
		case !found[i]:
		case p.Gas:
			return Gas
		case p.Kind == Pump && (s.Pumps[p.Name] == Pumping || s.Pumps[p.Name] == NotKnown && run):
			out = Pumped
		}
	}
	return out
}

// A laser is no part of the vacuum: a plain search goes through it, so none has pipes here.
func withoutLasers(l *Line) {
	l.Pipes = slices.DeleteFunc(l.Pipes, func(p Pipe) bool {
		return slices.ContainsFunc(p.Ends, func(end string) bool { return l.Part(end).Kind == Laser })
	})
}

// The regions are what a plain search finds through the valves that are open, and their condition is what it is in every way the
// others may stand.
func TestRegionsAreAPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, s := randomLine(t)
		withoutLasers(l)
		open := map[string]bool{}
		for name, v := range s.Valves {
			open[name] = v.State == Open
		}
		count := 0
		for _, r := range l.Regions(s) {
			from := 0
			if len(r.Parts) > 0 {
				from = slices.IndexFunc(l.Parts, func(p Part) bool { return p.Name == r.Parts[0] })
			} else {
				from = len(l.Parts) + r.Pipes[0]
			}
			found := reached(l, from, open)
			if count += len(found); len(found) != len(r.Parts)+len(r.Pipes) {
				t.Fatalf("region %v %v, a search finds %d parts and pipes", r.Parts, r.Pipes, len(found))
			}
			for i := range l.Parts {
				if found[i] != slices.Contains(r.Parts, l.Parts[i].Name) {
					t.Fatalf("%s: in the region %v, found %v", l.Parts[i].Name, r.Parts, found[i])
				}
			}
			could := map[Condition]bool{}
			for _, w := range worlds(s) {
				for _, run := range []bool{false, true} {
					could[pure(l, s, reached(l, from, w), run)] = true
				}
			}
			want := Unclear
			for c := range could {
				if len(could) == 1 {
					want = c
				}
			}
			if want == Static && len(r.Edges) > 0 && len(r.Edges) == len(r.Unsure) {
				want = Unclear // nothing that is known bounds it
			}
			if r.Condition != want {
				t.Fatalf("region %v %v is %s; in all worlds it may be %v", r.Parts, r.Pipes, r.Condition, could)
			}
		}
		all := 0
		for _, p := range l.Parts {
			if p.Kind != Valve && p.Kind != Laser {
				all++
			}
		}
		if count != all+len(l.Pipes) {
			t.Fatalf("the regions hold %d parts and pipes of %d", count, all+len(l.Pipes))
		}
	})
}

// A valve that is not known is never closed: what may be behind it is said.
func TestNotKnownIsNeverClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, s := randomLine(t)
		withoutLasers(l)
		possible := map[string]bool{}
		for name, v := range s.Valves {
			possible[name] = v.State != Closed
		}
		for _, r := range l.Regions(s) {
			if len(r.Parts) == 0 {
				continue
			}
			found := reached(l, slices.IndexFunc(l.Parts, func(p Part) bool { return p.Name == r.Parts[0] }), possible)
			for i, p := range l.Parts {
				if said := slices.Contains(r.Parts, p.Name) || slices.Contains(r.Perhaps, p.Name); found[i] != said {
					t.Fatalf("%s may be connected with %v: %v, said: %v", p.Name, r.Parts, found[i], said)
				}
			}
		}
	})
}

func readings(n int, every time.Duration, value func(t float64) float64) (all []Reading) {
	for i := range n {
		at := time.Duration(i) * every
		all = append(all, Reading{At: at, Value: value(at.Seconds())})
	}
	return all
}

func TestRise(t *testing.T) {
	line := func(t float64) float64 { return 1e-6 + 2e-8*t }
	if r := RiseOf(readings(9, 6*time.Second, line)); r.Verdict != NotYet || r.Rate != nil || r.Points != 9 {
		t.Errorf("nine readings: %+v, want not yet and no rate", r)
	}
	if r := RiseOf(readings(100, 100*time.Millisecond, line)); r.Verdict != NotYet || r.Rate != nil {
		t.Errorf("readings of 10 s: %+v, want not yet and no rate", r)
	}
	r := RiseOf(readings(60, time.Second, line))
	if r.Verdict != Rising || math.Abs(*r.Rate-2e-8) > 1e-12 || r.Shape != "linear" {
		t.Errorf("a straight line: %+v, rate %v", r, r.Rate)
	}
	r = RiseOf(readings(60, time.Second, func(t float64) float64 { return 1e-6 * math.Exp(0.05*t) }))
	if r.Verdict != Rising || math.Abs(*r.LogRate-0.05) > 1e-6 || r.Shape != "exponential" {
		t.Errorf("an exponential: %+v, rate of the logarithm %v", r, r.LogRate)
	}
	zigzag := func(t float64) float64 { return 1e-6 * (1 + 0.01*float64(int(t)%2)) }
	if r := RiseOf(readings(60, time.Second, zigzag)); r.Verdict != Steady {
		t.Errorf("noise: %+v, want steady", r)
	}
	if r := RiseOf(readings(60, time.Second, func(t float64) float64 { return 0 })); r.Verdict != Steady || r.LogRate != nil {
		t.Errorf("zeros: %+v, want steady and no logarithm", r)
	}
}

// The interval of 95 % holds the true slope 95 times in 100, few readings or many.
func TestConfidence(t *testing.T) {
	for freedom, want := range map[float64]float64{8: 2.306, 10: 2.228, 30: 2.042, 118: 1.980} {
		if got := student(freedom); math.Abs(got/want-1) > 0.01 {
			t.Errorf("student(%g) = %.3f, want %.3f", freedom, got, want)
		}
	}
}

func TestTracker(t *testing.T) {
	l := sheet()
	closed := Situation{Valves: map[string]Standing{"P": {State: Closed}, "G": {State: Closed}}, Pumps: map[string]Running{"Pump": Pumping}}
	open := Situation{Valves: map[string]Standing{"P": {State: Open}, "G": {State: Closed}}, Pumps: closed.Pumps}
	var tracker Tracker
	at := func(seconds float64, s Situation) Region {
		now := time.Duration(seconds * float64(time.Second))
		tracker.Read("Line IG", now, 1e-6+1e-8*seconds, true)
		regions := l.Regions(s)
		tracker.Observe(l, regions, now)
		return regions[0]
	}
	if r := at(0, closed); r.Since != 0 || !r.AtLeast {
		t.Errorf("at the start: since %g s, start %v; want 0 s and that it may be longer", r.Since, r.AtLeast)
	}
	if r := at(10, closed); r.Since != 10 || !r.AtLeast || r.Rises[0].Verdict != NotYet {
		t.Errorf("10 s later: %+v", r)
	}
	if r := at(20, open); r.Since != 0 || r.AtLeast || len(r.Rises) != 0 {
		t.Errorf("once it is opened: %+v, want 0 s and no rise", r)
	}
	r := at(30, closed)
	for s := 31.0; s <= 75; s++ {
		r = at(s, closed)
	}
	if rise := r.Rises[0]; r.Since != 45 || rise.Verdict != Rising || rise.Points != 46 {
		t.Errorf("45 s after it was closed: since %g s, %+v; want what was read since then", r.Since, rise)
	}
	if leak := *r.Rises[0].Leak; math.Abs(leak/(1e-8*120e-6)-1) > 1e-6 {
		t.Errorf("leak = %g Pa m³/s, want the rate times the volume", leak)
	}
	for s := 76.0; s <= 200; s++ {
		r = at(s, closed)
	}
	if rise := r.Rises[0]; rise.Points != 61 || rise.Seconds != 60 {
		t.Errorf("after minutes it rests on %d readings of %g s, want those of the last 60 s", rise.Points, rise.Seconds)
	}
	tracker.Read("Line IG", 201*time.Second, 0, false)
	if r := at(202, closed); r.Rises[0].Verdict != NotYet {
		t.Errorf("after a reading that is none: %+v, want not yet", r.Rises[0])
	}
}
