package status

import (
	"encoding/json"

	"pychron-edge/drawing"
	"pychron-edge/telemetry"
)

// Payload says that the agent is online, or what the broker says when it is not. It has no readings in it: those are events,
// and never retained. Whether a pump runs by a condition is judged here, and for how long a region has been as it is and how fast it rises: these go
// along, with the time of the boot by which a viewer knows how old they are.
func (src *Source) Payload(online bool) []byte {
	s := src.Status()
	w := telemetry.StatusPayload{
		State: "offline", Boot: src.Boot, Version: src.Version, Started: s.Started, HTTP: s.Connection.MetricsURL, Simulated: src.Simulated, Clock: s.Clock,
		Heartbeat: src.Plan().Heartbeat().Seconds(), StaleAfter: 2.5 * src.Plan().Heartbeat().Seconds(),
	}
	if online {
		w.State = "online"
		w.Devices, w.Rules, w.Alarms, w.Pipettes = s.Devices, s.Rules, s.Alarms, s.Pipettes
		w.Key, w.Halted = s.Key, s.Halted
		w.Drawings = s.Drawings
		for i := range w.Drawings {
			d, up := &w.Drawings[i], src.Clock.Up()
			d.Lasting, d.Judged = drawing.LastingOf(d.Regions, up), telemetry.Seconds(up)
			d.Regions, d.Valves = []drawing.Region{}, nil
		}
		w.Through, w.Boots = src.Through(), src.Boots()
		for d := range w.Devices {
			w.Devices[d].OnSince = nil
			for p := range w.Devices[d].Points {
				point := &w.Devices[d].Points[p]
				point.Value, point.Last, point.Age, point.Timestamp, point.Since = nil, nil, nil, nil, nil
			}
			for c := range w.Devices[d].Controls {
				w.Devices[d].Controls[c].Value = nil
				w.Devices[d].Controls[c].Moving = false // over long before the status is said again
				w.Devices[d].Controls[c].State, w.Devices[d].Controls[c].Conditions = "", nil
			}
		}
	}
	if n := len("/metrics"); len(w.HTTP) > n {
		w.HTTP = w.HTTP[:len(w.HTTP)-n]
	}
	data, err := json.Marshal(w)
	if err != nil { // a number that JSON cannot say
		data, _ = json.Marshal(telemetry.StatusPayload{State: w.State, Boot: src.Boot, Version: src.Version})
	}
	return data
}
