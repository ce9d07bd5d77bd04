package blackbox

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pychron-edge/buffer"
)

func sampleAt(up time.Duration, device string, v float64, missing string) buffer.Sample {
	return buffer.Sample{Device: device, Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Value: v, Missing: missing, Up: up}
}

// heldReadings is every reading of a memory as text.
func heldReadings(m *memory, from, to time.Duration) (list []string, oldest time.Duration) {
	oldest = m.between(from, to, func(r reading) {
		bound, missing := m.codes.text(r.code)
		list = append(list, fmt.Sprintf("%s %d %x %v %s", m.series.list[r.series].device, r.up, math.Float64bits(r.value), bound, missing))
	})
	return list, oldest
}

// TestEveryReadingComesBack: to the last bit, with bounds and reasons, whatever the order of times.
func TestEveryReadingComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &memory{}
		var want []string
		up := map[string]time.Duration{}
		for range rapid.IntRange(0, 400).Draw(t, "n") {
			s := sampleAt(0, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "device"), rapid.Float64().Draw(t, "v"), "")
			if rapid.IntRange(0, 2).Draw(t, "like before") == 0 {
				s.Value = 1.5e-7
			}
			if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
				s.Missing = rapid.SampledFrom([]string{"sensor off", "no answer"}).Draw(t, "why")
			} else {
				s.Bound = buffer.Bound(rapid.IntRange(0, 2).Draw(t, "bound"))
			}
			up[s.Device] += time.Duration(rapid.IntRange(1, 100_000).Draw(t, "ms")) * time.Millisecond
			s.Up = up[s.Device]
			m.add(&s)
			v, bound := s.Value, s.Bound
			if s.Missing != "" {
				v, bound = 0, buffer.Exact
			}
			want = append(want, fmt.Sprintf("%s %d %x %v %s", s.Device, s.Up.Milliseconds(), math.Float64bits(v), bound, s.Missing))
		}
		got, _ := heldReadings(m, 0, math.MaxInt64)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("kept %v, want %v", got, want)
		}
	})
}

func TestMemoryHoldsTheNewest(t *testing.T) {
	m := &memory{}
	const n = 400_000
	for i := range n {
		s := sampleAt(time.Duration(i)*time.Millisecond, "a", float64(i)*1.000001, "")
		m.add(&s)
	}
	got, oldest := heldReadings(m, 0, math.MaxInt64)
	if len(got) < 100_000 || len(got) >= n {
		t.Errorf("%d of %d readings kept, want some 110 000", len(got), n)
	}
	if want := time.Duration(n-len(got)) * time.Millisecond; oldest != want {
		t.Errorf("complete from %v, want %v", oldest, want)
	}
	size := 0
	for i := range m.pages {
		size += len(m.pages[i].bytes)
	}
	if size != Memory {
		t.Errorf("%d bytes, want %d", size, Memory)
	}
	if part, _ := heldReadings(m, 399_990*time.Millisecond, 399_995*time.Millisecond); len(part) != 6 {
		t.Errorf("%d readings of 5 ms, want 6", len(part))
	}
}

func TestOneSampleIsKeptOnce(t *testing.T) {
	b := New(Env{})
	s := []buffer.Sample{sampleAt(time.Second, "a", 1, "")}
	b.Add(s)
	b.Add(s)
	if got, _ := heldReadings(&b.memory, 0, math.MaxInt64); len(got) != 1 {
		t.Errorf("kept %v, want one", got)
	}
}

func TestTablesAreBounded(t *testing.T) {
	m := &memory{}
	for i := range maxSeries + 10 {
		s := sampleAt(time.Duration(i+1)*time.Millisecond, fmt.Sprint("d", i), 1, fmt.Sprint("reason ", i))
		m.add(&s)
	}
	got, _ := heldReadings(m, 0, math.MaxInt64)
	if len(got) != maxSeries || len(m.codes.reasons) != maxCodes {
		t.Errorf("%d points, %d reasons; want %d, %d", len(got), len(m.codes.reasons), maxSeries, maxCodes)
	}
	if last := got[len(got)-1]; last != fmt.Sprintf("d%d %d 0 exact another reason", maxSeries-1, maxSeries) {
		t.Errorf("last reading %q, want another reason", last)
	}
}

// polls are samples of a line of 50 points at one time, of which a third changes.
func polls(n int) [][]buffer.Sample {
	all := make([][]buffer.Sample, n)
	for i := range all {
		for d := range 50 {
			s := sampleAt(time.Duration(i+1)*time.Second, fmt.Sprint("device", d), 1e-7, "")
			if d%3 == 0 {
				s.Value *= float64(1 + i)
			}
			all[i] = append(all[i], s)
		}
	}
	return all
}

func TestAddAllocatesNothing(t *testing.T) {
	b, all, i := New(Env{}), polls(300), 0
	next := func() {
		b.Add(all[i%len(all)])
		for k := range all[i%len(all)] {
			all[i%len(all)][k].Up += 300 * time.Second
		}
		i++
	}
	for range 6000 { // every page is there
		next()
	}
	if n := testing.AllocsPerRun(100, next); n != 0 {
		t.Errorf("Add allocates %v times, want 0", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	box, all := New(Env{}), polls(300)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		poll := all[i%len(all)]
		box.Add(poll)
		for k := range poll {
			poll[k].Up += 300 * time.Second
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/50, "ns/sample")
}
