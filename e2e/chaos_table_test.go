//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// chaosTable sums up histories: of each fault how often it was done, and what the histories it was part of amount to.
type chaosTable struct {
	mu   sync.Mutex
	rows map[string]*chaosRow
	all  chaosRow
}

type chaosRow struct {
	done, histories int
	account         account
}

func (t *chaosTable) add(deeds []*chaosDeed, a *account) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all.done += len(deeds)
	t.all.histories++
	t.all.account.add(a)
	seen := map[string]bool{}
	for _, d := range deeds {
		name := d.fault.name
		if t.rows[name] == nil {
			t.rows[name] = &chaosRow{}
		}
		t.rows[name].done++
		if !seen[name] {
			seen[name] = true
			t.rows[name].histories++
			t.rows[name].account.add(a)
		}
	}
}

// print writes the table to the log, and to a file where one is named.
func (t *chaosTable) print(log *testing.T, file string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := fmt.Sprintf("%-25s %6s %6s %8s %8s %9s %6s %10s %11s %11s\n", "fault", "runs", "histor", "values", "in gaps", "commands", "unread", "unknowable", "lost undecl", "duplicated")
	for _, name := range slices.Sorted(maps.Keys(t.rows)) {
		text += t.rows[name].line(name)
	}
	text += t.all.line("all")
	log.Log("\n" + text)
	if file == "" {
		return
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		log.Errorf("writing CHAOS_TABLE: %v", err)
	}
}

func (r *chaosRow) line(name string) string {
	a := &r.account
	return fmt.Sprintf("%-25s %6d %6d %8d %8d %9d %6d %10d %11d %11d\n", strings.TrimSpace(name), r.done, r.histories, a.values, a.gaps, a.commands, a.unread, a.unknowable, a.lost, a.duplicated)
}
