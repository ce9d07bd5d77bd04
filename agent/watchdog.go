package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// stuck is how long the supervisor may take for a round before the program counts as hung. It makes ten a second.
const stuck = 3 * time.Second

// alive says which part of the program makes no progress, nil if all do. Instruments and lines have no part in it: one that
// is wedged or absent is a failure of a device, and no reason to restart.
func (a *agent) alive() error {
	if quiet := a.clock.Up() - time.Duration(a.commander.Progress.Load()); quiet > stuck {
		return fmt.Errorf("the supervisor of rules and commands has made no progress for %v", quiet.Round(time.Millisecond))
	}
	return nil
}

// ready says what is missing before the agent can be asked, nil if nothing is.
func (a *agent) ready() error {
	if a.commander.Progress.Load() == 0 {
		return errors.New("starting")
	}
	return a.alive()
}

// watchdog feeds systemd's watchdog while the supervisor makes progress, until ctx is done. The supervisor needs the
// commander's lock in each of its rounds, so a commander that hangs starves it too.
func (a *agent) watchdog(ctx context.Context) error {
	interval, err := daemon.SdWatchdogEnabled(false)
	if err != nil || interval == 0 {
		return nil
	}
	tick := time.NewTicker(interval / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := a.alive(); err != nil {
			a.log.Error("not feeding the watchdog", "err", err)
			continue
		}
		a.notifySystemd(daemon.SdNotifyWatchdog)
	}
}

// notifySystemd notifies the service manager, if there is one.
func (a *agent) notifySystemd(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		a.log.Warn("systemd could not be told", "state", state, "err", err)
	}
}
