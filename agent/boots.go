package main

import (
	"maps"
	"slices"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/uplink"
)

// maxEarlierBoots is how many earlier starts are remembered: enough for a broker that was away for a day of power cuts.
const maxEarlierBoots = 16

// savedBoots says which start runs, and what the last ones recorded: a start that a viewer never heard of is accounted for all the same.
type savedBoots struct {
	Running string                 `json:"running"`         // its boot, where one runs at the next start, it did not stop in order; "" = it did
	Boots   []telemetry.BootStatus `json:"boots,omitempty"` // oldest first, the running one last

	Acknowledged uplink.EventID `json:"acknowledged,omitzero"` // by the broker, up to here, of the audit lane
}

// restoreBoots takes back what earlier starts recorded. It is called before anything is published.
func (a *agent) restoreBoots(saved savedBoots) {
	a.acknowledged = saved.Acknowledged
	boots := slices.DeleteFunc(saved.Boots, func(b telemetry.BootStatus) bool { return b.Boot == a.boot })
	a.earlier = boots[max(0, len(boots)-maxEarlierBoots):]
	for i := range a.earlier {
		b := &a.earlier[i]
		if seq, audit := a.inJournal[b.Boot], buffer.Audit.String(); seq > b.Last[audit] {
			b.Last = maps.Clone(b.Last)
			if b.Last == nil {
				b.Last = map[string]uint64{}
			}
			b.Last[audit] = seq
		}
	}
}

// savedBoots is what is to be kept of the starts. inOrder says that this one has stopped in order.
func (a *agent) savedBoots(inOrder bool) savedBoots {
	now := telemetry.BootStatus{Boot: a.boot, Last: a.lastSeqs(), Clean: inOrder, Journal: a.journal.Load() != nil}
	out := savedBoots{Running: a.boot, Boots: append(slices.Clone(a.earlier), now), Acknowledged: a.acknowledged}
	if p := a.publisher.Load(); p != nil {
		out.Acknowledged = p.Acknowledged()
	}
	if inOrder {
		out.Running = ""
	}
	return out
}

// lastSeqs is, by lane, the number of the last event of this start; a lane without one is left out.
func (a *agent) lastSeqs() map[string]uint64 {
	last := map[string]uint64{}
	a.lanes.Each(func(lane buffer.Lane, r *buffer.Ring) {
		events, _ := r.Since(make([]buffer.Event, 0, 1), max(r.Stats().Position, 1)-1)
		if len(events) == 1 && events[0].Boot == a.boot {
			last[lane.String()] = events[0].Seq
		}
	})
	return last
}
