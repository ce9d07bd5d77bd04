package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"pychron-edge/buffer"
	"pychron-edge/uplink"
)

// flooded is how many readings the flood is.
const flooded = 100_000

// flood publishes readings to the broker as fast as it takes them, QoS 1, a message each, window 16, and gives how many it
// acknowledged in a second, and how many were lost.
func flood(broker string) (perSecond float64, lost uint64, err error) {
	lanes := buffer.Lanes{Audit: buffer.NewRing(buffer.Audit, 1000), Readings: buffer.NewRing(buffer.Readings, 4096), Ingest: buffer.NewRing(buffer.Ingest, 10)}
	p, err := uplink.New(uplink.Options{Broker: broker, Agent: "flood", Boot: "flood001", Lanes: lanes, Status: func(bool) []byte { return []byte(`{"state":"online","boot":"flood001"}`) }})
	if err != nil {
		return 0, 0, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	defer func() {
		cancel()
		<-ended
	}()
	if err := until(5*time.Second, func() bool { return p.State().Connected }); err != nil {
		return 0, 0, fmt.Errorf("flood: %w", err)
	}
	begun := time.Now()
	labels := buffer.MakeLabels("channel", "ig", "device", "ion1")
	for i := range flooded {
		lanes.Readings.Append(&buffer.Event{Source: "flood", Boot: "flood001", Time: time.Now(), Device: "ion1", Kind: buffer.Reading, Severity: buffer.Info,
			Type: buffer.Gauge, Metric: "pressure_pascals", Point: "ig", Unit: buffer.Pascals, Value: float64(i) * 1e-9, Labels: labels, Status: "success"})
		for i%256 == 255 && p.State().Lag[buffer.Readings] > 3000 {
			time.Sleep(100 * time.Microsecond)
		}
	}
	if err := until(30*time.Second, func() bool { return p.State().Lag[buffer.Readings] == 0 }); err != nil {
		return 0, 0, fmt.Errorf("flood: %w", err)
	}
	s := p.State()
	return flooded / time.Since(begun).Seconds(), flooded - s.Published[buffer.Readings] + s.Gaps[buffer.Readings], nil
}

// floodRow is a line of the table.
func floodRow(out io.Writer, broker string) {
	rate, lost, err := flood(broker)
	if err != nil {
		row(out, "flood to mosquitto, window 16", err.Error(), ">= 20000/s, 0 lost")
		return
	}
	row(out, "flood to mosquitto, window 16", fmt.Sprintf("%.0f/s", rate), fmt.Sprintf(">= 20000/s, 0 lost; here %d", lost))
}
