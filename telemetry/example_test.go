package telemetry_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/telemetry"
	"pychron-edge/telemetry/metrics"
)

// backend is a program with nothing but events.
type backend struct{ telemetry.Backend }

func (backend) Boots() []string { return []string{"9f2c61aa"} }

// A gauge is read, and an exchange with another fails: both are seen by Prometheus and by people.
func Example() {
	up := func() time.Duration { return time.Minute }
	metrics, present, lanes := metrics.New("", up), &buffer.Present{}, buffer.NewLanes(0, 0, 0)
	present.Set("ion1", []buffer.Sample{{Device: "ion1", Channel: "ig", Name: "pressure", Unit: buffer.Pascals, Value: 1.2e-7,
		Up: up(), StaleAfter: 5 * time.Second}})
	failure := buffer.Event{Source: "line1", Boot: "9f2c61aa", Kind: buffer.Failure, Severity: buffer.Error, Type: buffer.Gauge,
		Metric: "device_up", Device: "ion2", Labels: buffer.MakeLabels("device", "ion2"), Status: "timeout"}
	metrics.Record(&failure)
	lanes.Append(&failure)

	server := telemetry.NewServer(telemetry.ServerOptions{Backend: backend{}, Lanes: lanes, Boot: "9f2c61aa", Gatherer: metrics.Gatherer(present)})
	ask := func(path string) string {
		request, answer := httptest.NewRequest("GET", "http://localhost"+path, nil), httptest.NewRecorder()
		request.RemoteAddr = "127.0.0.1:40000"
		server.Handler().ServeHTTP(answer, request)
		return answer.Body.String()
	}
	for line := range strings.Lines(ask("/metrics")) {
		if strings.HasPrefix(line, "pychron_pressure") || strings.HasPrefix(line, "pychron_device_up") {
			fmt.Print(line)
		}
	}
	_, row, _ := strings.Cut(ask("/events?kind=failure&format=export-csv"), "\n")
	_, row, _ = strings.Cut(row, ",") // without the time
	fmt.Print(row)
	// Output:
	// pychron_device_up{device="ion2"} 0
	// pychron_pressure_pascals{channel="ig",device="ion1"} 1.2e-07
	// gauge,device_up,0.0,device=ion2,timeout
}
