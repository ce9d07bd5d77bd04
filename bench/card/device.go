package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// sector is the unit in which the kernel counts what a block device wrote, whatever the device's own is.
const sector = 512

// device is a card: a file system on a block device that nothing else uses.
type device struct {
	at   string // where it is mounted
	stat string // what the kernel counts of it
}

// insert makes an empty card of 512 MiB and mounts it as a board has its root: relatime, written back every 5 s.
func insert(at string) (*device, error) {
	image := at + ".ext4"
	f, err := os.Create(image)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := f.Truncate(512 << 20); err != nil {
		return nil, err
	}
	// Nothing is left to be written later by the kernel itself.
	for _, args := range [][]string{
		{"mkfs.ext4", "-q", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", image},
		{"mkdir", at},
		{"mount", "-o", "loop,relatime", image, at},
		{"chmod", "777", at},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, out)
		}
	}
	d := &device{at: at}
	var about unix.Stat_t
	if err := unix.Stat(at, &about); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	d.stat = fmt.Sprintf("/sys/dev/block/%d:%d/stat", unix.Major(about.Dev), unix.Minor(about.Dev))
	return d, nil
}

// written is how many bytes the device has written since it was there, with all that waited: a file system that is frozen has nothing left that is
// in its own journal alone.
func (d *device) written() (int64, error) {
	root, err := os.Open(d.at)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	const freeze, thaw = 0xc0045877, 0xc0045878 // FIFREEZE, FITHAW
	for _, request := range []uint{freeze, thaw} {
		if err := unix.IoctlSetInt(int(root.Fd()), request, 0); err != nil {
			return 0, fmt.Errorf("%s: %w", d.at, err)
		}
	}
	text, err := os.ReadFile(d.stat)
	if err != nil {
		return 0, err
	}
	const sectorsWritten = 6 // Documentation/block/stat.rst
	fields := strings.Fields(string(text))
	if len(fields) <= sectorsWritten {
		return 0, fmt.Errorf("%s: %d fields", d.stat, len(fields))
	}
	n, err := strconv.ParseInt(fields[sectorsWritten], 10, 64)
	return n * sector, err
}

func (d *device) remove() error {
	if out, err := exec.Command("umount", d.at).CombinedOutput(); err != nil {
		return fmt.Errorf("umount %s: %w: %s", filepath.Base(d.at), err, out)
	}
	return nil
}
