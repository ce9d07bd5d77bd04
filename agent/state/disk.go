package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Disk is one directory of small files, in the steps a power cut can come between. Until Sync the bytes of a file may be
// lost, and until SyncDir its name.
type Disk interface {
	Open() error // makes the directory where there is none, and keeps every other process out; every name in it lasts
	Close()
	List() ([]string, error)
	Read(name string) ([]byte, error)
	Write(name string, data []byte) error // over what is there
	Sync(name string) error
	Rename(old, to string) error
	Exchange(next, name string) error // what is at next is at name, and what was there, if anything, is at next or gone
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
	if err := lockNow(f); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", d.path, err)
	}
	d.held = f
	return f.Sync()
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

func (d *directory) file(name string) string          { return filepath.Join(d.path, name) }
func (d *directory) Read(name string) ([]byte, error) { return os.ReadFile(d.file(name)) }
func (d *directory) Rename(old, to string) error      { return os.Rename(d.file(old), d.file(to)) }
func (d *directory) Remove(name string) error         { return os.Remove(d.file(name)) }
func (d *directory) SyncDir() error                   { return d.held.Sync() }

// Write writes over a file in its place, and tells the kernel to begin: what is written together is then synced together.
func (d *directory) Write(name string, data []byte) error {
	f, err := os.OpenFile(d.file(name), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	about, err := f.Stat()
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if about.Size() > int64(len(data)) {
		if err := f.Truncate(int64(len(data))); err != nil {
			return err
		}
	}
	_ = unix.SyncFileRange(int(f.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE) // Sync is what counts
	return nil
}

// Exchange renames where the file system cannot exchange, or where there is nothing to exchange with.
func (d *directory) Exchange(next, name string) error {
	if unix.Renameat2(unix.AT_FDCWD, d.file(next), unix.AT_FDCWD, d.file(name), unix.RENAME_EXCHANGE) == nil {
		return nil
	}
	return d.Rename(next, name)
}

func (d *directory) Sync(name string) error {
	f, err := os.OpenFile(d.file(name), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
