package drawing

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRoute(t *testing.T) {
	l := &Line{
		Parts: []Part{
			{Name: "bone", Kind: Volume, X: 10, Y: 5, W: 8, H: 2, Placed: true}, {Name: "furnace", Kind: Volume, X: 2, Y: 10, W: 3, H: 2, Placed: true},
			{Name: "pump", Kind: Pump, X: 12, Y: 12, Placed: true}, {Name: "V1", Kind: Valve, X: 12, Y: 8, Placed: true}, {Name: "V8", Kind: Valve, X: 5, Y: 10, Placed: true},
		},
		Pipes: []Pipe{{Ends: []string{"V1", "bone"}}, {Ends: []string{"V1", "pump"}}, {Ends: []string{"furnace", "V8"}}, {Ends: []string{"V8", "bone"}}, {Ends: []string{"pump", "furnace"}, Via: []Spot{{12, 14}, {2, 14}}}},
	}
	l.Arrange()
	for i, want := range []string{"[[[12 8] [12 5]]]", "[[[12 8] [12 12]]]", "[[[2 10] [5 10]]]", "[[[5 10] [6.4 10] [6.4 5]]]", "[[[12 12] [12 14] [2 14] [2 10]]]"} {
		if got := fmt.Sprint(l.Pipes[i].Strokes); got != want {
			t.Errorf("the pipe %v goes %s, want %s", l.Pipes[i].Ends, got, want)
		}
	}
}

func TestValveBetween(t *testing.T) {
	l := &Line{
		Parts: []Part{{Name: "a", Kind: Volume, X: 2, Y: 2, W: 2, H: 2, Placed: true}, {Name: "b", Kind: Volume, X: 10, Y: 2, W: 4, H: 2, Placed: true}, {Name: "V", Kind: Valve}},
		Pipes: []Pipe{{Ends: []string{"a", "V"}}, {Ends: []string{"V", "b"}}},
	}
	l.Arrange()
	if v := l.Part("V"); v.X != 5.5 || v.Y != 2 {
		t.Errorf("the valve is at %g, %g; want the middle of the gap, 5.5, 2", v.X, v.Y)
	}
}

// Whatever the line, each part gets a place of its own, and each pipe begins and ends at what it joins.
func TestArrange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, _ := randomLine(t)
		l.Laid, l.Loose = true, rapid.Bool().Draw(t, "loose")
		if l.Loose {
			l.Pipes = nil
		}
		l.Arrange()
		for i := range l.Parts {
			a := &l.Parts[i]
			if !a.Placed || a.W <= 0 || a.H <= 0 {
				t.Fatalf("%+v has no place or size", a)
			}
			for j := range l.Parts[:i] {
				b := &l.Parts[j]
				if label := a.Kind == Gauge || a.Kind == Laser || b.Kind == Gauge || b.Kind == Laser; !label && abs(a.X-b.X) < (a.W+b.W)/2-1e-9 && abs(a.Y-b.Y) < (a.H+b.H)/2-1e-9 {
					t.Fatalf("%+v lies on %+v", a, b)
				}
			}
		}
		for _, p := range l.Pipes {
			if len(p.Strokes) == 0 {
				t.Fatalf("the pipe %v has no stroke", p.Ends)
			}
			if len(p.Ends) == 2 && !slices.Contains(p.Ends, "") {
				s := p.Strokes[0]
				for end, at := range map[int]Spot{0: s[0], 1: s[len(s)-1]} {
					if q := l.Part(p.Ends[end]); abs(at[0]-q.X) > q.W/2+1e-9 || abs(at[1]-q.Y) > q.H/2+1e-9 {
						t.Fatalf("the pipe %v ends at %v, not at %+v", p.Ends, at, q)
					}
				}
			}
		}
	})
}
