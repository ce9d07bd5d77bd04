package blackbox

import (
	"pychron-edge/drivers/line"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
	"pychron-edge/agent/device"
)

// Exchanges are the exchanges in the trace of a line.
func Exchanges(trace []line.Exchange) []telemetry.Exchange {
	out := make([]telemetry.Exchange, len(trace))
	for n, x := range trace {
		out[n] = telemetry.Exchange{Time: x.Time, Device: x.Device, Request: x.Request, Reply: x.Reply, Took: x.Took.Seconds()}
		if x.Err != nil {
			out[n].Error = x.Err.Error()
		}
	}
	return out
}

// ExchangesOf are the last exchanges on every line of a fleet. A line that several devices hang on is taken once.
func ExchangesOf(f *device.Fleet) (all []telemetry.ShownExchange) {
	seen := map[any]bool{}
	for _, d := range f.All() {
		if d.Line == nil || seen[d.Line] {
			continue
		}
		seen[d.Line] = true
		for _, e := range Exchanges(d.Line.Trace()) {
			all = append(all, telemetry.Show(e))
		}
	}
	return all
}

// Watched reports whether an alarm of the configuration is about a device.
func Watched(p *config.Plan, device string) bool {
	for _, a := range p.Alarms {
		for _, d := range a.Devices {
			if d == device {
				return true
			}
		}
	}
	return false
}
