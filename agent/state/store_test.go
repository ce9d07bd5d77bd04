package state

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// opened is a store on a disk.
func opened(t *testing.T, d Disk) *Store {
	t.Helper()
	s := NewStore(d)
	if err := s.Open(); err != nil {
		t.Fatal(err)
	}
	return s
}

// running is a store that writes by itself.
func running(t *testing.T, d Disk) (s *Store, stop func()) {
	t.Helper()
	s = opened(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return s, func() { cancel(); <-done }
}

// history writes 1 to 6 into a document on a disk, and says which write was the last to be acknowledged, and which the last to be tried.
func history(t *testing.T, d *memoryDisk) (acknowledged, tried int) {
	s := opened(t, d)
	for n := 1; n <= 6; n++ {
		s.Save("locks", n)
		s.Save("other", n)
		if s.Flush() == nil {
			acknowledged = n
		}
		if d.cutAt == 0 || d.steps < d.cutAt {
			tried = n
		}
	}
	return acknowledged, min(tried+1, 6)
}

func TestDocumentIsReadableAfterAPowerCutAtEveryStep(t *testing.T) {
	whole := newMemoryDisk()
	if n, _ := history(t, whole); n != 6 {
		t.Fatalf("%d of 6 writes were acknowledged on a good disk", n)
	}
	for fail := 0; fail <= whole.steps; fail++ { // 0 = no step fails before the power is cut
		for step := fail + 1; step <= whole.steps+1; step++ {
			for seed := range int64(6) {
				d := newMemoryDisk()
				d.cutAt, d.failAt = step, fail
				acknowledged, tried := history(t, d)
				got := 0
				if err := opened(t, d.crash(seed)).Load("locks", &got); err != nil {
					t.Fatalf("step %d failed, power cut at step %d, seed %d: %v", fail, step, seed, err)
				}
				if got < acknowledged || got > tried {
					t.Fatalf("step %d failed, power cut at step %d, seed %d: %d is there, %d was acknowledged and %d tried", fail, step, seed, got, acknowledged, tried)
				}
			}
		}
	}
}

func TestDamagedDocumentIsSetAsideAndTheNextStartMeetsNone(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "half": `{"version":1,"crc32":5,"da`, "flipped": `{"version":1,"crc32":1,"data":7}`, "newer": `{"version":2,"crc32":0,"data":7}`,
	} {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "locks.json"), []byte(content), 0o600)
		s := opened(t, NewDisk(dir))
		got := 3
		if err := s.Load("locks", &got); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "set aside as locks.damaged-20") {
			t.Errorf("%s: Load = %v, want %v and where it went", name, err, ErrDamaged)
		}
		if err := s.Load("locks", &got); err != nil || got != 3 {
			t.Errorf("%s: second Load = %v, %d; want nothing there", name, err, got)
		}
		if aside, _ := filepath.Glob(filepath.Join(dir, "locks.damaged-*")); len(aside) != 1 {
			t.Errorf("%s: set aside %q, want one file", name, aside)
		}
		s.Close()
	}
}

func TestDamagedFilesDoNotFillTheDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemoryDisk()
		s := opened(t, d)
		for range maxDamaged + 5 {
			d.Write("locks.json", []byte("rubbish"))
			s.Load("locks", new(int))
			time.Sleep(time.Second)
		}
		if names, _ := d.List(); len(names) != maxDamaged {
			t.Errorf("%d files are there, want the newest %d", len(names), maxDamaged)
		}
	})
}

func TestDirectoryThatCannotBeWrittenIsToldAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemoryDisk()
		d.broken = errors.New("read-only file system")
		s, stop := running(t, d)
		defer stop()
		s.Provide("locks", func() any { return 1 })
		if err := s.Sync("locks"); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("Sync = %v, want why", err)
		}
		if err := s.State(); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("State = %v, want why", err)
		}
		d.mu.Lock()
		d.broken = nil
		d.mu.Unlock()
		time.Sleep(2 * retry)
		if got := 0; s.State() != nil || s.Load("locks", &got) != nil || got != 1 {
			t.Errorf("once it can be written: State = %v, value %d; want it written without being asked", s.State(), got)
		}
	})
}

func TestOrdinaryChangesAreGatheredAndBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemoryDisk()
		s, stop := running(t, d)
		defer stop()
		n := 0
		text := strings.Repeat("x", 1000)
		s.Provide("state", func() any { n++; return []any{n, text} })
		for range 3600 * 4 {
			s.Touch("state")
			time.Sleep(250 * time.Millisecond)
		}
		if d.written > 100_000 || d.written < 40_000 {
			t.Errorf("an hour of changes wrote %d bytes, want up to 100 kB", d.written)
		}
		before := d.written
		if err := s.Sync("state"); err != nil || d.written == before {
			t.Errorf("Sync with nothing left = %v; what is urgent is written at once", err)
		}
	})
}

// What may be given up is written at once, and leaves half of the hour's budget to the others.
func TestSpareLeavesHalfOfTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemoryDisk()
		s, stop := running(t, d)
		defer stop()
		n, before := 0, time.Now()
		text := strings.Repeat("x", 1000)
		s.Provide("answers", func() any { n++; return []any{n, text} })
		s.Provide("state", func() any { return text })
		if kept, err := s.SyncSpare("answers"); err != nil || !kept || d.written == 0 {
			t.Errorf("SyncSpare = %v, %v with %d bytes written; want it on disk when it returns", kept, err, d.written)
		}
		for range 1000 {
			before := d.written
			if kept, err := s.SyncSpare("answers"); err != nil || kept != (d.written > before) {
				t.Fatalf("SyncSpare = %v, %v with %d bytes written", kept, err, d.written-before)
			}
		}
		if d.written < 20_000 || d.written > 30_000 || !time.Now().Equal(before) {
			t.Errorf("1000 of them wrote %d bytes in %v, want half of the 50 kB, and no waiting", d.written, time.Since(before))
		}
		used := d.written
		s.Prompt("state")
		synctest.Wait()
		if d.written < used+1000 {
			t.Errorf("another document wrote %d bytes after them, want it written at once", d.written-used)
		}
		d.mu.Lock()
		d.broken = errors.New("read-only file system")
		d.mu.Unlock()
		time.Sleep(time.Hour)
		if _, err := s.SyncSpare("answers"); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("SyncSpare of a disk that fails = %v, want why", err)
		}
	})
}

func TestUnchangedDocumentIsNotWritten(t *testing.T) {
	d := newMemoryDisk()
	s := opened(t, d)
	for range 10 {
		s.Save("locks", "the same")
		s.Flush()
	}
	if d.steps != 5 {
		t.Errorf("%d steps for one document that did not change, want 5: write, fsync, change of names, room for the next, fsync of the directory", d.steps)
	}
}

// What a document was before lies beside it, and the one after is written over that: no file is made, none is freed.
func TestDocumentsChangePlaces(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, NewDisk(dir))
	inodes := map[uint64]bool{}
	for n := range 6 {
		s.Save("locks", strings.Repeat("x", n))
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		about, err := os.Stat(filepath.Join(dir, "locks.json"))
		if err != nil {
			t.Fatal(err)
		}
		if size := about.Size(); size != unit {
			t.Errorf("the document is %d bytes long, want %d: it is filled up, so that it keeps its length", size, unit)
		}
		inodes[about.Sys().(*syscall.Stat_t).Ino] = true
	}
	if len(inodes) != 2 {
		t.Errorf("six documents were %d files, want 2 that change places", len(inodes))
	}
	s.Close()
	got := ""
	if err := opened(t, NewDisk(dir)).Load("locks", &got); err != nil || got != "xxxxx" {
		t.Errorf("Load = %q, %v; want the last one", got, err)
	}
}

// A new document has both its files at once, so that a later change makes none; where there is no room for the second, the document is there
// all the same.
func TestANewDocumentHasRoomForTheNext(t *testing.T) {
	d := newMemoryDisk()
	s := opened(t, d)
	names := func() string {
		all, _ := d.List()
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	if err := s.Load("locks", new(string)); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"a", "b", "c"} {
		s.Save("locks", text)
		if err := s.Flush(); err != nil || names() != "locks.json locks.new" {
			t.Fatalf("after %s: %v, the files %s; want two", text, err, names())
		}
	}
	d.failAt = d.steps + 4
	s.Save("other", "a")
	got := ""
	if err := s.Flush(); err != nil || opened(t, d).Load("other", &got) != nil || got != "a" || names() != "locks.json locks.new other.json" {
		t.Errorf("without room for the next: %v, %q in %s; want the document", err, got, names())
	}
}

// What is as it was loaded is not written again: a start writes what is new in it alone.
func TestWhatWasLoadedIsNotWrittenAgain(t *testing.T) {
	d := newMemoryDisk()
	s := opened(t, d)
	s.Save("locks", "the same")
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	s, d.steps = opened(t, d), 0
	for name, from := range map[string]any{"locks": "the same", "none": nil} {
		if err := s.Load(name, new(string)); err != nil {
			t.Fatal(err)
		}
		s.Save(name, from)
	}
	if err := s.Flush(); err != nil || d.steps != 0 {
		t.Errorf("a start with nothing new took %d steps on the disk, %v; want none", d.steps, err)
	}
	s.Save("locks", "another")
	if err := s.Flush(); err != nil || d.steps == 0 {
		t.Errorf("a change took %d steps, %v", d.steps, err)
	}
}

func TestDirectoryHasOneOwnerAndOneReader(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	s := opened(t, NewDisk(dir))
	s.Save("locks", 1)
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := NewStore(NewDisk(dir)).Open(); !errors.Is(err, ErrTaken) {
		t.Errorf("a second Open = %v, want %v", err, ErrTaken)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "locks.json"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

func TestNilStoreKeepsNothing(t *testing.T) {
	var s *Store
	s.Save("locks", 1)
	s.Provide("locks", nil)
	if got := 0; s.Open() != nil || s.Sync("locks") != nil || s.Load("locks", &got) != nil || s.Flush() != nil || s.State() != nil || got != 0 {
		t.Error("a nil store does not simply keep nothing")
	}
	if kept, err := s.SyncSpare("locks"); !kept || err != nil {
		t.Errorf("SyncSpare = %v, %v; want nothing to do", kept, err)
	}
}

func TestStateDirectoryIsTheOneAskedForElseSystemdsElseOnesOwn(t *testing.T) {
	t.Setenv("STATE_DIRECTORY", "/var/lib/a:/var/lib/b")
	t.Setenv("XDG_STATE_HOME", "/home/jr/.state")
	if d := FindStateDir("/here"); d != "/here" {
		t.Errorf("asked for /here: %s", d)
	}
	if d := FindStateDir(""); d != "/var/lib/a" {
		t.Errorf("under systemd: %s", d)
	}
	t.Setenv("STATE_DIRECTORY", "")
	want := "/home/jr/.state/pychron-edge"
	if os.Geteuid() == 0 {
		want = systemState
	}
	if d := FindStateDir(""); d != want {
		t.Errorf("of a person: %s, want %s", d, want)
	}
}
