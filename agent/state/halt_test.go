package state

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLatchSaysWhy(t *testing.T) {
	dir := RuntimeDir(filepath.Join(t.TempDir(), "run"))
	if why := ReadLatch(dir); why != "" {
		t.Errorf("ReadLatch() without a latch = %q, want nothing", why)
	}
	latch, err := SetLatch(dir, "a test")
	if err != nil {
		t.Fatal(err)
	}
	if why := ReadLatch(dir); !strings.HasPrefix(why, "latched by agent halt, 2") || !strings.HasSuffix(why, ": a test") {
		t.Errorf("ReadLatch() = %q, want when, by whom and why", why)
	}
	if pid, err := Holder(dir.Latch()); pid != os.Getpid() || err != nil {
		t.Errorf("the latch is held by %d, %v; want this process", pid, err)
	}
	latch.Release()
	if err := errors.Join(dir.Unlatch(), dir.Unlatch()); err != nil || ReadLatch(dir) != "" {
		t.Errorf("unlatching twice = %v, latch %q; want it gone", err, ReadLatch(dir))
	}
}

// A latch that cannot be read latches; one that cannot be written says so.
func TestLatchThatCannotBeHad(t *testing.T) {
	dir := RuntimeDir(t.TempDir())
	if err := os.Mkdir(dir.Latch(), 0o700); err != nil {
		t.Fatal(err)
	}
	if why := ReadLatch(dir); !strings.HasPrefix(why, "latched by a halt: ") {
		t.Errorf("ReadLatch() of what is no file = %q, want it latched", why)
	}
	if _, err := SetLatch(dir, "a test"); err == nil {
		t.Error("SetLatch() over a directory = nil, want an error")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := SetLatch(RuntimeDir(filepath.Join(file, "run")), "a test"); !errors.Is(err, fs.ErrExist) && !strings.Contains(fmt.Sprint(err), "not a directory") {
		t.Errorf("SetLatch() below a file = %v, want that there can be no directory", err)
	}
}

func TestAwaitHalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := RuntimeDir(t.TempDir())
		latch, err := SetLatch(dir, "a test")
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		time.AfterFunc(120*time.Millisecond, latch.Release)
		begun := time.Now()
		err = AwaitHalt(t.Context(), dir, slog.New(slog.NewTextHandler(&said, nil)))
		if took := time.Since(begun); err != nil || took != 150*time.Millisecond {
			t.Errorf("AwaitHalt() = %v after %v, want nil at the first look after 120ms, one each 50ms", err, took)
		}
		if n := strings.Count(said.String(), "waiting for a halt"); n != 1 || !strings.Contains(said.String(), fmt.Sprint("pid=", os.Getpid())) {
			t.Errorf("it said %q, want once that it waits, and for whom", said.String())
		}
		held, err := Hold(dir.Latch(), "no number\n")
		if err != nil {
			t.Fatal(err)
		}
		defer held.Release()
		if err := AwaitHalt(t.Context(), dir, slog.New(slog.NewTextHandler(io.Discard, nil))); err == nil || errors.Is(err, context.Canceled) {
			t.Errorf("AwaitHalt() of a latch whose holder is not known = %v, want an error at once", err)
		}
	})
}

func TestPendingHaltsAreKeptUntilTheyAreDone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "owed")
	if none, err := ReadPendingHalts(path); err != nil || none.Has("laser") || none.Done("laser") != nil {
		t.Errorf("without a file = %+v, %v; want none pending", none, err)
	}
	if (*PendingHalts)(nil).Has("laser") {
		t.Error("nothing at all has a halt pending")
	}
	if err := WritePendingHalts(path, []string{"laser", "furnace"}); err != nil {
		t.Fatal(err)
	}
	p, err := ReadPendingHalts(path)
	if err != nil || !p.Has("laser") || !p.Has("furnace") || p.Has("V1") {
		t.Fatalf("read %+v, %v; want laser and furnace", p, err)
	}
	for _, c := range []struct{ done, left string }{{"V1", "laser\nfurnace\n"}, {"laser", "furnace\n"}, {"furnace", ""}} {
		if err := p.Done(c.done); err != nil || p.Has(c.done) {
			t.Errorf("Done(%s) = %v, still pending %t; want nil and not", c.done, err, p.Has(c.done))
		}
		data, err := os.ReadFile(path)
		if string(data) != c.left || (c.left == "") != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("after Done(%s) the file is %q, %v; want %q", c.done, data, err, c.left)
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadPendingHalts(path); err == nil {
		t.Error("reading what is no file = nil, want an error")
	}
}

// TestHoldsForAnotherTest is the process that TestEndKillsTheHolder ends: it holds the file that it is given.
func TestHoldsForAnotherTest(t *testing.T) {
	path := os.Getenv("STATE_TEST_HOLDS")
	if path == "" {
		return
	}
	if _, err := Hold(path, fmt.Sprintln(os.Getpid())); err != nil {
		t.Fatal(err)
	}
	fmt.Println("held")
	io.Copy(io.Discard, os.Stdin) // until it is killed, or who started it is gone
}

// holder is a process that holds a file.
func holder(t *testing.T, path string) (c *exec.Cmd, release func() error) {
	t.Helper()
	c = exec.Command(os.Args[0], "-test.run", "^TestHoldsForAnotherTest$")
	c.Env = append(os.Environ(), "STATE_TEST_HOLDS="+path)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		c.Process.Kill()
		c.Wait()
	})
	if _, err := io.ReadFull(out, make([]byte, len("held"))); err != nil {
		t.Fatalf("the holder of %s: %v", path, err)
	}
	return c, func() error {
		in.Close()
		return c.Wait()
	}
}

func TestEndKillsTheHolder(t *testing.T) {
	dir := RuntimeDir(t.TempDir())
	agent, _ := holder(t, dir.PidFile())
	other, release := holder(t, filepath.Join(string(dir), "other"))
	if err := End(t.Context(), dir, other.Process.Pid); err != nil {
		t.Errorf("End() of who does not hold the directory = %v, want nil", err)
	}
	if err := release(); err != nil {
		t.Errorf("who does not hold the directory was ended: %v, want an end of its own", err)
	}
	if err := End(t.Context(), dir, agent.Process.Pid); err != nil {
		t.Errorf("End() of the holder = %v, want nil", err)
	}
	if pid, err := Holder(dir.PidFile()); pid != 0 || err != nil {
		t.Errorf("the directory is held by %d, %v; want nobody", pid, err)
	}
}

// A process that is gone while its file is held on, as by a child of it that took it over: it is waited for, within a bound.
func TestEndOfWhatIsHeldOn(t *testing.T) {
	gone := exec.Command(os.Args[0], "-test.run", "^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		state  string
		freed  time.Duration
		spoilt bool // it is not known any more by whom
		bound  time.Duration
		took   time.Duration
		want   error
	}{
		{"for ever", time.Hour, false, time.Hour, 5 * time.Second, ErrHeld},
		{"for a moment", 30 * time.Millisecond, false, time.Hour, 40 * time.Millisecond, nil},
		{"by who is not known any more", time.Hour, true, time.Hour, 5 * time.Second, ErrHeld},
		{"for longer than is waited", time.Hour, false, 30 * time.Millisecond, 30 * time.Millisecond, context.DeadlineExceeded},
	} {
		t.Run(c.state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := RuntimeDir(t.TempDir())
				held, err := Hold(dir.PidFile(), fmt.Sprintln(gone.Process.Pid))
				if err != nil {
					t.Fatal(err)
				}
				free := time.AfterFunc(c.freed, held.Release)
				defer free.Stop()
				if c.spoilt {
					time.AfterFunc(30*time.Millisecond, func() {
						if err := os.WriteFile(dir.PidFile(), []byte("no number\n"), 0o600); err != nil {
							t.Error(err)
						}
					})
				}
				ctx, cancel := context.WithTimeout(t.Context(), c.bound)
				defer cancel()
				begun := time.Now()
				if err := End(ctx, dir, gone.Process.Pid); !errors.Is(err, c.want) || c.want == nil && err != nil || time.Since(begun) != c.took {
					t.Errorf("End() = %v after %v, want %v after %v", err, time.Since(begun), c.want, c.took)
				}
			})
		})
	}
}
