package main

import (
	"context"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/restart"
	"pychron-edge/agent/service"
	"pychron-edge/agent/state"
	"pychron-edge/agent/task"
)

// bootsFile is the document of savedBoots.
const bootsFile = "boots"

// How often locks that end are written anew, where there are any; how many times seldomer what only grows is, for each time costs a memory card
// some 100 kB; how long the devices may take to be read after an unclean start before the list of
// differences is recorded without them, and how long the last write may take.
const (
	locksEvery    = 10 * time.Minute
	locksPerCount = 6
	restartEnd    = 30 * time.Second
	stateEnd      = 3 * time.Second
)

// restoreSaved takes back what survived the process, before anything is read or told. A damaged document stops nothing.
func (a *agent) restoreSaved() {
	if a.store == nil {
		return
	}
	a.services.Add("state", func() (int, string) { return stateHealth(a.store) })
	var boots savedBoots
	err := a.store.Load(bootsFile, &boots)
	unclean := err != nil || boots.Running != ""
	a.restoreBoots(boots)
	damaged := append(a.commander.Restore(unclean), err)
	damaged = append(damaged, a.restoreDevices(a.plan())...)
	if unclean {
		a.last.CompareFrom(a.plan())
	}
	a.store.OnLate(a.restoreLate)
	a.store.Provide(bootsFile, func() any { return a.savedBoots(false) })
	a.store.Urgent(bootsFile)
	for _, err := range damaged {
		a.recordDamage(err)
	}
}

// restoreLate takes back what was kept once the directory is there, if it was not at the start. What happened since stays.
func (a *agent) restoreLate() {
	for _, err := range a.commander.Restore(false) {
		a.recordDamage(err)
	}
	for _, i := range a.fleet.All() {
		var s restart.Saved
		a.recordDamage(a.store.Load(deviceFile(i.Name), &s))
		i.Odometers.Restore(s.Counts)
	}
}

// stateHealth is the health of the state directory. Everything runs on without it.
func stateHealth(s *state.Store) (int, string) {
	if err := s.State(); err != nil {
		return service.Unavailable, "locks, latches and counts do not survive a restart: " + err.Error()
	}
	return service.Healthy, ""
}

// recordDamage records a document that could not be read, nil for one that could.
func (a *agent) recordDamage(err error) {
	if err == nil {
		return
	}
	a.log.Error("a part of what was kept is lost", "err", err)
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Error, Type: buffer.Counter, Metric: "agent_state_damaged_total", Value: 1, Status: err.Error(),
	})
}

// saveState starts what writes the state directory.
func (a *agent) saveState(g *task.Group) {
	if a.store == nil {
		return
	}
	g.Start("state", a.store.Run)
	g.Start("state of hours", func(ctx context.Context) error {
		for n := 1; task.Wait(ctx, locksEvery) == nil; n++ {
			a.commander.Refresh()
			if n%locksPerCount == 0 {
				a.touchCounts()
				a.store.Touch(bootsFile)
			}
		}
		return nil
	})
	g.Start("restart", func(ctx context.Context) error {
		if a.last.Give(false) || task.Wait(ctx, restartEnd) == nil && a.last.Give(true) {
			a.recordRestart()
		}
		return nil
	})
}

// closeState writes the last of the state, and that the agent stopped in order where it did.
func (a *agent) closeState(g *task.Group, inOrder bool) {
	if a.store == nil {
		return
	}
	a.touchCounts()
	if inOrder {
		a.store.Save(bootsFile, a.savedBoots(true))
	}
	a.end("state", g, stateEnd)
	if err := a.store.State(); err != nil {
		a.log.Error("the last state is not on disk", "err", err)
	}
}
