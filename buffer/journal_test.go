package buffer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// badDisk is a real disk that fails when told to, and counts.
type badDisk struct {
	osDisk
	mu    sync.Mutex
	full  bool // writes fail, half done
	stuck bool // syncs and truncations fail
	syncs int
}

type badFile struct {
	file
	d *badDisk
}

func (d *badDisk) set(full, stuck bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full, d.stuck = full, stuck
}

func (d *badDisk) Append(path string) (file, error) {
	f, err := d.osDisk.Append(path)
	return &badFile{f, d}, err
}

func (d *badDisk) Truncate(path string, size int64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stuck {
		return syscall.EIO
	}
	return d.osDisk.Truncate(path, size)
}

func (f *badFile) Write(b []byte) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.full {
		n, _ := f.file.Write(b[:len(b)/2])
		return n, syscall.ENOSPC
	}
	return f.file.Write(b)
}

func (f *badFile) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.syncs++
	if f.d.stuck {
		return syscall.EIO
	}
	return nil
}

// held is the Seq of what a journal in dir holds.
func held(t testing.TB, dir string) string {
	t.Helper()
	var out []string
	if _, err := OpenJournal(dir, 0, func(e *Event) { out = append(out, fmt.Sprintf("%s%d", e.Boot, e.Seq)) }); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// running is a journal that follows a ring, until stop.
func running(t testing.TB, dir string, size int64, d disk, ring *Ring) (*Journal, func() error) {
	t.Helper()
	j, err := openJournal(dir, size, nil, d)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	from := ring.Stats().Position
	go func() { end <- j.Run(ctx, ring, from) }()
	return j, sync.OnceValue(func() error { cancel(); return <-end })
}

func add(ring *Ring, boot string, n int) {
	for range n {
		ring.Append(&Event{Source: "line1", Boot: boot, Kind: Command, Metric: "commands_total", Note: strings.Repeat("n", 100)})
	}
}

func TestJournalKeepsWhatHappened(t *testing.T) {
	dir := t.TempDir()
	for _, boot := range []string{"a", "b"} {
		ring := NewRing(Audit, 100)
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
	ring := NewRing(Audit, 4096)
	j, stop := running(t, dir, smallestJournal, osDisk{}, ring)
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
	if s := j.State(); bytes > smallestJournal || bytes < smallestJournal/2 || s.Bytes != bytes || s.Segments != len(files) {
		t.Errorf("%d bytes in %d files with State %+v, want at most %d and more than half of it", bytes, len(files), s, smallestJournal)
	}
	got := strings.Fields(held(t, dir))
	if last := got[len(got)-1]; last != "a2000" || got[0] == "a1" || len(got) < 100 {
		t.Errorf("journal holds %d from %s to %s, want the last, to a2000", len(got), got[0], last)
	}
}

// Wherever power was cut, what is whole is kept, and the journal can be written on.
func TestTornTailIsCut(t *testing.T) {
	dir := t.TempDir()
	ring := NewRing(Audit, 100)
	_, stop := running(t, dir, 0, osDisk{}, ring)
	add(ring, "a", 3)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "0000000000000001.journal")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	record := len(whole) / 3
	for cut := range len(whole) {
		if err := os.WriteFile(path, whole[:cut], 0o640); err != nil {
			t.Fatal(err)
		}
		want := strings.Join([]string{"a1", "a2", "a3"}[:cut/record], " ")
		if got := held(t, dir); got != want {
			t.Fatalf("cut at %d of %d: holds %q, want %q", cut, len(whole), got, want)
		}
		if info, err := os.Stat(path); err != nil || info.Size() != int64(cut/record*record) {
			t.Fatalf("cut at %d: %v bytes left, want %d", cut, info.Size(), cut/record*record)
		}
	}
	next := NewRing(Audit, 10)
	_, stop = running(t, dir, 0, osDisk{}, next)
	add(next, "b", 1)
	if err := stop(); err != nil || held(t, dir) != "a1 a2 b1" {
		t.Errorf("after the cut: %v, holds %q, want a1 a2 b1", err, held(t, dir))
	}
}

// Whatever bytes are damaged: no event comes back that was not written, and each at most once.
func TestDamageInventsNothing(t *testing.T) {
	dir := t.TempDir()
	ring := NewRing(Audit, 100)
	_, stop := running(t, dir, 0, osDisk{}, ring)
	add(ring, "a", 20)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "0000000000000001.journal")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		data := bytes.Clone(whole)
		for range rapid.IntRange(1, 5).Draw(rt, "errors") {
			data[rapid.IntRange(0, len(data)-1).Draw(rt, "at")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "bits"))
		}
		if err := os.WriteFile(path, data, 0o640); err != nil {
			rt.Fatal(err)
		}
		for i, got := range strings.Fields(held(t, dir)) {
			if want := fmt.Sprintf("a%d", i+1); got != want {
				rt.Fatalf("event %d is %s, want %s", i+1, got, want)
			}
		}
	})
}

func TestDamageInTheMiddleLosesOneSegment(t *testing.T) {
	dir := t.TempDir()
	ring := NewRing(Audit, 4096)
	j, stop := running(t, dir, smallestJournal, osDisk{}, ring)
	for range 3 {
		add(ring, "a", 50)
		if err := j.Wait(t.Context(), ring.Stats().Position); err != nil {
			t.Fatal(err)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "0000000000000001.journal"), 100); err != nil {
		t.Fatal(err)
	}
	n := 0
	again, err := OpenJournal(dir, smallestJournal, func(*Event) { n++ })
	if s := again.State(); err != nil || n == 0 || n >= 150 || s.Damaged != 1 {
		t.Errorf("%d events, %+v, %v, want those of the other segments and 1 damaged", n, s, err)
	}
}

func TestFullDiskIsReportedAndNotFatal(t *testing.T) {
	for name, stuck := range map[string]bool{"full": false, "full, and it cannot be cut": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir, d, ring := t.TempDir(), &badDisk{}, NewRing(Audit, 20)
				j, stop := running(t, dir, 0, d, ring)
				add(ring, "a", 2)
				if err := j.Wait(t.Context(), 2); err != nil {
					t.Fatal(err)
				}
				d.set(true, stuck)
				add(ring, "a", 2)
				err := j.Wait(t.Context(), 4)
				if !errors.Is(err, ErrJournal) || !errors.Is(err, syscall.ENOSPC) || !errors.Is(j.State().Err, syscall.ENOSPC) {
					t.Errorf("Wait(4) = %v, State %+v, want that the disk is full", err, j.State())
				}
				add(ring, "a", 30)
				d.set(false, false)
				time.Sleep(2 * retryEvery)
				synctest.Wait()
				if s := j.State(); s.Err != nil || s.Synced != 34 || s.Lost != 12 {
					t.Errorf("State after there is room = %+v, want 34 synced, 12 of them overwritten before", s)
				}
				if err := stop(); err != nil {
					t.Errorf("Run = %v, want nil", err)
				}
				got := strings.Replace(held(t, dir), " a3 ", " ", 1) // whole in the half that was written
				if !strings.HasPrefix(got, "a1 a2 a15 a16 ") || !strings.HasSuffix(got, " a34") || len(strings.Fields(got)) != 22 {
					t.Errorf("journal holds %s, want a1 a2 a15 .. a34", got)
				}
			})
		})
	}
}

func TestFailedSyncIsWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, d, ring := t.TempDir(), &badDisk{}, NewRing(Audit, 20)
		j, stop := running(t, dir, 0, d, ring)
		d.set(false, true)
		add(ring, "a", 3)
		if err := j.Wait(t.Context(), 3); !errors.Is(err, syscall.EIO) {
			t.Errorf("Wait(3) = %v, want an I/O error", err)
		}
		d.set(false, false)
		time.Sleep(2 * retryEvery)
		if err := j.Wait(t.Context(), 3); err != nil {
			t.Errorf("Wait(3) when the disk is well = %v, want nil", err)
		}
		if err := stop(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if got := held(t, dir); got != "a1 a2 a3" {
			t.Errorf("journal holds %s, want a1 a2 a3, each once", got)
		}
	})
}

func TestSyncsAreGrouped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, ring := &badDisk{}, NewRing(Audit, 4096)
		_, stop := running(t, t.TempDir(), 0, d, ring)
		for range 1000 {
			add(ring, "a", 1)
			time.Sleep(time.Millisecond)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if d.syncs < 19 || d.syncs > 22 {
			t.Errorf("%d syncs for 1000 events in 1 s, want one in 50 ms", d.syncs)
		}
	})
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, boot := range []string{"a", "b"} {
		ring := NewRing(Audit, 4096)
		j, stop := running(t, dir, smallestJournal, osDisk{}, ring)
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
	j, err := OpenJournal(dir, smallestJournal, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		boot     string
		from, to uint64
		most     int
		want     string
	}{
		"some of one boot":    {"a", 38, 42, 99, "a38 a39 a40 a41 a42"},
		"beyond the end":      {"b", 79, 1 << 60, 99, "b79 b80"},
		"no more than wanted": {"b", 1, 80, 2, "b1 b2"},
		"an unknown boot":     {"c", 1, 80, 99, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			err := j.Find(t.Context(), c.boot, c.from, c.to, func(e *Event) bool {
				got = append(got, fmt.Sprintf("%s%d", e.Boot, e.Seq))
				return len(got) < c.most
			})
			if s := strings.Join(got, " "); err != nil || s != c.want {
				t.Errorf("Find(%s, %d, %d) = %s, %v, want %s", c.boot, c.from, c.to, s, err, c.want)
			}
		})
	}
}

func TestOpenJournalRefuses(t *testing.T) {
	if _, err := OpenJournal(t.TempDir(), 1000, nil); err == nil {
		t.Error("OpenJournal of 1000 bytes = nil, want an error")
	}
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenJournal(name, 0, nil); err == nil {
		t.Error("OpenJournal of a file = nil, want an error")
	}
}

func BenchmarkJournal(b *testing.B) {
	ring := NewRing(Audit, 1000)
	j, err := openJournal(b.TempDir(), 0, nil, &badDisk{})
	if err != nil {
		b.Fatal(err)
	}
	defer j.close()
	b.ReportAllocs()
	for b.Loop() {
		add(ring, "a", 1)
		if err := j.keep(ring); err != nil {
			b.Fatal(err)
		}
	}
}
