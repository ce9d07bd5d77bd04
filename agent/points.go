package main

import (
	"runtime"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers/line"
	"pychron-edge/telemetry/metrics"
)

// points gives a scrape what is kept elsewhere than in the metrics: odometers, lines, services, the uplink.
func (a *agent) points(emit func(metrics.Point)) {
	gauge := func(name string, v float64, labels ...string) {
		emit(metrics.Point{Name: name, Type: buffer.Gauge, Labels: buffer.MakeLabels(labels...), Value: v})
	}
	counter := func(name string, v float64, labels ...string) {
		emit(metrics.Point{Name: name, Type: buffer.Counter, Labels: buffer.MakeLabels(labels...), Value: v})
	}
	b := thisBuild()
	gauge("build_info", 1, "version", a.version, "commit", b.commit, "date", b.date, "go", runtime.Version(), "system", b.system)
	gauge("config_last_reload_successful", buffer.ZeroOne(!a.reloadFailed.Load()))
	gauge("config_in_force_is_kept", buffer.ZeroOne(a.lastGood.Runs()))
	for _, i := range a.fleet.All() {
		for _, o := range i.Odometers.List() {
			counter(o.Metric, o.Value, "device", i.Name)
		}
	}
	a.linePoints(emit)
	a.servicePoints(gauge)
	for receiver, waiting := range a.notifier.Waiting() {
		gauge("agent_notifications_waiting", float64(waiting), "to", receiver)
	}
	a.uplinkPoints(gauge, counter)
}

// linePoints are those of the lines. The series of a line have one text of its labels.
func (a *agent) linePoints(emit func(metrics.Point)) {
	var of buffer.Labels
	counter := func(name string, v float64) {
		emit(metrics.Point{Name: name, Type: buffer.Counter, Labels: of, Value: v})
	}
	gauge := func(name string, v float64) {
		emit(metrics.Point{Name: name, Type: buffer.Gauge, Labels: of, Value: v})
	}
	a.fleet.EachLine(func(port string, s line.State) {
		of = buffer.MakeLabels("port", port)
		counter("port_resyncs_total", float64(s.Resyncs))
		counter("port_reopens_total", float64(s.Reopens))
		gauge("port_queue_seconds", s.Queue.Seconds())
		gauge("port_wedged", buffer.ZeroOne(s.Wedged))
	})
}

func (a *agent) servicePoints(gauge func(string, float64, ...string)) {
	zero, known := a.clock.ZeroWall(), a.synced.Load()
	a.services.Each(func(name string, success time.Duration) {
		if known && success > 0 { // no time is told that is not known, or that never was
			gauge("service_last_success_timestamp_seconds", float64(zero.Add(success).UnixMicro())/1e6, "service", name)
		}
	})
}
