package thrift

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const maps = `00400000-00eb2000 r-xp 00000000 fe:00 1311                               /usr/bin/pychron-edge-agent
00eb2000-01b21000 r--p 00ab2000 fe:00 1311                               /usr/bin/pychron-edge-agent
01b21000-01bde000 rw-p 01721000 fe:00 1311                               /usr/bin/pychron-edge-agent
01bde000-01c2f000 rw-p 00000000 00:00 0
01c30000-01c40000 r--s 00000000 fe:00 1311                               /usr/bin/pychron-edge-agent
01c40000-01c50000 r--p 00000000 fe:00 1312                               /usr/lib/other
4000000000-4000400000 rw-p 00000000 00:00 0
7ffd2b5f0000-7ffd2b611000 rw-p 00000000 00:00 0                          [stack]
`

// What may have been written, is shared with others, or is of another file, is not given back.
func TestOnlyCleanPagesOfTheProgram(t *testing.T) {
	want := []span{{0x400000, 0xeb2000}, {0xeb2000, 0x1b21000}}
	if got := cleanSpans(strings.NewReader(maps), "/usr/bin/pychron-edge-agent"); !slices.Equal(got, want) {
		t.Errorf("cleanSpans = %x, want %x", got, want)
	}
	replaced := strings.ReplaceAll(maps, "edge-agent", "edge-agent (deleted)")
	if got := cleanSpans(strings.NewReader(replaced), "/usr/bin/pychron-edge-agent (deleted)"); !slices.Equal(got, want) {
		t.Errorf("cleanSpans of a file that was replaced = %x, want %x", got, want)
	}
}

var written, constant = []string{"one", "two"}, "what the file has"

// The program goes on as it was, and has fewer pages of its file.
func TestGiveBack(t *testing.T) {
	written[1] = "three"
	before := residentFile(t)
	memory := &Memory{}
	if err := memory.GiveBack(); err != nil {
		t.Fatal(err)
	}
	spans, err := programSpans()
	if err != nil || len(spans) == 0 {
		t.Fatalf("programSpans = %x, %v, want those of this test", spans, err)
	}
	for _, s := range spans {
		if flags := ofMapping(t, s.from, "VmFlags"); memory.Refused() == nil && !strings.Contains(flags+" ", " uw ") {
			t.Errorf("flags of %x: %s, want uw: watched by a userfaultfd", s.from, flags)
		}
	}
	if after := residentFile(t); after >= before {
		t.Errorf("pages of files: %d KiB, and %d KiB before, want fewer", after, before)
	}
	if fmt.Sprint(written) != "[one three]" || constant != "what the file has" {
		t.Errorf("written = %q, constant = %q, want them as they were", written, constant)
	}
}

func residentFile(t *testing.T) (kib int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssFile:"); ok {
			fmt.Sscan(rest, &kib)
		}
	}
	return kib
}
