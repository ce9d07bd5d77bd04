package lazyregexp

import (
	"sync"
	"testing"
)

// Outside of tests nothing is compiled before it is used, and then once.
func TestCompiledWhenFirstUsed(t *testing.T) {
	defer func(was bool) { inTest = was }(inTest)
	inTest = false
	r := New(`^a+$`)
	if r.compiled != nil {
		t.Fatal("compiled before it was used")
	}
	var users sync.WaitGroup
	for range 8 {
		users.Go(func() {
			if !r.MatchString("aaa") || r.MatchString("b") {
				t.Error("MatchString(aaa), MatchString(b), want true, false")
			}
		})
	}
	users.Wait()
	if first := r.Regexp(); first != r.Regexp() {
		t.Error("compiled twice")
	}
}

// What is wrong is found by the tests of whoever wrote it, used or not.
func TestWrongIsFoundByATest(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("New of a wrong expression in a test did not panic")
		}
	}()
	New(`(`)
}
