package thrift

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe" // for the address of a mapping

	"golang.org/x/sys/unix"
)

// Of what is mapped singly only those pages are resident that are touched, and they hold what the file has, also after they were given back; when
// the descriptor is closed the kernel does as always.
func TestOnlyTouchedPagesAreMapped(t *testing.T) {
	const around, stretches = 64 << 10, 16
	path := filepath.Join(t.TempDir(), "program")
	data := make([]byte, around*stretches)
	for i := range data {
		data[i] = byte(i / os.Getpagesize())
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := unix.Mmap(int(f.Fd()), 0, len(data), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(m)
	from := uintptr(unsafe.Pointer(&m[0]))
	// touched touches a page of every stretch, and counts the pages that are resident then.
	touched := func() int {
		if err := unix.Madvise(m, unix.MADV_DONTNEED); err != nil {
			t.Fatal(err)
		}
		for at := around / 2; at < len(m); at += around {
			if m[at] != data[at] {
				t.Fatalf("byte %d is %d, want %d as in the file", at, m[at], data[at])
			}
		}
		return residentPages(t, from)
	}
	fd, err := singly([]span{{from, from + uintptr(len(m))}})
	if err != nil {
		t.Skipf("this kernel cannot: %v", err)
	}
	if got := touched(); got != stretches {
		t.Errorf("%d pages touched, %d are resident, want as many", stretches, got)
	}
	if got := touched(); got != stretches {
		t.Errorf("given back and touched again: %d pages are resident, want %d", got, stretches)
	}
	if err := unix.Close(fd); err != nil {
		t.Fatal(err)
	}
	if got := touched(); got <= stretches {
		t.Errorf("%d pages are resident after the descriptor was closed, want more than the %d that are touched", got, stretches)
	}
}

// residentPages are those of the mapping that begins at from.
func residentPages(t *testing.T, from uintptr) int {
	t.Helper()
	var kib int
	if _, err := fmt.Sscan(ofMapping(t, from, "Rss"), &kib); err != nil {
		t.Fatalf("the mapping at %x: %v", from, err)
	}
	return kib << 10 / os.Getpagesize()
}

// ofMapping is what /proc/self/smaps says of the mapping that begins at from, "" where it says nothing.
func ofMapping(t *testing.T, from uintptr, what string) string {
	t.Helper()
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut("\n"+string(smaps), fmt.Sprintf("\n%08x-", from))
	_, rest, _ = strings.Cut(rest, "\n"+what+":")
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// What the kernel refuses is told, and nothing else becomes of it.
func TestSinglyRefused(t *testing.T) {
	memory := &Memory{}
	memory.single([]span{{1, 2}}) // no page begins there
	if err := memory.Refused(); err == nil || !strings.Contains(err.Error(), "userfaultfd") {
		t.Errorf("Refused = %v, want why userfaultfd could not", err)
	}
	if err := memory.GiveBack(); err != nil {
		t.Errorf("GiveBack after that = %v", err)
	}
	b := &Board{Processors: NewProcessors(1, 1, 0, nil), memory: memory}
	if _, _, _, err := b.Status(); err == nil {
		t.Error("the board's status says nothing of it")
	}
}
