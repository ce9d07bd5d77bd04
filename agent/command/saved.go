package command

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"pychron-edge/buffer"

	"pychron-edge/agent/rules"
)

// The documents of what protects people. They are restored before the first command is let in.
const (
	LocksFile    = "locks"
	LatchesFile  = "latches"
	AlarmsFile   = "alarms"
	PipettesFile = "pipettes"
)

// savedTime is an end that survives a restart: what was left of it, and when it is on a wall that can be believed.
type savedTime struct {
	Left  time.Duration `json:"left"`  // nanoseconds
	Until time.Time     `json:"until"` // zero: the wall could not be believed
}

// savedLock is a lock as it is written.
type savedLock struct {
	Owner        string     `json:"owner"`
	By           string     `json:"by"`
	Reason       string     `json:"reason"`
	Since        time.Time  `json:"since"`
	End          *savedTime `json:"end"` // null = until it is lifted
	Both         bool       `json:"both"`
	OutOfService bool       `json:"out_of_service"`
}

// savedLatches are the trips as they are written, why a halt keeps everything at idle, and the HALT that was not cleared.
type savedLatches struct {
	Halt   string               `json:"halt"` // "" = it does not
	Halted *savedHalt           `json:"halted,omitempty"`
	Rules  map[string]savedTrip `json:"rules"`
}

// savedHalt is a HALT that stands as it is written.
type savedHalt struct {
	Name   string            `json:"name"`
	Via    string            `json:"via"`
	At     time.Time         `json:"at"`
	Result buffer.HaltResult `json:"result"`
}

type savedTrip struct {
	Why   string    `json:"why"`
	Since time.Time `json:"since"`
}

// savedAlarm is what people did with an alarm, as it is written.
type savedAlarm struct {
	Active       bool       `json:"active"`
	Since        time.Time  `json:"since"`
	Why          string     `json:"why"`
	Acknowledged string     `json:"acknowledged"`
	Shelved      *savedTime `json:"shelved"` // null = not shelved
	ShelvedWhy   string     `json:"shelved_why"`
}

// onDisk waits until a document is on disk as it is now. A disk that fails is the state service's to report.
func (d *Commander) onDisk(name string) error {
	err := d.env.Store().Sync(name)
	d.warnUnsaved(name, err)
	return err
}

func (d *Commander) warnUnsaved(name string, err error) {
	if err != nil {
		d.env.Log.Warn("it would not survive a restart", "what", name, "err", err)
	}
}

// Restore takes back what an earlier start kept, and keeps it up to date from now on. cut says that the start before did not
// stop in order. Where locks or latches are damaged, everything stays at idle until somebody looked. It is called before the
// first command, and gives what was damaged.
func (d *Commander) Restore(cut bool) []error {
	s := d.env.Store()
	var latches savedLatches
	var answers []savedAnswer
	var refused savedRefused
	locks, alarms, pipettes := map[string]savedLock{}, map[string]savedAlarm{}, map[string]rules.PipetteCount{}
	errs := []error{s.Load(LocksFile, &locks), s.Load(LatchesFile, &latches), s.Load(AlarmsFile, &alarms), s.Load(PipettesFile, &pipettes), s.Load(AnswersFile, &answers), s.Load(RefusedFile, &refused)}
	d.mu.Lock()
	d.restoreLocks(locks)
	d.restoreLatches(latches)
	d.restoreAlarms(alarms)
	d.restorePipettes(pipettes, cut)
	d.seen.restore(answers, d.env.Clock.Now())
	d.before.earlier = refused.Through
	if err := errors.Join(errs[0], errs[1]); err != nil && d.latched == "" {
		d.latched = "locks and latches from before the restart could not be read: " + err.Error()
	}
	d.mu.Unlock()
	s.Provide(LocksFile, d.saveLocks)
	s.Provide(LatchesFile, d.saveLatches)
	s.Provide(AlarmsFile, d.saveAlarms)
	s.Provide(PipettesFile, d.savePipettes)
	s.Provide(AnswersFile, func() any { return d.seen.save(d.env.Clock.Now()) })
	s.Provide(RefusedFile, d.saveRefused)
	for _, name := range []string{LocksFile, LatchesFile, AlarmsFile, PipettesFile} {
		s.Prompt(name)
	}
	return errs
}

// Refresh writes how long locks and shelves still hold. Where none ends, nothing has changed.
func (d *Commander) Refresh() {
	d.mu.Lock()
	now := d.env.Clock.Steady()
	ends := func(l lock) bool { return !l.until.IsZero() && !l.over(now) }
	locked := slices.ContainsFunc(slices.Collect(maps.Values(d.locks)), ends)
	shelved := slices.ContainsFunc(slices.Collect(maps.Values(d.alarms)), func(a rules.AlarmState) bool { return a.ShelvedUntil != 0 })
	d.mu.Unlock()
	if locked {
		d.env.Store().Touch(LocksFile)
	}
	if shelved {
		d.env.Store().Touch(AlarmsFile)
	}
}

// saved is an end that is left from now.
func (d *Commander) saved(left time.Duration) *savedTime {
	s := &savedTime{Left: left}
	if d.env.Clock.Sync() {
		s.Until = d.env.Clock.Now().Add(left)
	}
	return s
}

// left is what is left of an end: never more than there was, however wrong the wall is.
func (d *Commander) left(s *savedTime) time.Duration {
	if s.Until.IsZero() || !d.env.Clock.Sync() {
		return s.Left
	}
	return min(s.Left, s.Until.Sub(d.env.Clock.Now()))
}

// upOf is a wall's time as a time since the start, which is negative.
func (d *Commander) upOf(t time.Time) time.Duration {
	return min(t.Sub(d.env.Clock.ZeroWall()), d.env.Clock.Up())
}

func (d *Commander) saveLocks() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, out := d.env.Clock.Steady(), map[string]savedLock{}
	for device, l := range d.locks {
		if l.over(now) {
			continue
		}
		s := savedLock{Owner: l.owner, By: l.by, Reason: l.reason, Since: l.since, Both: l.both, OutOfService: l.outOfService}
		if !l.until.IsZero() {
			s.End = d.saved(l.until.Sub(now))
		}
		out[device] = s
	}
	return out
}

// restoreLocks and the others are called with mu held.
func (d *Commander) restoreLocks(all map[string]savedLock) {
	now := d.env.Clock.Steady()
	for device, l := range all {
		one := lock{owner: l.Owner, by: l.By, reason: l.Reason, since: l.Since, both: l.Both, outOfService: l.OutOfService}
		if l.End != nil {
			one.until = now.Add(min(d.left(l.End), lockMax))
		}
		if since, ok := d.locks[device]; !one.over(now) && (!ok || since.over(now)) { // one taken since stays
			d.locks[device] = one
		}
	}
}

func (d *Commander) saveLatches() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := savedLatches{Halt: d.latched, Halted: d.saveHalted(), Rules: map[string]savedTrip{}}
	for rule, l := range d.latches {
		if l.Tripped {
			out.Rules[rule] = savedTrip{l.Why, d.env.Clock.ZeroWall().Add(l.Since)}
		}
	}
	return out
}

// restoreLatches adds to what a journal brought: a trip that either of them has is one.
func (d *Commander) restoreLatches(all savedLatches) {
	for rule, trip := range all.Rules {
		if l := d.latches[rule]; l != nil && l.Tripped && l.Since > 0 && !strings.HasPrefix(l.Why, beforeRestart) {
			continue // it tripped since
		}
		d.restoreTrip(rule, trip.Why)
		d.latches[rule].Since = d.upOf(trip.Since)
	}
	if d.latched == "" {
		d.latched = all.Halt
	}
	d.restoreHalted(all.Halted)
}

// saveHalted is the HALT that stands as it is written, nil if none. The caller holds mu.
func (d *Commander) saveHalted() *savedHalt {
	if d.halted == nil {
		return nil
	}
	h := d.halted
	return &savedHalt{h.By.Name, h.By.Via, d.env.Clock.ZeroWall().Add(h.At), h.Result}
}

// restoreHalted takes back a HALT from before the start, unless there was one since.
func (d *Commander) restoreHalted(h *savedHalt) {
	if h != nil && d.halted == nil {
		d.halted = &HaltStanding{buffer.Principal{Name: h.Name, Via: h.Via}, d.upOf(h.At), h.Result}
	}
}

func (d *Commander) saveAlarms() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]savedAlarm{}
	for name, a := range d.alarms {
		s := savedAlarm{Active: a.Active, Why: a.Why, Acknowledged: a.Acknowledged, ShelvedWhy: a.ShelvedWhy}
		if a.ShelvedUntil != 0 {
			s.Shelved = d.saved(a.ShelvedUntil - d.env.Clock.Up())
		}
		if a.Active {
			s.Since = d.env.Clock.ZeroWall().Add(a.Since)
		}
		if s.Active || s.Shelved != nil {
			out[name] = s
		}
	}
	return out
}

func (d *Commander) restoreAlarms(all map[string]savedAlarm) {
	for name, a := range all {
		if _, ok := d.alarms[name]; ok {
			continue // it was judged since
		}
		one := rules.AlarmState{Active: a.Active, Why: a.Why, Acknowledged: a.Acknowledged, ShelvedWhy: a.ShelvedWhy}
		if a.Active {
			one.Since = d.upOf(a.Since)
		}
		if a.Shelved != nil {
			one.ShelvedUntil = d.env.Clock.Up() + d.left(a.Shelved)
		}
		d.alarms[name] = one
	}
}

func (d *Commander) savePipettes() any {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.shots)
}

// restorePipettes adds to what a journal brought. Counts never go backwards.
func (d *Commander) restorePipettes(all map[string]rules.PipetteCount, cut bool) {
	for name, c := range all {
		before := d.shots[name]
		c.Shots, c.Uncertain = max(c.Shots, before.Shots), max(c.Uncertain, before.Uncertain)
		c.Loaded, c.Half = c.Loaded || before.Loaded, c.Half || before.Half
		if cut {
			c = c.CutShort()
		}
		d.shots[name] = c
	}
}
