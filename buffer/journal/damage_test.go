package journal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"pychron-edge/buffer"
)

// A damaged record that still reads as an event is not believed: only the checksum tells.
func TestDamageThatReadsAsAnEventIsNoEvent(t *testing.T) {
	dir := t.TempDir()
	path, whole := segmentOf(t, dir, 3)
	damaged := bytes.Replace(whole, []byte(`"seq":3`), []byte(`"seq":7`), 1)
	if bytes.Equal(damaged, whole) {
		t.Fatalf("%q has no third event", whole)
	}
	if err := os.WriteFile(path, damaged, 0o640); err != nil {
		t.Fatal(err)
	}
	if got := held(t, dir); got != "a1 a2" {
		t.Errorf("journal holds %s, want a1 a2 without the damaged one", got)
	}
}

// What a failed write left in the file goes before the next is written behind it, or nothing after it could be read.
func TestTheTornPartOfAFailedWriteGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, d, ring := t.TempDir(), &badDisk{}, buffer.NewRing(buffer.Audit, 20)
		j, stop := running(t, dir, 0, d, ring)
		add(ring, "a", 2)
		if err := j.Wait(t.Context(), 2); err != nil {
			t.Fatal(err)
		}
		size := j.State().Bytes
		time.Sleep(2 * syncEvery)
		d.set(true, false)
		add(ring, "a", 1) // half of its record is written
		if err := j.Wait(t.Context(), 3); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Wait(3) = %v, want that the disk is full", err)
		}
		info, err := os.Stat(filepath.Join(dir, "0000000000000001.journal"))
		if err != nil || info.Size() != size {
			t.Errorf("the file has %d bytes after a failed write, %v, want the %d that were synced", info.Size(), err, size)
		}
		d.set(false, false)
		time.Sleep(2 * retryEvery)
		add(ring, "a", 2)
		if err := j.Wait(t.Context(), 5); err != nil {
			t.Error(err)
		}
		if err := stop(); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
		if got := held(t, dir); got != "a1 a2 a3 a4 a5" {
			t.Errorf("journal holds %s, want a1 .. a5, each once", got)
		}
	})
}
