//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A page holds the newest thousand events when it opens. A search finds what is older too, with no time range chosen.
func TestSearchFindsWhatThePageDoesNotHold(t *testing.T) {
	broker := mosquitto(t)
	viewer := startViewer(t, broker)
	agent := startAgent(t, broker)
	var body strings.Builder
	for i := range 1200 {
		fmt.Fprintf(&body, `{"event_type":"counter","metric_name":"filler_total","value":%d}`+"\n", i)
		if i%300 == 299 {
			postAll(t, agent.url, body.String())
			body.Reset()
		}
	}
	c := startChromium(t)
	for _, at := range []string{agent.url, viewer} {
		p := c.browse(t, at+"/#/log", 1500, 1000).live()
		p.sees("the newest events", `document.querySelectorAll('#log .row').length > 3`)
		p.typed("#filter-q", "agent_starts")
		p.sees("the start, which the page did not hold", rows(cell("metric")+`.startsWith('agent_starts')`))
		p.click("#filter-reset")
		p.sees("everything again", `document.querySelectorAll('#log .row').length > 3`)
	}
}

func postAll(t *testing.T, url, body string) {
	t.Helper()
	reply, err := http.Post(url+"/events", "application/x-ndjson", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode/100 != 2 {
		t.Fatalf("POST /events: %s", reply.Status)
	}
}
