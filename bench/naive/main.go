// Command naive is the floor the agent is measured against: what one writes in an afternoon with the same packages. One
// goroutine a gauge with a blocking serial read, encoding/json, client_golang, and paho's Publish without waiting.
//
//	naive BROKER LISTEN PERIOD FRAMING PORT...
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.bug.st/serial"
)

type event struct {
	Timestamp string            `json:"timestamp"`
	EventType string            `json:"event_type"`
	Metric    string            `json:"metric_name"`
	Value     float64           `json:"value"`
	Labels    map[string]string `json:"labels"`
	Status    string            `json:"status"`
	Device    string            `json:"device"`
	Seq       int               `json:"seq"`
}

func main() {
	broker, listen := os.Args[1], os.Args[2]
	period, err := time.ParseDuration(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	client := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(broker).SetClientID("naive"))
	if t := client.Connect(); t.Wait() && t.Error() != nil {
		log.Fatal(t.Error())
	}
	pressure := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "pressure_pascals"}, []string{"device", "channel"})
	operations := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "device_io_operations_total"}, []string{"device", "operation", "result"})
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "device_io_duration_seconds"}, []string{"device", "operation"})
	prometheus.MustRegister(pressure, operations, duration)
	framing := framings[os.Args[4]]
	for i, path := range os.Args[5:] {
		go poll(fmt.Sprintf("g%d", i), path, period, framing, func(device string, value float64, seq int, took time.Duration) {
			pressure.WithLabelValues(device, "p").Set(value)
			operations.WithLabelValues(device, "read", "success").Inc()
			duration.WithLabelValues(device, "read").Observe(took.Seconds())
			body, err := json.Marshal(event{time.Now().UTC().Format(time.RFC3339Nano), "gauge", "pressure_pascals", value,
				map[string]string{"device": device, "channel": "p"}, "success", device, seq})
			if err != nil {
				log.Fatal(err)
			}
			client.Publish("pychron/line1/readings/"+device+"/p", 1, false, body)
		})
	}
	http.Handle("/metrics", promhttp.Handler())
	log.Fatal(http.ListenAndServe(listen, nil))
}

// framing is how an instrument is asked, and what is around its answer.
type framing struct {
	request, start, end string
	pascals             float64
}

var framings = map[string]framing{
	"ascii": {"P?\r", "", "\r", 1},
	"mks":   {"@253PR1?;FF", "@253ACK", ";FF", 133.322},
}

func poll(device, path string, period time.Duration, f framing, report func(string, float64, int, time.Duration)) {
	port, err := serial.Open(path, &serial.Mode{BaudRate: 9600})
	if err != nil {
		log.Fatal(err)
	}
	buf := make([]byte, 128)
	for seq := 1; ; seq++ {
		next := time.Now().Add(period)
		start := time.Now()
		port.Write([]byte(f.request))
		var reply strings.Builder
		for !strings.HasSuffix(reply.String(), f.end) {
			n, err := port.Read(buf)
			if err != nil {
				log.Fatal(err)
			}
			reply.Write(buf[:n])
		}
		text := strings.TrimSuffix(strings.TrimPrefix(reply.String(), f.start), f.end)
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			log.Fatal(err)
		}
		report(device, value*f.pascals, seq, time.Since(start))
		time.Sleep(time.Until(next))
	}
}
