package served

import (
	"log/slog"

	"pychron-edge/uplink/pychron/intake"
)

// MetricsService is the name of the service that reads Pychron's metrics.
const MetricsService = "pychron metrics"

// metrics is the page of Pychron that the plan in force names, nil where it names none.
func metrics(a Line, synced func() bool, log *slog.Logger) *intake.Target {
	m := a.Plan().Config.Pychron.Metrics
	if m.URL == "" {
		return nil
	}
	return intake.New(intake.Options{URL: m.URL, Namespace: m.Namespace, Every: m.Every, Record: a.Recorder, Now: a.Clock.Now, Synced: synced, Log: log})
}
