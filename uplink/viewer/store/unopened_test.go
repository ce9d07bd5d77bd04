package store

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestAStoreWhoseFolderIsNotThereIsToldInWords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	s, err := Open(t.Context(), filepath.Join(dir, "v.db"))
	if err == nil {
		s.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "the folder "+dir+" is not there; it must be, and this program must be allowed to write to it") {
		t.Errorf("Open = %v, want the folder that is missing", err)
	}
}

func TestAStoreThatCannotBeWrittenIsToldInWords(t *testing.T) {
	dir := t.TempDir() // a folder stands where the file should be
	s, err := Open(t.Context(), dir)
	if err == nil {
		s.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "cannot be written; this program must be allowed to") {
		t.Errorf("Open of a folder = %v, want that it cannot be written", err)
	}
}
