// Command card measures what agents write to a memory card: each has its state directory on an ext4 file system of its own, and what counts
// is what the block device under that wrote, the file system's own journal included, as the kernel counts it. Beside it stands what the
// program printed, which systemd's journal keeps on the card where it is told to. Time is real: nothing is scaled up.
//
// It needs root, for it mounts; mkfs.ext4 of the package e2fsprogs; bin/agent; and to be run in the folder of the tree. It ends with 1 where
// more than the budget was written.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

func main() {
	agent := flag.String("agent", "bin/agent", "the agent's `FILE`")
	watch := flag.Duration("watch", 61*time.Minute, "how long the agents run: the first minute, and an hour")
	flag.Parse()
	if err := run(*agent, *watch); err != nil {
		fmt.Fprintln(os.Stderr, "card:", err)
		os.Exit(1)
	}
}

func run(agent string, watch time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "edge-card")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if agent, err = placed(dir, agent); err != nil {
		return err
	}
	var all []*board
	defer func() {
		for _, b := range all {
			err = errors.Join(err, b.card.remove())
		}
	}()
	for n, s := range scenes {
		b, err := newBoard(filepath.Join(dir, fmt.Sprint(n)), agent, s)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		all = append(all, b)
	}
	var wg sync.WaitGroup
	for _, b := range all {
		wg.Go(func() { b.err = b.run(watch) })
	}
	wg.Wait()
	return report(all, watch)
}

// report prints what was written, and ends with an error where that was too much.
func report(all []*board, watch time.Duration) (err error) {
	fmt.Printf("%v of real time, ext4 on a block device of its own; bytes, the look at it (the last row) included\n", watch)
	fmt.Printf("%-42s %10s %10s %10s %8s %6s   %s\n", "", "1st minute", "after it", "a stop", "printed", "lines", "budget of an hour")
	for _, b := range all {
		fmt.Printf("%-42s %10d %10d %10d %8d %6d   %s\n", b.scene.name, b.first, b.wrote, b.stop, b.printed, b.lines, limit(b.scene.budget))
		if b.err != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", b.scene.name, b.err))
		}
		if b.scene.budget > 0 && b.wrote > b.scene.budget {
			err = errors.Join(err, fmt.Errorf("%s: %d bytes, want %d at most", b.scene.name, b.wrote, b.scene.budget))
		}
	}
	return err
}

func limit(bytes int64) string {
	if bytes == 0 {
		return "-"
	}
	return fmt.Sprint(bytes)
}

// placed copies the program to where every user may run it.
func placed(dir, file string) (string, error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	to := filepath.Join(dir, "agent")
	return to, errors.Join(os.Chmod(dir, 0o755), os.WriteFile(to, body, 0o755))
}
