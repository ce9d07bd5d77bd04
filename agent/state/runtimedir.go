package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// RuntimeDir is the directory of a running agent: what it runs with, where it can be asked, and the latch of a halt. It is
// on a tmpfs, so that nothing here wears a card out.
type RuntimeDir string

// SystemRuntime is the directory of the agent that runs as a service.
const SystemRuntime RuntimeDir = "/run/pychron-edge"

// FindRuntimeDir is the directory asked for, else systemd's, else the person's own, else one under the temporary directory.
func FindRuntimeDir(asked string) RuntimeDir { return runtimeDir(asked, os.Geteuid()) }

func runtimeDir(asked string, user int) RuntimeDir {
	if asked != "" {
		return RuntimeDir(asked)
	}
	if d := os.Getenv("RUNTIME_DIRECTORY"); d != "" {
		d, _, _ = strings.Cut(d, ":")
		return RuntimeDir(d)
	}
	if d := os.Getenv("XDG_RUNTIME_DIR"); d != "" && user != 0 {
		return RuntimeDir(filepath.Join(d, "pychron-edge"))
	}
	if user == 0 {
		return SystemRuntime
	}
	return RuntimeDir(filepath.Join(os.TempDir(), "pychron-edge-"+strconv.Itoa(user)))
}

func (d RuntimeDir) Make() error          { return os.MkdirAll(string(d), 0o750) }
func (d RuntimeDir) Config() string       { return filepath.Join(string(d), "running.yaml") }
func (d RuntimeDir) source() string       { return filepath.Join(string(d), "running.from") }
func (d RuntimeDir) Socket() string       { return filepath.Join(string(d), "agent.sock") }
func (d RuntimeDir) PidFile() string      { return filepath.Join(string(d), "agent.pid") }
func (d RuntimeDir) Latch() string        { return filepath.Join(string(d), "halt.latch") }
func (d RuntimeDir) PendingHalts() string { return filepath.Join(string(d), "halt.owed") }

// From is the file that the running configuration came from, "" if that is not known.
func (d RuntimeDir) From() string {
	data, err := os.ReadFile(d.source())
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// SaveConfig keeps the configuration that is running, for agent halt, which must not use a file somebody edited since.
// No data means that there is nothing to open.
func (d RuntimeDir) SaveConfig(path string, data []byte) error {
	if data == nil {
		return errors.Join(gone(d.Config()), gone(d.source()))
	}
	if err := writeWhole(d.Config(), data); err != nil {
		return err
	}
	return writeWhole(d.source(), []byte(path+"\n"))
}

// gone removes a file, if there is one.
func gone(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// writeWhole replaces a file in one step, so that a reader never sees half of it.
func writeWhole(path string, data []byte) error {
	err := os.WriteFile(path+".new", data, 0o640)
	if err == nil {
		err = handOver(path + ".new")
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", filepath.Base(path), err)
	}
	return os.Rename(path+".new", path)
}

// ErrTaken is wrapped when another agent holds the runtime directory.
var ErrTaken = errors.New("another agent is running")

// HeldFile is a file under an exclusive lock, which the kernel gives up when the process ends, however it ends.
type HeldFile struct{ f *os.File }

// kept are the held files. The garbage collector closes a file that nothing refers to, and its lock ends with it: whoever
// holds one until the process ends need not keep it.
var kept sync.Map

const (
	lockTries   = 300              // times that a lock is tried: another one's look at the file takes microseconds, and more on a board that is busy
	numberTries = 20               // times that its holder's number is looked for
	tryPeriod   = time.Millisecond // between two of them
)

// Hold opens and locks a file and writes text into it, until it is released. ErrTaken if another process has it.
func Hold(path, text string) (*HeldFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	err = errors.Join(writeAt(f, text), f.Truncate(int64(len(text))), handOver(path)) // in this order, so that nobody finds it empty
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	h := &HeldFile{f}
	kept.Store(h, nil)
	return h, nil
}

// lock takes the lock of a file. Holder has it for the moment of its look, which is waited for.
func lock(f *os.File) (err error) {
	for range lockTries {
		if err = lockNow(f); !errors.Is(err, ErrTaken) {
			return err
		}
		time.Sleep(tryPeriod)
	}
	return err
}

// lockNow takes the lock of a file or directory, or says why it cannot be had: ErrTaken where somebody has it, else what the file system says.
func lockNow(f *os.File) error {
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return ErrTaken
	case err != nil:
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

// handOver gives a file to the owner of its directory. A halt by root leaves files that the agent, which is not root, must
// be able to read and to take away.
func handOver(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return err
	}
	owner := dir.Sys().(*syscall.Stat_t)
	return os.Chown(path, int(owner.Uid), int(owner.Gid))
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

// Release gives the lock up and leaves the file.
func (h *HeldFile) Release() {
	kept.Delete(h)
	h.f.Close()
}

// Holder is the process that holds the lock of a file, 0 if none does. One that has it and has not yet written its number is
// waited for, for a moment.
func Holder(path string) (int, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for range numberTries {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); !errors.Is(err, syscall.EWOULDBLOCK) {
			return 0, err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		first, _, _ := strings.Cut(string(data), "\n")
		if pid, err := strconv.Atoi(strings.TrimSpace(first)); err == nil && pid > 0 {
			return pid, nil
		}
		time.Sleep(tryPeriod)
	}
	return 0, fmt.Errorf("%s is held by a process that did not write its number", path)
}
