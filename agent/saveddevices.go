package main

import (
	"strconv"

	"pychron-edge/buffer"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
	"pychron-edge/agent/restart"
)

// deviceFile is the document of a device in the state directory.
func deviceFile(name string) string { return "device." + name }

// noteStates takes what was read of a device, and has what changed written down.
func (a *agent) noteStates(name string, samples []buffer.Sample) {
	if a.store == nil {
		return
	}
	if a.last.Note(a.plan(), name, samples) {
		a.store.Prompt(deviceFile(name))
	}
	if a.last.CompareWith(name, samples) {
		a.recordRestart()
	}
}

// restoreDevices takes back what was kept of the devices of a plan that were not there yet. It gives what was damaged.
func (a *agent) restoreDevices(p *config.Plan) (errs []error) {
	if a.store == nil {
		return nil
	}
	for _, d := range p.Devices {
		if a.last.Has(d.Name) {
			continue
		}
		var saved restart.Saved
		errs = append(errs, a.store.Load(deviceFile(d.Name), &saved))
		a.last.Restore(d.Name, saved)
		a.store.Provide(deviceFile(d.Name), func() any { return a.savedOf(d.Name) })
	}
	return errs
}

// savedOf is a device as it is to be written. One that is not in operation stays as it was.
func (a *agent) savedOf(name string) restart.Saved {
	i := a.fleet.Find(name)
	if i == nil {
		saved, _ := a.last.Saved(name)
		return saved
	}
	n := &buffer.Note{}
	i.Odometers.Note(n)
	return a.last.Save(name, n.String())
}

// holdCounts keeps the counts of devices that are to be made anew, or are gone until another reload.
func (a *agent) holdCounts(out []*device.Device) {
	for _, i := range out {
		a.savedOf(i.Name)
		a.store.Prompt(deviceFile(i.Name))
	}
}

// touchCounts has the running hours written down.
func (a *agent) touchCounts() {
	for _, i := range a.fleet.All() {
		if i.Odometers.Total() > 0 {
			a.store.Touch(deviceFile(i.Name))
		}
	}
}

// restoredOf is what an earlier start kept of a device, in its journal and in the state directory, which is the newer.
func (a *agent) restoredOf(name string) device.Restored {
	r := a.restored[name]
	s, ok := a.last.Saved(name)
	if !ok {
		return r
	}
	out := device.Restored{Notes: append([]string{}, r.Notes...), States: append([]device.RestoredState{}, r.States...)}
	if s.Counts != "" {
		out.Notes = append(out.Notes, s.Counts)
	}
	for point, value := range s.States {
		out.States = append(out.States, device.RestoredState{Point: point, Value: value})
	}
	return out
}

// recordRestart records what is not as it was before an unclean start.
func (a *agent) recordRestart() {
	s := a.last.Report()
	n := &buffer.Note{}
	n.Number("differences", float64(len(s.Differences)))
	for _, d := range s.Differences {
		now := "unknown"
		if d.Now != nil {
			now = strconv.FormatFloat(*d.Now, 'g', -1, 64)
		}
		n.Add(d.Device+"."+d.Point, strconv.FormatFloat(d.Before, 'g', -1, 64)+"->"+now)
	}
	if len(s.Unread) > 0 {
		n.Number("not_read", float64(len(s.Unread)))
	}
	a.log.Warn("the agent before this one did not stop in order", "differences", len(s.Differences), "not_read", len(s.Unread))
	a.record(&buffer.Event{
		Kind: buffer.System, Severity: buffer.Warning, Type: buffer.Counter, Metric: "agent_unclean_starts_total", Value: 1,
		Status: "the agent before this one did not stop in order", Note: n.String(),
	})
}
