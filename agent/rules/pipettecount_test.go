package rules

import "testing"

func TestShotsThatWereCutShort(t *testing.T) {
	in, out := Ref{"V1", "open"}, Ref{"V2", "open"}
	p := &Pipette{In: in, Out: out}
	for state, c := range map[string]struct {
		history          string // i, o: opened; I, O: failed; x: nobody looked for a while
		shots, uncertain uint64
	}{
		"whole":                               {"ioio", 2, 0},
		"cut before the outer":                {"ix", 0, 1},
		"cut, and the outer is opened after":  {"ixo", 0, 1},
		"cut with nothing begun":              {"iox", 1, 0},
		"outer failed":                        {"iO", 0, 1},
		"outer failed twice":                  {"iOO", 0, 1},
		"outer failed, then seen":             {"iOo", 1, 0},
		"outer failed, then begun anew":       {"iOio", 1, 1},
		"outer failed, then cut":              {"iOx", 0, 1},
		"inner failed and nothing after":      {"I", 0, 0},
		"inner failed, then the outer":        {"Io", 0, 1},
		"inner failed, then seen":             {"Iio", 1, 0},
		"inner failed, then the outer failed": {"IO", 0, 1},
		"inner failed, then cut":              {"Ix", 0, 1},
		"outer alone":                         {"oOo", 0, 0},
		"inner failed though it had opened":   {"iIo", 1, 0},
	} {
		var n PipetteCount
		for _, what := range c.history {
			switch what {
			case 'i':
				n = p.Opened(n, in)
			case 'o':
				n = p.Opened(n, out)
			case 'I':
				n = p.Failed(n, in)
			case 'O':
				n = p.Failed(n, out)
			case 'x':
				n = n.CutShort()
			}
		}
		if n.Shots != c.shots || n.Uncertain != c.uncertain {
			t.Errorf("%s (%s): %d shots, %d uncertain; want %d, %d", state, c.history, n.Shots, n.Uncertain, c.shots, c.uncertain)
		}
	}
}
