//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// disk is a small file system of its own, that can be full and read-only.
type disk struct {
	dir   string
	fills int // faults that keep it full
	locks int // faults that keep it read-only
}

// newDisk mounts a file system in memory, of so many megabytes, until the test ends.
func newDisk(t *testing.T, parent, name string, megabytes int) *disk {
	t.Helper()
	dir := filepath.Join(parent, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("edge-chaos", dir, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=755", megabytes)); err != nil {
		t.Fatalf("mounting a disk that can be full: %v; chaos must be run as root", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmounting %s: %v", dir, err)
		}
	})
	return &disk{dir: dir}
}

func (d *disk) filler() string { return filepath.Join(d.dir, "filler") }

// fill leaves no byte free.
func (d *disk) fill() error {
	if d.fills++; d.fills > 1 {
		return nil
	}
	if d.locks > 0 {
		return syscall.EROFS
	}
	f, err := os.Create(d.filler())
	if err != nil {
		return err
	}
	defer f.Close()
	for block := make([]byte, 1<<16); len(block) > 0; {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
		} else if err != nil {
			return err
		}
	}
	return nil
}

// empty ends fill; where it is read-only just now, what filled it goes when that ends.
func (d *disk) empty() error {
	d.fills--
	return d.clear()
}

func (d *disk) clear() error {
	if d.fills > 0 || d.locks > 0 {
		return nil
	}
	err := os.Remove(d.filler())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// protect makes it read-only, which the kernel refuses while a file of it is open for writing.
func (d *disk) protect() error {
	err := syscall.Mount("", d.dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
	if err == nil {
		d.locks++
	}
	return err
}

func (d *disk) unprotect() error {
	if d.locks--; d.locks > 0 {
		return nil
	}
	if err := syscall.Mount("", d.dir, "", syscall.MS_REMOUNT, ""); err != nil {
		return err
	}
	return d.clear()
}
