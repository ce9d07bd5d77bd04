package yamlfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pychron-edge/yamlfile"
)

// A pipe in the place of a file is read as long as somebody writes to it, and not waited for where nobody does: a check would not even end by
// Ctrl-C, nor a reload by a stop.
func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		if data, err := yamlfile.Bytes(pipe); err != nil || len(data) != 0 {
			t.Errorf("without a writer: %q, %v, want nothing", data, err)
		}
	}()
	select {
	case <-read:
	case <-time.After(10 * time.Second):
		w, err := os.OpenFile(pipe, os.O_RDWR, 0) // lets it go
		if err != nil {
			t.Fatal(err)
		}
		w.Close()
		<-read
		t.Fatal("without a writer it is waited for")
	}
	w, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	keep, err := os.OpenFile(pipe, os.O_RDONLY|syscall.O_NONBLOCK, 0) // what is written stays, should the writer be done before the reader comes
	if err != nil {
		t.Fatal(err)
	}
	defer keep.Close()
	go func() {
		w.WriteString("agent: {name: a}\n")
		w.WriteString("devices: []\n")
		w.Close()
	}()
	data, err := yamlfile.Bytes(pipe)
	if want := "agent: {name: a}\ndevices: []\n"; err != nil || string(data) != want {
		t.Errorf("with a writer: %q, %v, want %q", data, err, want)
	}
}
