package journal

import (
	"bytes"
	"encoding/binary"
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

	"pychron-edge/buffer"
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

// segmentOf stores n events a1, a2, ... in one segment, and returns its file and what is in it.
func segmentOf(t *testing.T, dir string, n int) (path string, whole []byte) {
	t.Helper()
	ring := buffer.NewRing(buffer.Audit, 100)
	_, stop := running(t, dir, 0, osDisk{}, ring)
	add(ring, "a", n)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "0000000000000001.journal")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, whole
}

func TestTornTailIsCut(t *testing.T) {
	dir := t.TempDir()
	path, whole := segmentOf(t, dir, 3)
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
	next := buffer.NewRing(buffer.Audit, 10)
	_, stop := running(t, dir, 0, osDisk{}, next)
	add(next, "b", 1)
	if err := stop(); err != nil || held(t, dir) != "a1 a2 b1" {
		t.Errorf("after the cut: %v, holds %q, want a1 a2 b1", err, held(t, dir))
	}
}

// A bit that flips on the card costs the record it is in, and nothing that was acknowledged before or after it; what is read is what was written.
func TestDamageCostsTheRecordItIsIn(t *testing.T) {
	dir := t.TempDir()
	path, whole := segmentOf(t, dir, 20)
	var ends []int
	for at := 0; at < len(whole); ends = append(ends, at) {
		at += recordHead + int(binary.LittleEndian.Uint32(whole[at:]))
	}
	rapid.Check(t, func(rt *rapid.T) {
		data := bytes.Clone(whole)
		for range rapid.IntRange(1, 5).Draw(rt, "errors") {
			data[rapid.IntRange(0, len(data)-1).Draw(rt, "at")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "bits"))
		}
		if err := os.WriteFile(path, data, 0o640); err != nil {
			rt.Fatal(err)
		}
		var want []string
		for n, start := 0, 0; n < len(ends); n, start = n+1, ends[n] {
			if bytes.Equal(data[start:ends[n]], whole[start:ends[n]]) {
				want = append(want, fmt.Sprintf("a%d", n+1))
			}
		}
		if got := held(t, dir); got != strings.Join(want, " ") {
			rt.Fatalf("holds %q, want %q", got, want)
		}
	})
	data := bytes.Clone(whole)
	data[ends[9]+recordHead+5] ^= 4
	if err := os.WriteFile(path, data, 0o640); err != nil {
		t.Fatal(err)
	}
	j, err := Open(dir, 0, nil)
	if err != nil || j.State().Damaged != 1 || j.State().Bytes != int64(len(whole)) {
		t.Errorf("%+v, %v, want one damaged segment, whole", j.State(), err)
	}
	next := buffer.NewRing(buffer.Audit, 10)
	_, stop := running(t, dir, 0, osDisk{}, next)
	add(next, "b", 1)
	if err := stop(); err != nil || !strings.HasSuffix(held(t, dir), "a10 a12 a13 a14 a15 a16 a17 a18 a19 a20 b1") {
		t.Errorf("%v, holds %q, want all but a11, and what came after", err, held(t, dir))
	}
	found := ""
	if err := j.Find(t.Context(), "a", 1, 100, func(e *buffer.Event) bool { found += fmt.Sprintf("%s%d ", e.Boot, e.Seq); return true }); err != nil || !strings.Contains(found, "a12 ") {
		t.Errorf("found %q, %v, want what is behind the damage, too", found, err)
	}
}

func TestDamageInTheMiddleLosesOneSegment(t *testing.T) {
	dir := t.TempDir()
	ring := buffer.NewRing(buffer.Audit, 4096)
	j, stop := running(t, dir, minSize, osDisk{}, ring)
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
	again, err := Open(dir, minSize, func(*buffer.Event) { n++ })
	if s := again.State(); err != nil || n == 0 || n >= 150 || s.Damaged != 1 {
		t.Errorf("%d events, %+v, %v, want those of the other segments and 1 damaged", n, s, err)
	}
}

func TestFullDiskIsReportedAndNotFatal(t *testing.T) {
	for name, stuck := range map[string]bool{"full": false, "full, and it cannot be cut": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir, d, ring := t.TempDir(), &badDisk{}, buffer.NewRing(buffer.Audit, 20)
				j, stop := running(t, dir, 0, d, ring)
				add(ring, "a", 2)
				if err := j.Wait(t.Context(), 2); err != nil {
					t.Fatal(err)
				}
				d.set(true, stuck)
				add(ring, "a", 2)
				err := j.Wait(t.Context(), 4)
				if !errors.Is(err, ErrNotOnDisk) || !errors.Is(err, syscall.ENOSPC) || !errors.Is(j.State().Err, syscall.ENOSPC) {
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
		dir, d, ring := t.TempDir(), &badDisk{}, buffer.NewRing(buffer.Audit, 20)
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
		d, ring := &badDisk{}, buffer.NewRing(buffer.Audit, 4096)
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
