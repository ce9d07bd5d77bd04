package buffer

import (
	"iter"
	"slices"
	"strings"
)

// Labels is a set of names and values in one canonical string, "k\x00v\x00..." sorted by name: comparable, a map key,
// and no allocation to pass about.
type Labels string

// MakeLabels builds Labels from name, value, name, value ... A name given twice keeps its last value; an odd last name
// has the value "". NUL bytes are dropped, for they separate.
func MakeLabels(pairs ...string) Labels {
	if len(pairs) == 2 { // nothing to sort: one piece of memory
		return Labels(withoutNUL(pairs[0]) + "\x00" + withoutNUL(pairs[1]) + "\x00")
	}
	type pair struct{ k, v string }
	ps := make([]pair, 0, (len(pairs)+1)/2)
	for i := 0; i < len(pairs); i += 2 {
		p := pair{k: withoutNUL(pairs[i])}
		if i+1 < len(pairs) {
			p.v = withoutNUL(pairs[i+1])
		}
		if at := slices.IndexFunc(ps, func(o pair) bool { return o.k == p.k }); at >= 0 {
			ps[at] = p
		} else {
			ps = append(ps, p)
		}
	}
	slices.SortFunc(ps, func(a, b pair) int { return strings.Compare(a.k, b.k) })
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.k)
		b.WriteByte(0)
		b.WriteString(p.v)
		b.WriteByte(0)
	}
	return Labels(b.String())
}

func withoutNUL(s string) string { return strings.ReplaceAll(s, "\x00", "") }

// All yields the labels in the order of their names.
func (l Labels) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for s := string(l); s != ""; {
			var k, v string
			k, s, _ = strings.Cut(s, "\x00")
			v, s, _ = strings.Cut(s, "\x00")
			if !yield(k, v) {
				return
			}
		}
	}
}

// Value is the value of the label called name, or "".
func (l Labels) Value(name string) string {
	for k, v := range l.All() {
		if k == name {
			return v
		}
	}
	return ""
}

// Len is the number of labels.
func (l Labels) Len() int { return strings.Count(string(l), "\x00") / 2 }

// clip drops whole labels from the end until at most n bytes are left.
func (l Labels) clip(n int) Labels {
	if len(l) <= n {
		return l
	}
	end := 0
	for k, v := range l.All() {
		if next := end + len(k) + len(v) + 2; next <= n {
			end = next
			continue
		}
		break
	}
	return Labels(strings.Clone(string(l[:end])))
}
