package state

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var errIO = errors.New("input/output error")

// failing is a disk on which some operations fail.
type failing struct {
	*memoryDisk
	read, list, rename, remove error
}

func (d *failing) Read(name string) ([]byte, error) {
	if d.read != nil {
		return nil, d.read
	}
	return d.memoryDisk.Read(name)
}

func (d *failing) List() ([]string, error) {
	names, err := d.memoryDisk.List()
	return names, errors.Join(err, d.list)
}

func (d *failing) Rename(old, to string) error {
	if d.rename != nil {
		return d.rename
	}
	return d.memoryDisk.Rename(old, to)
}

func (d *failing) Remove(name string) error {
	if d.remove != nil {
		return d.remove
	}
	if d.names[name] == nil {
		return fs.ErrNotExist
	}
	return d.memoryDisk.Remove(name)
}

// What a document may be called and hold, and what is told where it may not.
func TestDocumentsThatCannotBeWritten(t *testing.T) {
	for name, want := range map[string]string{
		"locks": "", "a-b_c.1": "", "_a": "", strings.Repeat("a", 128): "", strings.Repeat("a", 129): "must be letters", "": "must be letters", "a/b": "must be letters", ".a": "must be letters", "-a": "must be letters", "a b": "must be letters",
	} {
		s := opened(t, newMemoryDisk())
		s.Save(name, 1)
		if err := s.Flush(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("a document called %q: %v, want %q", name, err, want)
		}
	}
	for want, from := range map[string]func() any{
		"document one is provided by nobody": nil, "document one: json: unsupported type: chan int": func() any { return make(chan int) },
		"document one: it is 2097153 bytes long; must be at most 2097152": func() any { return strings.Repeat("x", maxDocument-1) }, "": func() any { return strings.Repeat("x", maxDocument-2) },
	} {
		d := newMemoryDisk()
		s := opened(t, d)
		s.Save("other", 1)
		s.Provide("one", from)
		s.Touch("one")
		if err := s.Flush(); fmt.Sprint(err) != want && !(want == "" && err == nil) {
			t.Errorf("of %q: %v", want, err)
		}
		if d.names["other.json"] == nil || (d.names["one.json"] != nil) != (want == "") {
			t.Errorf("of %q the files are %d, want the other document beside it", want, len(d.names))
		}
	}
}

// A file is filled up to a multiple of 512 bytes with spaces, and ends a line.
func TestTheLengthOfAFile(t *testing.T) {
	lengths := map[int]int{}
	for n := range 1200 {
		data, err := encode(strings.Repeat("x", n))
		if err != nil || len(data)%512 != 0 || data[len(data)-1] != '\n' {
			t.Fatalf("%d bytes make %d, %v, ending in %q; want a multiple of 512 and a line", n, len(data), err, data[len(data)-1])
		}
		lengths[len(data)]++
		got := ""
		if err := decode(data, &got); err != nil || len(got) != n {
			t.Fatalf("%d bytes are read as %d, %v", n, len(got), err)
		}
	}
	if lengths[1024] != 512 {
		t.Errorf("lengths %v, want 512 that fit into 1024 bytes", lengths)
	}
}

func TestWhatIsDamaged(t *testing.T) {
	sum := func(data string) uint32 { return crc32.ChecksumIEEE([]byte(data)) }
	for text, want := range map[string]string{
		fmt.Sprintf(`{"version":1,"crc32":%d,"data":7}`, sum("7")):           "",
		fmt.Sprintf(`{"version":2,"crc32":%d,"data":7}`, sum("7")):           "it has version 2; must be 1",
		fmt.Sprintf(`{"version":0,"crc32":%d,"data":7}`, sum("7")):           "it has version 0; must be 1",
		fmt.Sprintf(`{"version":1,"crc32":%d,"data":8}`, sum("7")):           fmt.Sprintf("its checksum is %d; must be %d", sum("8"), sum("7")),
		fmt.Sprintf(`{"version":1,"crc32":%d,"data":"text"}`, sum(`"text"`)): "cannot unmarshal string",
		"{": "unexpected end",
	} {
		d := &failing{memoryDisk: newMemoryDisk()}
		d.Write("one.json", []byte(text))
		s, got := opened(t, d), 0
		err := s.Load("one", &got)
		if (err == nil) != (want == "") || err != nil && (!errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), want)) || want == "" && got != 7 {
			t.Errorf("%s is read as %d, %v; want %q", text, got, err, want)
		}
		if names, _ := d.List(); len(names) != 1 || (names[0] == "one.json") != (want == "") {
			t.Errorf("after %s there is %q", text, names)
		}
	}
}

// A document that the disk does not give is damaged too; where it cannot be set aside that is told.
func TestDisksThatDoNotRead(t *testing.T) {
	d := &failing{memoryDisk: newMemoryDisk(), read: errIO}
	d.Write("one.json", []byte("x"))
	if err := opened(t, d).Load("one", new(int)); !errors.Is(err, ErrDamaged) || !errors.Is(err, errIO) || d.names["one.json"] != nil {
		t.Errorf("Load = %v, want it damaged and set aside", err)
	}
	d = &failing{memoryDisk: newMemoryDisk(), rename: errors.New("read-only")}
	d.Write("one.json", []byte("x"))
	if err := opened(t, d).Load("one", new(int)); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "it could not be set aside: read-only") {
		t.Errorf("Load = %v, want that it could not be set aside", err)
	}
	d = &failing{memoryDisk: newMemoryDisk(), read: fs.ErrNotExist}
	if err := opened(t, d).Load("one", new(int)); err != nil {
		t.Errorf("Load of what is not there = %v", err)
	}
}

// Of what was set aside the newest are kept, whatever they are called; nothing else is removed, and nothing where the disk does not say what there is.
func TestWhatWasSetAsideIsPruned(t *testing.T) {
	make := func() *failing {
		d := &failing{memoryDisk: newMemoryDisk()}
		for n := range 10 {
			d.Write(fmt.Sprintf("%c.damaged-2026112%dT120000.000Z", 'z'-n, n), nil)
		}
		d.Write("damaged.json", nil)
		return d
	}
	d := make()
	prune(d)
	names, _ := d.List()
	slices.Sort(names)
	if len(names) != 9 || !slices.Contains(names, "damaged.json") || slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, "z") || strings.HasPrefix(n, "y") }) {
		t.Errorf("left %q, want all but the two oldest", names)
	}
	d = make()
	d.list = errIO
	if prune(d); len(d.names) != 11 {
		t.Errorf("left %d files of a disk that does not say what there is", len(d.names))
	}
}

// Where a change of names may not have lasted, the file beside a document is left alone, and the next version is a file of its own.
func TestWhatIsWrittenAfterADirectoryFailed(t *testing.T) {
	d := &failing{memoryDisk: newMemoryDisk()}
	s := opened(t, d)
	value := 0
	s.Provide("one", func() any { value++; return value })
	flush := func() error { s.Touch("one"); return s.Flush() }
	if err := flush(); err != nil {
		t.Fatal(err)
	}
	d.failAt = d.steps + 4 // the directory
	if err := flush(); err == nil || !strings.Contains(err.Error(), "write one: input/output error") {
		t.Errorf("a directory that fails = %v", err)
	}
	was := d.names["one.new"]
	if err := flush(); err != nil || d.names["one.json"] == was || d.names["one.new"] == was {
		t.Errorf("after a directory failed = %v, want a file of its own", err)
	}
	was = d.names["one.new"]
	if err := flush(); err != nil || d.names["one.json"] != was {
		t.Errorf("once it lasts = %v, want the two to change places again", err)
	}
	d.failAt = d.steps + 4
	flush()
	was, d.remove = d.names["one.new"], errIO
	if err := flush(); !errors.Is(err, errIO) || d.names["one.new"] != was {
		t.Errorf("where it cannot be removed = %v, want why, and it left alone", err)
	}
	d.remove, d.failAt = nil, d.steps+4
	flush()
	delete(d.names, "one.new")
	if err := flush(); err != nil || d.names["one.new"] == nil {
		t.Errorf("where there is nothing beside it = %v, want it written", err)
	}
}

// The room for the next version is made once, beside a document that is written for the first time, and counts as written.
func TestRoomForTheNextIsPaidFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, want := range map[string]float64{"new": burst - 2*512, "there": burst - 512} {
			d := newMemoryDisk()
			s := opened(t, d)
			s.Save("there", 1)
			s.Flush()
			s = opened(t, d)
			if err := s.Load(name, new(int)); err != nil {
				t.Fatal(err)
			}
			s.Save(name, 2)
			s.Flush()
			if got := s.budget.has(time.Now()); got != want {
				t.Errorf("%s: the budget has %v, want %v", name, got, want)
			}
		}
	})
}

// renaming is a disk on a file system that cannot exchange two names.
type renaming struct{ *memoryDisk }

func (d renaming) Exchange(next, name string) error { return d.Rename(next, name) }

// Where names cannot be exchanged, no room is made for a next version that is a file of its own anyhow.
func TestNoRoomIsMadeWhereNamesAreNotExchanged(t *testing.T) {
	d := renaming{newMemoryDisk()}
	s := opened(t, d)
	for n := range 3 {
		s.Save("one", n)
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		if beside := d.names["one.new"] != nil; beside != (n == 0) {
			t.Errorf("after write %d there is a file beside it: %t", n, beside)
		}
	}
}
