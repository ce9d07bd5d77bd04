package main

import (
	"strings"
	"testing"
)

func TestMutantsOfAFunction(t *testing.T) {
	source := "package p\n\nfunc f(a, b int) (n int) {\n\tif a > 3 && b > 0 {\n\t\tn = a\n\t}\n\tprintln(n)\n\treturn n\n}\n"
	all, err := mutants("p.go", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"p.go:4: negated: a > 3 && b > 0", "p.go:4: only the left of: a > 3 && b > 0", "p.go:4: only the right of: a > 3 && b > 0",
		"p.go:4: one more: 3", "p.go:4: one more: 0", "p.go:5: dropped: n = a", "p.go:7: dropped: println(n)",
	}
	if len(all) != len(want) {
		t.Fatalf("%d mutants %v, want %d", len(all), all, len(want))
	}
	for i, m := range all {
		if m.String() != want[i] {
			t.Errorf("mutant %d: %v, want %s", i, m, want[i])
		}
		if string(m.code) == source {
			t.Errorf("mutant %d changes nothing", i)
		}
	}
	if code := string(all[5].code); !strings.Contains(code, "_ = a\n") {
		t.Errorf("what is dropped must leave its variables used:\n%s", code)
	}
}
