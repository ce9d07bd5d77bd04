package served

import (
	"context"
	"log/slog"
	"net"

	"pychron-edge/agent/device"
)

// Service is one thing that runs for Pychron.
type Service struct {
	Name   string
	Health func() (int, string) // and why it is not healthy
	Run    func(ctx context.Context) error
	Addr   func() net.Addr // where it listens, nil while it does not
}

// All are the services of the plan in force: the ports of its clients, the lines that are lent to its drivers, and the reading of its
// metrics page. synced says whether this clock is right.
func All(a Line, fleet *device.Fleet, synced func() bool, log *slog.Logger) (all []Service) {
	for _, p := range ports(a, log) {
		all = append(all, Service{p.name, func() (int, string) { return listening(p.Listening()) }, p.Run, p.Addr})
	}
	for _, l := range lines(a, fleet, log) {
		all = append(all, Service{l.name, func() (int, string) { return listening(l.Listening()) }, l.Run, l.Addr})
	}
	if t := metrics(a, synced, log); t != nil {
		all = append(all, Service{MetricsService, func() (int, string) { return health(t.State()) }, t.Run, func() net.Addr { return nil }})
	}
	return all
}
