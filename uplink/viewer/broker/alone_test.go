package broker

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	"pychron-edge/uplink/viewer/held"
)

// Two servers that write one folder spoil it: the second says so, and takes it when the first has ended.
func TestFolderHasOneBroker(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "broker")
	first := start(t, Options{Dir: dir})
	second, err := New(Options{Dir: dir, Listen: "127.0.0.1:0", Prefixes: []string{"pychron"}, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.place(); !errors.Is(err, held.ErrTaken) {
		t.Fatalf("the second broker of %s: %v, want ErrTaken", dir, err)
	}
	first.stop()
	at, err := second.place()
	if err != nil {
		t.Fatalf("after the first ended: %v, want none", err)
	}
	at.remove()
}
