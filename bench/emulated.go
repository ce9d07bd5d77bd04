package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// emulated are the scenes in which the instructions of an agent for ARMv6 are counted.
var emulated = []scene{
	{name: "ascii, 10 x 10 Hz", framing: "ascii", instruments: 10, every: 100 * time.Millisecond},
	{name: "MKS, unit watched, 10 x 10 Hz", framing: "mks", instruments: 10, every: 100 * time.Millisecond},
	{name: "ascii, 10 x 1 Hz", framing: "ascii", instruments: 10, every: time.Second},
}

// countInstructions runs programs for ARMv6 in qemu's user emulation (Debian package qemu-user) and prints how many instructions they execute for
// a reading: this tree's agent, and the other one of the options or else the naive loop. What the kernel does for them is not counted.
func (b *bench) countInstructions(o *options, out io.Writer) error {
	ours, loop := filepath.Join(b.dir, "agent-armv6"), filepath.Join(b.dir, "naive-armv6")
	steps := []*exec.Cmd{forARMv6("./agent", ours), forARMv6("./bench/naive", loop),
		exec.Command("gcc", "-O2", "-shared", "-fPIC", "-o", filepath.Join(b.dir, "count.so"), "bench/emulated/count.c")}
	for _, c := range steps {
		if text, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", strings.Join(c.Args, " "), err, text)
		}
	}
	programs := []program{inEmulator(byUnit("agent", ours), ours), inEmulator(naive, loop)}
	if o.against != "" {
		programs[1] = inEmulator(byUnit("other agent", o.against), o.against)
	}
	fmt.Fprintf(out, "\nARMv6, emulated: thousands of instructions a reading, median of %d rounds (least - most)\n", o.rounds)
	for _, s := range emulated {
		if o.picks(s.name) {
			if err := b.countScene(o, s, programs, out); err != nil {
				return fmt.Errorf("%s, emulated: %w", s.name, err)
			}
		}
	}
	return nil
}

func (b *bench) countScene(o *options, s scene, programs []program, out io.Writer) error {
	end, err := b.plugIn(s)
	if err != nil {
		return err
	}
	defer end()
	shown := make([][]figures, len(programs))
	for range o.rounds {
		for n, p := range programs {
			f, err := b.counted(o.watch, p, s)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			shown[n] = append(shown[n], f)
		}
	}
	executed := func(f *figures) float64 { return f.instructions }
	text := []string{}
	for n, p := range programs {
		k := spreadOf(shown[n], executed)
		text = append(text, fmt.Sprintf("%s %.0f (%.0f - %.0f)", p.name, k.median/1e3, k.min/1e3, k.max/1e3))
	}
	for n := range programs[1:] {
		r := ratio(shown[0], shown[n+1], executed)
		text = append(text, fmt.Sprintf("ratio %.2f (%.2f - %.2f)", r.median, r.min, r.max))
	}
	fmt.Fprintf(out, "%-32s %s\n", s.name, strings.Join(text, ", "))
	return nil
}

// forARMv6 builds a package of this tree for ARMv6.
func forARMv6(what, to string) *exec.Cmd {
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", to, what)
	build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm", "GOARM=6", "CGO_ENABLED=0")
	return build
}

// inEmulator is a program whose file for ARM runs in qemu, which counts what it executes.
func inEmulator(p program, path string) program {
	return program{name: p.name, start: func(b *bench, s scene, listen string) (string, []string, error) {
		_, args, err := p.start(b, s, listen)
		if err != nil {
			return "", nil, err
		}
		if err := os.WriteFile(b.count(), make([]byte, 8), 0o666); err != nil {
			return "", nil, err
		}
		qemu, err := exec.LookPath("qemu-arm")
		if err != nil {
			return "", nil, fmt.Errorf("%w (Debian package qemu-user)", err)
		}
		return qemu, append([]string{"-plugin", filepath.Join(b.dir, "count.so") + ",to=" + b.count(), path}, args...), nil
	}}
}

// count is the file in which instructions are counted.
func (b *bench) count() string { return filepath.Join(b.dir, "instructions") }

// counted runs an emulated program and counts in the steady state.
func (b *bench) counted(d time.Duration, p program, s scene) (f figures, err error) {
	cmd, _, _, err := b.begin(p, s)
	if err != nil {
		return f, err
	}
	defer stop(cmd)
	time.Sleep(5 * time.Second) // past the start, which takes longer here
	readings, before, err := b.executed()
	if err != nil {
		return f, err
	}
	time.Sleep(d)
	after, now, err := b.executed()
	if after == readings {
		return f, fmt.Errorf("no instrument was read in %v", d)
	}
	f.instructions = float64(now-before) / float64(after-readings)
	return f, err
}

// executed is how many readings there were, and how many instructions.
func (b *bench) executed() (readings int, instructions uint64, err error) {
	data, err := os.ReadFile(b.count())
	if err != nil || len(data) != 8 {
		return 0, 0, fmt.Errorf("count of instructions %x: %w", data, err)
	}
	return b.answered(), binary.NativeEndian.Uint64(data), nil
}
