package journal

import (
	"bytes"
	"io"
	"os"
	"syscall"
	"testing"
	"testing/iotest"

	"pychron-edge/buffer"
)

// sickDisk is a real disk that gives no more than the first bytes of a file.
type sickDisk struct {
	osDisk
	bytes int64
}

func (d sickDisk) Read(path string) (io.ReadCloser, error) {
	f, err := d.osDisk.Read(path)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(f, d.bytes), iotest.ErrReader(syscall.EIO)), f}, nil
}

// What a disk does not give at one start stays on it, and what is written after it is found as well.
func TestWhatCannotBeReadIsNotCutOff(t *testing.T) {
	dir := t.TempDir()
	path, whole := segmentOf(t, dir, 6)
	ring := buffer.NewRing(buffer.Audit, 100)
	j, stop := running(t, dir, 0, sickDisk{bytes: int64(len(whole) / 2)}, ring)
	if n := j.State().Damaged; n != 1 {
		t.Errorf("%d damaged segments, want 1", n)
	}
	add(ring, "b", 2)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || !bytes.Equal(data, whole) {
		t.Errorf("the segment has %d bytes, %v, want the %d that were there", len(data), err, len(whole))
	}
	if got := held(t, dir); got != "a1 a2 a3 a4 a5 a6 b1 b2" {
		t.Errorf("journal holds %s, want a1 to a6, b1 and b2", got)
	}
}
