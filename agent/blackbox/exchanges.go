package blackbox

import (
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
)

// ExchangesOn are the last exchanges on a line, nil where there is no line.
func ExchangesOn(l device.Line) []telemetry.Exchange {
	if l == nil {
		return nil
	}
	trace := l.Trace()
	out := make([]telemetry.Exchange, len(trace))
	for n, x := range trace {
		out[n] = telemetry.Exchange{Time: telemetry.Moment(x.Time), Device: x.Device, Request: x.Request, Reply: x.Reply, Took: telemetry.Seconds(x.Took)}
		if x.Err != nil {
			out[n].Error = x.Err.Error()
		}
	}
	return out
}

// exchangesOf are the last exchanges on every line of a fleet. A line that several devices hang on is taken once.
func exchangesOf(f *device.Fleet) (all []telemetry.ShownExchange) {
	seen := map[any]bool{}
	for _, d := range f.All() {
		if d.Line == nil || seen[d.Line] {
			continue
		}
		seen[d.Line] = true
		for _, e := range ExchangesOn(d.Line) {
			all = append(all, telemetry.Show(e))
		}
	}
	return all
}

// watched reports whether an alarm of the configuration is about a device.
func watched(p *config.Plan, device string) bool {
	for _, a := range p.Alarms {
		for _, d := range a.Devices {
			if d == device {
				return true
			}
		}
	}
	return false
}
