package journal

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pychron-edge/buffer"
)

// held is the Seq of what a journal in dir holds.
func held(t testing.TB, dir string) string {
	t.Helper()
	var out []string
	if _, err := Open(dir, 0, func(e *buffer.Event) { out = append(out, fmt.Sprintf("%s%d", e.Boot, e.Seq)) }); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// running is a journal that follows a ring, until stop.
func running(t testing.TB, dir string, size int64, d disk, ring *buffer.Ring) (*Journal, func() error) {
	t.Helper()
	j, err := open(dir, size, nil, d)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	from := ring.Stats().Position
	go func() { end <- j.Run(ctx, ring, from) }()
	return j, sync.OnceValue(func() error { cancel(); return <-end })
}

func add(ring *buffer.Ring, boot string, n int) {
	for range n {
		ring.Append(&buffer.Event{Source: "line1", Boot: boot, Kind: buffer.Command, Metric: "commands_total", Note: strings.Repeat("n", 100)})
	}
}

func TestJournalKeepsWhatHappened(t *testing.T) {
	dir := t.TempDir()
	for _, boot := range []string{"a", "b"} {
		ring := buffer.NewRing(buffer.Audit, 100)
		j, stop := running(t, dir, 0, osDisk{}, ring)
		add(ring, boot, 3)
		if err := j.Wait(t.Context(), 3); err != nil || j.Synced() < 3 {
			t.Errorf("Wait(3) = %v with %d synced, want nil and 3", err, j.Synced())
		}
		add(ring, boot, 1)
		if err := stop(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	}
	if got := held(t, dir); got != "a1 a2 a3 a4 b1 b2 b3 b4" {
		t.Errorf("journal holds %s, want 4 of each boot, the last of each written at the end", got)
	}
}

func TestJournalIsBounded(t *testing.T) {
	dir := t.TempDir()
	ring := buffer.NewRing(buffer.Audit, 4096)
	j, stop := running(t, dir, minSize, osDisk{}, ring)
	for range 40 {
		add(ring, "a", 50)
		if err := j.Wait(t.Context(), ring.Stats().Position); err != nil {
			t.Fatal(err)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	bytes := int64(0)
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		bytes += info.Size()
	}
	if s := j.State(); bytes > minSize || bytes < minSize/2 || s.Bytes != bytes || s.Segments != len(files) {
		t.Errorf("%d bytes in %d files with State %+v, want at most %d and more than half of it", bytes, len(files), s, minSize)
	}
	got := strings.Fields(held(t, dir))
	if last := got[len(got)-1]; last != "a2000" || got[0] == "a1" || len(got) < 100 {
		t.Errorf("journal holds %d from %s to %s, want the last, to a2000", len(got), got[0], last)
	}
}

// Wherever power was cut, what is whole is kept, and the journal can be written on.
// Whatever bytes are damaged: no event comes back that was not written, and each at most once.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, boot := range []string{"a", "b"} {
		ring := buffer.NewRing(buffer.Audit, 4096)
		j, stop := running(t, dir, minSize, osDisk{}, ring)
		for range 2 {
			add(ring, boot, 40)
			if err := j.Wait(t.Context(), ring.Stats().Position); err != nil {
				t.Fatal(err)
			}
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	}
	j, err := Open(dir, minSize, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		boot     string
		from, to uint64
		max      int
		want     string
	}{
		"some of one boot":    {"a", 38, 42, 99, "a38 a39 a40 a41 a42"},
		"beyond the end":      {"b", 79, 1 << 60, 99, "b79 b80"},
		"no more than wanted": {"b", 1, 80, 2, "b1 b2"},
		"an unknown boot":     {"c", 1, 80, 99, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			err := j.Find(t.Context(), c.boot, c.from, c.to, func(e *buffer.Event) bool {
				got = append(got, fmt.Sprintf("%s%d", e.Boot, e.Seq))
				return len(got) < c.max
			})
			if s := strings.Join(got, " "); err != nil || s != c.want {
				t.Errorf("Find(%s, %d, %d) = %s, %v, want %s", c.boot, c.from, c.to, s, err, c.want)
			}
		})
	}
}

func TestOpenJournalRefuses(t *testing.T) {
	if _, err := Open(t.TempDir(), 1000, nil); err == nil {
		t.Error("Open of 1000 bytes = nil, want an error")
	}
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(name, 0, nil); err == nil {
		t.Error("Open of a file = nil, want an error")
	}
}

func BenchmarkJournal(b *testing.B) {
	ring := buffer.NewRing(buffer.Audit, 1000)
	j, err := open(b.TempDir(), 0, nil, &badDisk{})
	if err != nil {
		b.Fatal(err)
	}
	j.follow = ring.Follow(0, portion)
	defer j.close()
	b.ReportAllocs()
	for b.Loop() {
		add(ring, "a", 1)
		if err := j.keep(); err != nil {
			b.Fatal(err)
		}
	}
}
