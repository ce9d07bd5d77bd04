// Command bench measures the budgets of the design on this machine: the agent beside a naive loop of the same packages, beside
// collectd as Debian has it, and beside Telegraf, with instruments on pseudo-terminals, MQTT QoS 1, deadband 0. What is compared runs in turns, so that what
// else the machine does meets all of them: compare the ratios, and the figures with each other, not with another day's.
//
// It needs bin/agent, mosquitto, collectd, .tmp/telegraf, and for the agent that is emulated qemu-user and gcc. With -against it compares two agents instead.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	var o options
	flag.DurationVar(&o.watch, "watch", 4*time.Second, "how long each program is watched in a round")
	flag.IntVar(&o.rounds, "pairs", 3, "how many rounds of all programs; medians are shown")
	flag.StringVar(&o.agent, "agent", "bin/agent", "the agent's `FILE`")
	flag.StringVar(&o.against, "against", "", "`FILE` of another agent: only these two are compared")
	flag.StringVar(&o.only, "only", "", "only scenes whose name matches this `REGEXP`; \"memory\" is the look at it over minutes, \"halt\" the first one of an agent")
	flag.BoolVar(&o.brief, "brief", false, "only the comparisons: no memory over minutes, no faults, no Go benchmarks")
	flag.BoolVar(&o.emulated, "emulated", false, "only count the instructions a reading takes on ARMv6; -against is an agent for ARM then")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if _, err := regexp.Compile(o.only); err != nil {
		return fmt.Errorf("-only %q: %w", o.only, err)
	}
	dir, err := os.MkdirTemp("", "edge-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o777); err != nil { // programs run as another user
		return err
	}
	for _, of := range []*string{&o.agent, &o.against} {
		if *of, err = placed(dir, *of); err != nil {
			return err
		}
	}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "naive"), "./bench/naive").CombinedOutput(); err != nil {
		return fmt.Errorf("building the naive loop: %w\n%s", err, out)
	}
	// What the bench itself needs must not wait behind what it measures.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, -5) // without the right it stays as it is
	b := &bench{dir: dir}
	if err := b.startBroker(free()); err != nil {
		return err
	}
	defer func() { stop(b.mosq) }() // the one that runs then: it was started again
	machine(os.Stdout)
	if o.emulated {
		return b.countInstructions(&o, os.Stdout)
	}
	for _, s := range scenes(&o) {
		if err := b.compare(&o, s, os.Stdout); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if o.picks(longName) && !o.brief {
		if err := b.long(&o, os.Stdout); err != nil {
			return err
		}
	}
	if o.picks(haltName) && !o.brief {
		if err := b.halts(&o, os.Stdout); err != nil {
			return err
		}
	}
	if o.brief || o.against != "" || o.only != "" {
		return nil
	}
	if err := b.faults(o.agent, os.Stdout); err != nil {
		return err
	}
	floodRow(os.Stdout, b.broker)
	benchmarks(os.Stdout)
	return b.countInstructions(&o, os.Stdout)
}

// placed copies a program to where every user may run it; "" stays. The kernel forgets what it has of the copy, so that the program is read
// from the disk as after a start of the board: of a file that was written just now some file systems have pages of 2 MiB in memory, and
// what is touched of such a page has all of it resident.
func placed(dir, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	to, err := os.CreateTemp(dir, "agent")
	if err != nil {
		return "", err
	}
	if _, err := to.Write(body); err != nil {
		return "", err
	}
	if err := errors.Join(to.Chmod(0o755), to.Sync(), unix.Fadvise(int(to.Fd()), 0, 0, unix.FADV_DONTNEED)); err != nil {
		return "", err
	}
	return to.Name(), to.Close()
}
