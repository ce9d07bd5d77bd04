package served

import (
	"log/slog"

	"pychron-edge/uplink/pychron/intake"
)

// MetricsService is the name of the service that reads Pychron's metrics.
const MetricsService = "pychron metrics"

// Target is the metrics page of Pychron.
type Target struct{ *intake.Target }

// Metrics is the page that the plan in force names; false where it names none. synced says whether this clock is right.
func Metrics(a Line, synced func() bool, log *slog.Logger) (Target, bool) {
	m := a.Plan().Config.Pychron.Metrics
	if m.URL == "" {
		return Target{}, false
	}
	return Target{intake.New(intake.Options{URL: m.URL, Namespace: m.Namespace, Every: m.Every, Record: a.Recorder, Now: a.Clock.Now, Synced: synced, Log: log})}, true
}

// Health is how far its metrics are known.
func (t Target) Health() (int, string) { return health(t.State()) }
