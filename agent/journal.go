package main

import (
	"context"
	"fmt"

	"pychron-edge/agent/service"
	"pychron-edge/agent/task"
	"pychron-edge/buffer/journal"
)

// openJournal takes back what an earlier start kept, and starts keeping the audit lane, where a directory is configured.
// A journal that cannot be opened stops nothing: the service is unavailable, and says why.
func (a *agent) openJournal(g *task.Group) {
	c := a.plan().Config.Agent.Journal
	if c.Path == "" {
		return
	}
	j, err := journal.Open(c.Path, c.Size, a.restore)
	if err != nil {
		a.log.Error("nothing is kept on disk", "err", err)
		a.services.Add("journal", func() (int, string) { return service.Unavailable, err.Error() })
		return
	}
	a.boots = append(a.boots[1:], a.boot)
	from := a.lanes.Audit.Stats().Position
	a.services.find = j.Find
	a.journal.Store(j)
	a.services.Add("journal", func() (int, string) { return journalState(j.State()) })
	if n := j.State().Damaged; n > 0 {
		a.recordDamage(fmt.Errorf("journal: records in %d of its files cannot be read and are passed over; the others were taken back", n))
	}
	g.Start("journal", func(ctx context.Context) error {
		if err := j.Run(ctx, a.lanes.Audit, from); err != nil {
			a.log.Error("the last events are not on disk", "err", err)
		}
		return nil
	})
}

// journalState is the health of the disk. Commands go on without it: they are told, and kept in memory.
func journalState(s journal.State) (int, string) {
	if s.Err != nil {
		return service.Unavailable, s.Err.Error()
	}
	return service.Healthy, ""
}

// durable waits until everything recorded so far is on disk, where there is a journal.
func (a *agent) durable(ctx context.Context) error {
	j := a.journal.Load()
	if j == nil {
		return nil
	}
	return j.Wait(ctx, a.lanes.Audit.Stats().Position)
}
