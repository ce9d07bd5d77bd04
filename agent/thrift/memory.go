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
	"sync"

	"golang.org/x/sys/unix"
)

// Memory is that of this process.
type Memory struct {
	mu      sync.Mutex
	asked   bool  // the kernel was asked to map what is touched alone
	refused error // why it does not; nil if it does, or was not asked
}

// GiveBack gives memory back that is not in use: the heap's, and the pages of the program's own file. Most of those were touched once, at
// the start or for a page, and stay resident for nothing. They are clean and private, code and constants, so that the kernel takes them
// from its cache again, or from the file, when they are touched; nothing is lost. From the first time on the kernel maps only those that are
// touched, where it can (see singly): not before, for a start touches most of what it maps.
func (m *Memory) GiveBack() error {
	debug.FreeOSMemory()
	spans, err := programSpans()
	if err != nil {
		return err
	}
	m.single(spans)
	for _, s := range spans {
		// By its number, for there is no object of Go's behind these addresses that a slice could be made of.
		if _, _, errno := unix.Syscall(unix.SYS_MADVISE, s.from, s.to-s.from, unix.MADV_DONTNEED); errno != 0 {
			return fmt.Errorf("madvise %x-%x: %w", s.from, s.to, errno)
		}
	}
	return nil
}

// single asks once. The descriptor lives as long as the process: what it stands for ends when it is closed.
func (m *Memory) single(spans []span) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.asked {
		m.asked = true
		_, m.refused = singly(spans)
	}
}

// Refused is why pages of the program's file around those that are touched stay resident with them; nil if they do not, or if nothing was
// given back yet.
func (m *Memory) Refused() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.refused
}

// programSpans are the stretches of addresses that show the program's own file and cannot differ from it.
func programSpans() ([]span, error) {
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return nil, err
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return nil, err
	}
	return cleanSpans(bytes.NewReader(maps), exe), nil
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
