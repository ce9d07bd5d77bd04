package held_test

import (
	"errors"
	"path/filepath"
	"testing"

	"pychron-edge/uplink/viewer/held"
)

func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := held.Take(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := held.Take(path); !errors.Is(err, held.ErrTaken) {
		t.Errorf("the second has it, too: %v, want ErrTaken", err)
	}
	first.Release()
	second, err := held.Take(path)
	if err != nil {
		t.Fatalf("after the first gave it up: %v, want none", err)
	}
	second.Release()
}

func TestFolderThatIsNotThereKeepsNobodyOut(t *testing.T) {
	lock, err := held.Take(filepath.Join(t.TempDir(), "absent", "lock"))
	if err != nil {
		t.Errorf("error %v, want none: whoever writes there will say it", err)
	}
	lock.Release()
}
