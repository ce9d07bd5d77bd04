package served

import (
	"log/slog"

	"pychron-edge/agent/device"
	"pychron-edge/agent/rawline"
)

// lent is one line that is lent to others.
type lent struct {
	name string // of the service
	*rawline.Server
}

// lines are the lines that the plan in force lends.
func lines(a Line, fleet *device.Fleet, log *slog.Logger) (all []lent) {
	for _, d := range a.Plan().Devices {
		if d.Off || d.Serve.Listen == "" {
			continue
		}
		name := d.Name
		all = append(all, lent{"line of " + name, rawline.NewServer(rawline.Options{
			Device: name, Listen: d.Serve.Listen, Networks: d.Serve.Clients(), Control: d.Serve.Control, Record: a.Recorder, Log: log,
			Line: func() *rawline.Shared {
				if i := fleet.Find(name); i != nil {
					return i.Shared
				}
				return nil
			},
			Written: func() {
				if i := fleet.Find(name); i != nil {
					i.Written()
				}
			},
		})})
	}
	return all
}
