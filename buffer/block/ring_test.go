package block_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// A day of ten gauges at 4.6 events a second is all there in 4 MiB, to the last bit: what the ring of blocks holds, then what the ring of events
// holds after it.
func TestADayIn4MiB(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, buffer.DefaultReadings), block.NewRing(4<<20)
	packer := block.NewPacker(readings, long)
	line := newLine(10, 0.01, 5)
	want := map[string][]buffer.Event{}
	for range 24 * 60 * 60 {
		line.poll(func(e *buffer.Event) {
			readings.Append(e)
			want[e.Device] = append(want[e.Device], *e)
		})
		packer.Pack()
	}
	s := long.Stats()
	if s.Dropped != 0 || s.Lost != 0 || s.Total < 380_000 {
		t.Errorf("%+v, want 380000 readings or more, none dropped or lost", s)
	}
	t.Logf("%d readings a day, %.2f a second; %d of them in %d blocks of %.2f bytes a reading", s.Total, float64(readings.Stats().Position)/86400,
		s.Readings, s.Blocks, float64(s.Bytes)/float64(s.Readings))
	for device, events := range want {
		got := held(t, readings, long, device)
		if len(got) != len(events) {
			t.Fatalf("%s: %d readings, want %d", device, len(got), len(events))
		}
		for i := range got {
			if got[i] != events[i] {
				t.Fatalf("%s: reading %d =\n%+v, want\n%+v", device, i, got[i], events[i])
			}
		}
	}
}

// held is all events of a device, those of the blocks and those that are not yet in one.
func held(t *testing.T, readings *buffer.Ring, long *block.Ring, device string) (events []buffer.Event) {
	var it block.Iterator
	position := long.Each(func(k *block.Key, _ *block.Summary) bool { return k.Device == device }, func(h *block.Held) bool {
		if err := h.Open(&it); err != nil {
			t.Fatal(err)
		}
		for it.Next() {
			events = append(events, it.Event)
		}
		return true
	})
	newer, _ := readings.Since(nil, position)
	for _, e := range newer {
		if e.Device == device {
			events = append(events, e)
		}
	}
	return events
}

// When it is full, the oldest go, and only they: what is left has no hole.
func TestGapOnlyBeyond(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, 512), block.NewRing(block.MinRing)
	packer := block.NewPacker(readings, long)
	line := newLine(3, 0, 5)
	for range 40_000 {
		line.poll(readings.Append)
		packer.Pack()
	}
	s := long.Stats()
	if s.Dropped == 0 || s.Bytes > s.Capacity || s.Bytes < s.Capacity*9/10 || s.Total != s.Readings+s.Dropped {
		t.Errorf("%+v, want a full ring that has dropped some", s)
	}
	seen := map[uint64]bool{}
	for n := range 3 {
		for _, e := range held(t, readings, long, fmt.Sprintf("gauge%d", n)) {
			seen[e.Seq] = true
		}
	}
	last := readings.Stats().Position
	for seq := last; seq > last-uint64(len(seen))+3*512; seq-- {
		if !seen[seq] {
			t.Fatalf("reading %d of %d is not there, and %d are", seq, last, len(seen))
		}
	}
}

// Blocks are found by boot and number, and by series and time.
func TestEachPicks(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, 64), block.NewRing(1<<20)
	packer := block.NewPacker(readings, long)
	line := newLine(2, 0, 5)
	for range 500 {
		line.poll(readings.Append)
		packer.Pack()
	}
	count := func(pick func(*block.Key, *block.Summary) bool) (n int) {
		long.Each(pick, func(h *block.Held) bool { n += h.Summary.Count; return true })
		return n
	}
	all := int(long.Stats().Readings)
	if n := count(func(k *block.Key, s *block.Summary) bool { return k.Boot == "9f2c61aa" && s.LastSeq > 800 }); n < all-800 || n > all-800+64 {
		t.Errorf("%d readings after 800 of %d", n, all)
	}
	since := line.start.Add(300 * time.Second).UnixMicro()
	if n := count(func(k *block.Key, s *block.Summary) bool { return k.Device == "gauge1" && s.LastTime >= since }); n < all/2-300 || n > all/2-300+32 {
		t.Errorf("%d readings of one gauge after 300 s of %d", n, all)
	}
	var first block.Key
	long.Each(func(*block.Key, *block.Summary) bool { return true }, func(h *block.Held) bool {
		key, summary, err := block.Look(h.AppendBlock(nil))
		if first = key; err != nil || key != *h.Key || summary != h.Summary {
			t.Errorf("a block taken out: %v %+v %+v", err, key, summary)
		}
		return false
	})
	if first.Device == "" {
		t.Error("no block")
	}
}

// A series that comes and goes leaves nothing behind: also the keys have their room in the ring.
func TestManySeries(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, 100), block.NewRing(block.MinRing)
	packer := block.NewPacker(readings, long)
	for n := range 20_000 {
		readings.Append(&buffer.Event{Device: fmt.Sprint("d", n), Kind: buffer.System, Severity: buffer.Debug, Note: fmt.Sprint("tx=", n), Status: "success"})
		packer.Pack()
	}
	if s := long.Stats(); s.Bytes > s.Capacity || s.Readings < 50 || s.Readings > 200 {
		t.Errorf("%+v, want as many series as fit with their keys", s)
	}
}

// What is captured of a line's exchanges stands beside the readings, each with its note.
func TestCapturedExchanges(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, 400), block.NewRing(1<<20)
	packer := block.NewPacker(readings, long)
	var want []buffer.Event
	for n := range 2000 {
		e := buffer.Event{Kind: buffer.System, Severity: buffer.Debug, Type: buffer.Histogram, Metric: "device_io_duration_seconds", Unit: buffer.Seconds, Device: "ion1",
			Time: time.UnixMicro(int64(n) * 1_000_000).UTC(), Value: 0.002 + rand.Float64()/1e4, Status: "success",
			Note: fmt.Sprintf("tx=05 rx=%q took=%d", fmt.Sprintf("0,%.4E\r\n", rand.NormFloat64()), n)}
		readings.Append(&e)
		want = append(want, e)
		packer.Pack()
	}
	got := held(t, readings, long, "ion1")
	if len(got) != len(want) || got[7] != want[7] || got[1999] != want[1999] {
		t.Errorf("%d exchanges, want %d; the 8th %+v, want %+v", len(got), len(want), got[7], want[7])
	}
	s := long.Stats()
	t.Logf("%.1f bytes an exchange", float64(s.Bytes)/float64(s.Readings))
}

// The Packer that runs keeps up with a flood, and ends when it is told to.
func TestPackerRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		readings, long := buffer.NewRing(buffer.Readings, 400), block.NewRing(1<<20)
		ended := make(chan error)
		go func() { ended <- block.NewPacker(readings, long).Run(ctx) }()
		line := newLine(1, 0, 5)
		for range 5000 {
			line.poll(readings.Append)
			time.Sleep(time.Millisecond)
		}
		if s := long.Stats(); s.Lost != 0 || s.Total < 4600 {
			t.Errorf("%+v, want 4600 of 5000 or more, none lost", s)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// More readings of a series than a block holds at most make two of them.
func TestALargeRing(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, 20_000), block.NewRing(1<<20)
	packer := block.NewPacker(readings, long)
	line := newLine(1, 0, 5)
	for range 30_000 {
		line.poll(readings.Append)
		packer.Pack()
	}
	if s := long.Stats(); s.Total != 15_040 && s.Total != 15_000 || s.Blocks != 2 {
		t.Errorf("%+v, want 15000 readings in 2 blocks, to the end of what was copied", s)
	}
	if got := held(t, readings, long, "gauge0"); len(got) != 30_000 {
		t.Errorf("%d readings, want 30000", len(got))
	}
}

// What is overwritten before the Packer comes is counted.
func TestOvertakenIsCounted(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, 100), block.NewRing(1<<20)
	line := newLine(1, 0, 5)
	for range 250 {
		line.poll(readings.Append)
	}
	packer := block.NewPacker(readings, long)
	packer.Pack()
	if s := long.Stats(); s.Lost != 150 || s.Total < 50 {
		t.Errorf("%+v, want 150 lost", s)
	}
}

// Append does what it does without a Packer: nothing of packing, and no allocation.
func TestAppendAllocatesNothing(t *testing.T) {
	readings, long := buffer.NewRing(buffer.Readings, 1<<14), block.NewRing(1<<20)
	packer := block.NewPacker(readings, long)
	e := buffer.Event{Device: "ion1", Status: "success"}
	if n := testing.AllocsPerRun(1000, func() { e.Seq = 0; readings.Append(&e) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	packer.Pack()
}
