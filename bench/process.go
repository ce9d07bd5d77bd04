package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// usage is what a process has used so far.
type usage struct {
	cpu             time.Duration
	anonymous, file int64 // bytes of resident memory
	switches        int64 // of context, by all threads there are
	syscalls        int64 // that read or write
}

// used reads /proc of a process.
func used(pid int) (u usage, err error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	u.cpu = time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100 on every Linux
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	ran := time.Duration(0)
	for _, path := range threads {
		u.read(path)
		ran += running(filepath.Join(filepath.Dir(path), "schedstat"))
	}
	u.cpu = max(u.cpu, ran)                               // to the nanosecond, where the kernel says it; of threads that have ended, ticks alone
	io, _ := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid)) // of another user's process it may not be readable: 0
	for line := range strings.Lines(string(io)) {
		if name, n, _ := strings.Cut(strings.TrimSpace(line), ": "); name == "syscr" || name == "syscw" {
			count, _ := strconv.ParseInt(n, 10, 64)
			u.syscalls += count
		}
	}
	return u, err
}

// running is how long a thread has run, by its file schedstat; 0 where the kernel has none.
func running(path string) time.Duration {
	text, _ := os.ReadFile(path)
	ns, _, _ := strings.Cut(string(text), " ")
	n, _ := strconv.ParseInt(ns, 10, 64)
	return time.Duration(n)
}

// read adds what the status of one thread says. Memory is the same in all of them.
func (u *usage) read(path string) {
	status, err := os.Open(path)
	if err != nil {
		return // the thread has ended
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		name, rest, _ := strings.Cut(lines.Text(), ":")
		n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		switch name {
		case "RssAnon":
			u.anonymous = n << 10
		case "RssFile":
			u.file = n << 10
		case "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches":
			u.switches += n
		}
	}
}

// start starts a program whose output goes to a file, with a timer slack (0 = as this one's), and, where that is allowed, as nobody: a user
// without any right, as a unit has it.
func start(log string, slack time.Duration, asNobody bool, path string, args ...string) (*exec.Cmd, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	state := filepath.Join(filepath.Dir(log), "state")
	if err := errors.Join(os.MkdirAll(state, 0o777), os.Chmod(state, 0o777)); err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), "STATE_DIRECTORY="+state)
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if asNobody && os.Geteuid() == 0 {
		const nobody = 65534
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return cmd, begun(cmd, slack)
}

// begun starts a program from a thread that has the slack: the program inherits it.
func begun(cmd *exec.Cmd, slack time.Duration) error {
	if slack == 0 {
		return cmd.Start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(slack), 0, 0, 0); err != nil {
		return fmt.Errorf("timer slack: %w", err)
	}
	defer unix.Prctl(unix.PR_SET_TIMERSLACK, 0, 0, 0, 0) // 0 = what the thread had
	return cmd.Start()
}

// stop ends a program and waits for it; one that does not end is killed.
func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	kill := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	_ = cmd.Wait()
}
