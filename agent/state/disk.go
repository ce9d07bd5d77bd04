package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// Disk is one directory of small files, in the steps a power cut can come between. Until Sync the bytes of a file may be
// lost, and until SyncDir its name.
type Disk interface {
	Open() error // makes the directory where there is none, and keeps every other process out
	Close()
	List() ([]string, error)
	Read(name string) ([]byte, error)
	Write(name string, data []byte) error
	Sync(name string) error
	Rename(old, to string) error
	Remove(name string) error
	SyncDir() error
}

// directory is a Disk on a real file system. Only the user of the agent reads it.
type directory struct {
	path string
	held *os.File
}

// NewDisk is the directory at path. It is not touched until it is opened.
func NewDisk(path string) Disk { return &directory{path: path} }

var errNoState = errors.New("there is no home directory to keep a state in; must be named by -state")

// Open makes the directory and locks it. The kernel gives the lock up when the process ends, however it ends.
func (d *directory) Open() error {
	if d.path == "" {
		return errNoState
	}
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return err
	}
	f, err := os.Open(d.path)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", d.path, ErrTaken)
	}
	d.held = f
	return nil
}

func (d *directory) Close() {
	if d.held != nil {
		d.held.Close()
	}
}

func (d *directory) List() ([]string, error) {
	entries, err := os.ReadDir(d.path)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (d *directory) file(name string) string           { return filepath.Join(d.path, name) }
func (d *directory) Read(name string) ([]byte, error)  { return os.ReadFile(d.file(name)) }
func (d *directory) Rename(old, to string) error       { return os.Rename(d.file(old), d.file(to)) }
func (d *directory) Remove(name string) error          { return os.Remove(d.file(name)) }
func (d *directory) Write(name string, b []byte) error { return os.WriteFile(d.file(name), b, 0o600) }
func (d *directory) SyncDir() error                    { return d.held.Sync() }

func (d *directory) Sync(name string) error {
	f, err := os.OpenFile(d.file(name), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
