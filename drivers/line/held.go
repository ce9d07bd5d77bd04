package line

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// HeldError says that another program has a serial line. Two programs on one line take each other's replies.
type HeldError struct {
	Node    string
	PID     int    // of its holder; 0 = not known
	Program string // the holder's name; "" = not known
}

// Error is "/dev/ttyUSB0 is held by process 412 (minicom)".
func (e *HeldError) Error() string {
	switch {
	case e.PID == 0:
		return e.Node + " is held by another program"
	case e.Program == "":
		return fmt.Sprintf("%s is held by process %d", e.Node, e.PID)
	}
	return fmt.Sprintf("%s is held by process %d (%s)", e.Node, e.PID, e.Program)
}

// claim takes a serial line for this program alone, root's other programs included: flock(2) keeps out programs that ask for it,
// as another agent does, and TIOCEXCL set by somebody else, which root's open(2) passes by, is looked at.
func (d *rawPort) claim() error {
	err := unix.Flock(d.fd, unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return heldBy(d.file.Name(), d.fd)
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", d.file.Name(), err)
	}
	if exclusive, err := unix.IoctlGetInt(d.fd, unix.TIOCGEXCL); err == nil && exclusive != 0 {
		return opener(d.file.Name()) // the lock is ours by now; the claim stays until everybody who has the line open has closed it
	}
	return nil
}

// heldBy names who has the device that fd is open on, as far as that can be seen.
func heldBy(node string, fd int) *HeldError {
	var stat unix.Stat_t
	if unix.Fstat(fd, &stat) == nil {
		if pid := lockHolder(&stat); pid != 0 {
			return named(node, pid)
		}
	}
	return opener(node)
}

// opener names another process that has a device open, as far as one can be seen.
func opener(node string) *HeldError { return named(node, openedBy(node)) }

func named(node string, pid int) *HeldError {
	e := &HeldError{Node: node, PID: pid}
	if name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(e.PID), "comm")); err == nil && e.PID != 0 {
		e.Program = strings.TrimSpace(string(name))
	}
	return e
}

// lockHolder is the process that has a flock(2) of a file, from /proc/locks; 0 if none is seen.
//
//	1: FLOCK  ADVISORY  WRITE 412 00:05:93 0 EOF
func lockHolder(stat *unix.Stat_t) int {
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return 0
	}
	file := fmt.Sprintf("%02x:%02x:%d", unix.Major(stat.Dev), unix.Minor(stat.Dev), stat.Ino)
	for lines := bufio.NewScanner(bytes.NewReader(locks)); lines.Scan(); {
		field := strings.Fields(lines.Text())
		if len(field) > 5 && field[1] == "FLOCK" && field[5] == file {
			if pid, err := strconv.Atoi(field[4]); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}

// openedBy is a process other than this one that has a file open, 0 if none is seen. Other users' processes are seen by root only.
func openedBy(node string) int {
	if real, err := filepath.EvalSymlinks(node); err == nil {
		node = real
	}
	links, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return 0
	}
	for _, link := range links {
		if to, err := os.Readlink(link); err != nil || to != node {
			continue
		}
		pid, err := strconv.Atoi(strings.Split(link, "/")[2])
		if err == nil && pid != os.Getpid() {
			return pid
		}
	}
	return 0
}

// adapterOf identifies the USB adapter behind a device node: its identity, and its place on the bus where it has no serial number;
// "" for what is not on USB.
func adapterOf(sysfs, node string) string {
	if real, err := filepath.EvalSymlinks(node); err == nil {
		node = real
	}
	name := filepath.Base(node)
	p, ok := portInfo(sysfs, filepath.Dir(node), name)
	if !ok || p.VID == "" {
		return ""
	}
	place := p.Serial
	if usb, ok := usbDevice(filepath.Join(sysfs, "class/tty", name, "device")); ok && place == "" {
		place = "at " + filepath.Base(usb)
	}
	return p.VID + ":" + p.PID + " " + place
}
