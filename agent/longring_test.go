package main

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/drivers"
	"pychron-edge/telemetry"

	"pychron-edge/agent/config"
)

// What the ring of readings has overwritten is packed behind it: the running agent counts it and answers /series from it, reading by reading.
func TestReadingsBehindTheRing(t *testing.T) {
	plan := gaugePlan("ion1", &fake{})
	plan.Every = time.Hour // read once; what follows comes from the test
	h := quietAgent([]*config.DevicePlan{plan})
	end := alive(t, h)
	until(t, "the page's address and the first reading", func() bool {
		return h.services.address() != "" && h.lanes.Readings.Stats().Position > 0
	})
	gauge := h.fleet.Find("ion1")
	n := 3 * buffer.DefaultReadings
	value := func(i int) float64 { return 1e-6 * float64(1+i%2+i/4096) }
	for i := range n {
		gauge.Accept([]drivers.Reading{{Channel: "ig", Name: "pressure", Unit: drivers.Pascals, Value: value(i)}})
		if i%1000 == 999 { // no flood outruns the packer here
			until(t, "packing", func() bool {
				return h.lanes.Readings.Stats().Position-h.long.Stats().Total < buffer.DefaultReadings*7/8
			})
		}
	}
	s, _ := h.Status("")
	at := slices.IndexFunc(s.Rings, func(r telemetry.RingStatus) bool { return r.Lane == "long" })
	if r := s.Rings[at]; r.Events < n-buffer.DefaultReadings || r.Total != uint64(r.Events) || r.Overwritten != 0 || r.Capacity < 400_000 {
		t.Errorf("long ring %+v, want %d readings or more, none overwritten, room for a day", r, n-buffer.DefaultReadings)
	}
	series, err := h.history().Series(t.Context(), telemetry.SeriesQuery{Device: "ion1", Point: "ig", Since: h.clock.Now().Add(-time.Hour), Until: h.clock.Now().Add(time.Second), Points: 5000})
	if err != nil || len(series.Min) == 0 || slices.Min(series.Min) != value(0) || slices.Max(series.Max) != value(n-1) {
		t.Errorf("series of %d entries, %v, want the first reading and the last", len(series.Min), err)
	}
	response, err := http.Get("http://" + h.services.address() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, _ := io.ReadAll(response.Body)
	for _, want := range []string{`pychron_ring_events{lane="long"} `, `pychron_ring_capacity_events{lane="long"} `, `pychron_ring_overwritten_total{lane="long"} 0`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("/metrics has no %s", want)
		}
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}
