package state

import (
	"testing"
)

// Whoever asks hears of a write before it is made, and of none where nothing changed.
func TestOnWrite(t *testing.T) {
	s := NewStore(NewDisk(t.TempDir()))
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	heard, value := 0, 1
	s.OnWrite(func() { heard++ })
	s.Provide("counts.json", func() any { return value })
	for _, step := range []struct{ value, want int }{{1, 1}, {1, 1}, {2, 2}} {
		value = step.value
		s.Touch("counts.json")
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		if heard != step.want {
			t.Errorf("value %d: heard of %d writes, want %d", step.value, heard, step.want)
		}
	}
}
