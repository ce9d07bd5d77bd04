package telemetry

import (
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"pychron-edge/buffer"
	"pychron-edge/telemetry/metrics"
)

// TestScrapesBesidePolls is everything at once: with -race it finds what is shared and should not be; without, that every
// scrape is whole and that counters never go down.
func TestScrapesBesidePolls(t *testing.T) {
	m, p := metrics.New("", func() time.Duration { return 0 }), &buffer.Present{}
	s, b := run(t, func(o *ServerOptions) { o.Gatherer = m.Gatherer(p) })
	stop := make(chan struct{})
	var polls, scrapes sync.WaitGroup
	for d := range 3 {
		polls.Go(func() {
			device := fmt.Sprintf("gauge%d", d)
			io := m.IO(device, "read")
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				p.Set(device, []buffer.Sample{sample(device, "", "pressure", buffer.Pascals, float64(i))})
				io.Done(nil, time.Millisecond, start)
				m.Record(&buffer.Event{Lane: buffer.Ingest, Kind: buffer.Lifecycle, Type: buffer.Counter, Metric: "posted", Value: 1,
					Labels: buffer.MakeLabels("device", device)})
				b.lanes.Append(event(buffer.Reading, "pressure_pascals", float64(i), float64(i)))
				if i%50 == 0 {
					m.Forget("nobody")
					m.Families(map[string]string{device: ""})
				}
			}
		})
	}
	c := client(t, nil)
	for range 2 {
		scrapes.Go(func() {
			last := 0.0
			for range 20 {
				n, err := posted1(c, s.Addr())
				if err != nil || n < last {
					t.Errorf("scrape: %v, counter %v after %v", err, n, last)
					return
				}
				last = n
				if err := drain(c, "http://"+s.Addr()+"/events?limit=5"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	scrapes.Wait()
	close(stop)
	polls.Wait()
}

// posted1 scrapes, reads the text with Prometheus' own parser, and gives the sum of a counter.
func posted1(c *http.Client, address string) (sum float64, err error) {
	response, err := c.Get("http://" + address + "/metrics")
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	for _, metric := range families["pychron_posted_total"].GetMetric() {
		sum += metric.GetCounter().GetValue()
	}
	return sum, err
}

func drain(c *http.Client, url string) error {
	response, err := c.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
