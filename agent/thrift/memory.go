package thrift

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// GiveBack gives memory back that is not in use: the heap's, and the pages of the program's own file. Most of those were touched once, at
// the start or for a page, and stay resident for nothing. They are clean and private, code and constants, so that the kernel takes them
// from its cache again, or from the file, when they are touched; nothing is lost.
func GiveBack() error {
	debug.FreeOSMemory()
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return err
	}
	for _, s := range cleanSpans(bytes.NewReader(maps), exe) {
		// By its number, for there is no object of Go's behind these addresses that a slice could be made of.
		if _, _, errno := unix.Syscall(unix.SYS_MADVISE, s.from, s.to-s.from, unix.MADV_DONTNEED); errno != 0 {
			return fmt.Errorf("madvise %x-%x: %w", s.from, s.to, errno)
		}
	}
	return nil
}

// span is a stretch of addresses.
type span struct{ from, to uintptr }

// cleanSpans are the stretches of /proc/self/maps that show the file exe, privately and not to be written: no page of them can differ from
// the file. What may be written is left alone, whether it was or not.
//
//	00400000-00eb2000 r-xp 00000000 fe:00 1311 /usr/bin/pychron-edge-agent
func cleanSpans(maps io.Reader, exe string) []span {
	var all []span
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		f := strings.SplitN(lines.Text(), " ", 6)
		if len(f) < 6 || strings.TrimSpace(f[5]) != exe || f[1] != "r-xp" && f[1] != "r--p" {
			continue
		}
		low, high, _ := strings.Cut(f[0], "-")
		from, err1 := strconv.ParseUint(low, 16, strconv.IntSize)
		to, err2 := strconv.ParseUint(high, 16, strconv.IntSize)
		if err1 == nil && err2 == nil && from < to {
			all = append(all, span{uintptr(from), uintptr(to)})
		}
	}
	return all
}
