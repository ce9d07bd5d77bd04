package state

import (
	"errors"
	"os"
	"runtime"
	"testing"
	"time"
)

// What is held stays so until it is released, whether or not its holder keeps what Hold gave: the garbage collector closes
// files that nothing refers to.
func TestWhatIsHeldIsNotCollected(t *testing.T) {
	dir := RuntimeDir(t.TempDir())
	if _, err := Hold(dir.PidFile(), "7\n"); err != nil {
		t.Fatal(err)
	}
	swept := make(chan struct{})
	runtime.AddCleanup(new([64]byte), func(c chan struct{}) { close(c) }, swept)
	for swept := swept; swept != nil; {
		runtime.GC()
		select {
		case <-swept:
			swept = nil
		case <-time.After(time.Millisecond):
		}
	}
	runtime.GC()
	if pid, err := Holder(dir.PidFile()); pid != 7 || err != nil {
		t.Errorf("the holder is %d, %v; want 7: nobody released it", pid, err)
	}
}

// Who looks whether a file is held keeps nobody from holding it, and never sees one that has not yet said who it is.
func TestALookIsInNobodysWay(t *testing.T) {
	dir := RuntimeDir(t.TempDir())
	if err := os.WriteFile(dir.PidFile(), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	end, looked := make(chan struct{}), make(chan error)
	for range 2 {
		go func() {
			for {
				select {
				case <-end:
					looked <- nil
					return
				default:
				}
				if pid, err := Holder(dir.PidFile()); err != nil || pid != 0 && pid != 7 {
					looked <- errors.Join(err, errors.New("a look"))
					return
				}
			}
		}()
	}
	for range 300 {
		h, err := Hold(dir.PidFile(), "7\n")
		if err != nil {
			t.Error(err)
			break
		}
		h.Release()
	}
	close(end)
	for range 2 {
		if err := <-looked; err != nil {
			t.Error(err)
		}
	}
}

// A file that cannot be locked is not one that another agent has.
func TestALockThatCannotBeHad(t *testing.T) {
	f, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := lockNow(f); err != nil {
		t.Errorf("the lock of a directory = %v, want it", err)
	}
	f.Close()
	if err := lockNow(f); err == nil || errors.Is(err, ErrTaken) {
		t.Errorf("the lock of what is closed = %v, want why, and not that it is taken", err)
	}
}
