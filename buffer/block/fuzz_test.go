package block_test

import (
	"errors"
	"runtime"
	"testing"

	"pychron-edge/buffer"
	"pychron-edge/buffer/block"
)

// FuzzOpen: whatever bytes come, they are a block or an [block.ErrFormat], and reading them takes no more memory than the limits of a block say.
// What is read can be packed again, and is then the same.
func FuzzOpen(f *testing.F) {
	f.Add(pack(readingsOf(0.01, 5, 3)))
	f.Add(pack(readingsOf(0, 0, 200)))
	f.Add(pack([]buffer.Event{{Device: "V1", Note: "state=open"}, {Device: "V1", Note: "state=closed", Missing: "off"}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var it block.Iterator
		err := it.Open(data)
		runtime.ReadMemStats(&after)
		if took, limit := after.TotalAlloc-before.TotalAlloc, uint64(4<<20+4*len(data)); took > limit {
			t.Fatalf("%d bytes took %d to read, want at most %d", len(data), took, limit)
		}
		var points block.Points
		if again := points.Open(data); again != nil && (err == nil || !errors.Is(again, block.ErrFormat) || len(points.Times) > 0) {
			t.Fatalf("Points.Open: %v, and %d points after it; Iterator.Open: %v", again, len(points.Times), err)
		}
		if err != nil {
			if !errors.Is(err, block.ErrFormat) || it.Next() {
				t.Fatalf("Open: %v, and events after it", err)
			}
			return
		}
		var events []buffer.Event
		var a block.Appender
		for it.Next() {
			e := it.Event
			if !a.Append(&e) {
				return
			}
			events = append(events, e)
		}
		same(t, a.AppendBlock(nil), events)
	})
}
