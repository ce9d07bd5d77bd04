package served

import (
	"log/slog"

	"pychron-edge/agent/device"
	"pychron-edge/agent/rawline"
)

// Lent is one line that is lent to others.
type Lent struct {
	Name string // of the service
	*rawline.Server
}

// Health is whether the port is open, and why it is not.
func (l Lent) Health() (int, string) { return listening(l.Listening()) }

// Lines are the lines that the plan in force lends.
func Lines(a Line, fleet *device.Fleet, log *slog.Logger) (lent []Lent) {
	for _, d := range a.Plan().Devices {
		if d.Off || d.Serve.Listen == "" {
			continue
		}
		name := d.Name
		lent = append(lent, Lent{"line of " + name, rawline.NewServer(rawline.Options{
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
	return lent
}
