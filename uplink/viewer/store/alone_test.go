package store

import (
	"errors"
	"path/filepath"
	"testing"

	"pychron-edge/uplink/viewer/held"
)

// A second viewer of the same file is refused, and moves nothing aside; whoever only reads is not.
func TestSQLiteFileHasOneWriter(t *testing.T) {
	where := filepath.Join(t.TempDir(), "events.db")
	first := open(t, where)
	if _, err := Open(t.Context(), where); !errors.Is(err, held.ErrTaken) {
		t.Fatalf("the second Open = %v, want ErrTaken", err)
	}
	if _, err := OpenAnew(t.Context(), where, errors.New("damaged"), zero); !errors.Is(err, held.ErrTaken) {
		t.Fatalf("OpenAnew under the first = %v, want ErrTaken", err)
	}
	reader, err := OpenExisting(t.Context(), where)
	if err != nil {
		t.Fatalf("OpenExisting = %v, want none", err)
	}
	reader.Close()
	first.Close()
	open(t, where)
}
