package thrift

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// DefaultSlack is how much later than asked a thread may be woken, so that the kernel wakes the board once for what is due together. The
// runtime's monitor thread, which naps for 20 µs again and again while anything runs, is what it is for. Timers of the program are exact
// to a millisecond in any case (epoll), and nothing in it needs more: a reading is told when it comes.
const DefaultSlack = time.Millisecond

// SetSlack has every thread of this process woken up to d later than asked; threads to come inherit it. Where the unit has given it
// already (TimerSlackNSec=) nothing is done. Only CAP_SYS_NICE may change another thread: without it the error wraps fs.ErrPermission.
func SetSlack(d time.Duration) error {
	if Slack() == d {
		return nil
	}
	for range 2 { // a thread that was begun meanwhile has that of the one that began it
		if err := eachThread("/proc", func(thread string) error { return setSlack(thread, d) }); err != nil {
			return fmt.Errorf("timer slack of %v: %w", d, err)
		}
	}
	return nil
}

// Slack is that of the calling thread: all have one where the unit gives it.
func Slack() time.Duration {
	ns, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		return 0
	}
	return time.Duration(ns)
}

// eachThread calls do with the folder of each thread of this process, until that fails. One that has ended meanwhile is no failure.
func eachThread(proc string, do func(thread string) error) error {
	threads, err := os.ReadDir(filepath.Join(proc, "self", "task"))
	if err != nil {
		return err
	}
	for _, thread := range threads {
		if err := do(filepath.Join(proc, thread.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return nil
}

func setSlack(thread string, d time.Duration) error {
	return os.WriteFile(filepath.Join(thread, "timerslack_ns"), strconv.AppendInt(nil, d.Nanoseconds(), 10), 0)
}
