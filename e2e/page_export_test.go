//go:build e2e

package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// export is feature 5.
func (s *stage) export(t *testing.T) {
	t.Run("filter", s.exportFilter)
	t.Run("what is shown", s.exportShown)
	t.Run("range", s.exportRange)
	t.Run("clear", s.clear)
}

func (s *stage) exportFilter(t *testing.T) {
	s.both(t, "log", url.Values{"kind": {"command"}, "device": {"V1"}}, func(t *testing.T, p *page) {
		p.sees("commands", rows(cell("kind")+` === 'command'`))
		p.click("#export-open")
		p.typed("#export-format", "json")
		p.typed("#export-scope", "filter")
		p.click("#export-start")
		var all []map[string]any
		if err := json.Unmarshal(p.download(".json"), &all); err != nil || len(all) == 0 {
			t.Fatalf("%d events as JSON, %v", len(all), err)
		}
		for _, e := range all {
			if e["kind"] != "command" || e["device"] != "V1" {
				t.Fatalf("an event that the filter keeps out: %v", e)
			}
		}
		p.sees("how much it was", `/exported: .*rows/.test(document.querySelector('#toasts').textContent)`)
		p.keys("e")
		p.typed("#export-format", "csv")
		p.typed("#export-scope", "filter")
		p.click("#export-start")
		table, err := csv.NewReader(bytes.NewReader(p.download(".csv"))).ReadAll()
		if err != nil || len(table) != len(all)+1 {
			t.Fatalf("%d rows as CSV, %v, want %d and a head", len(table), err, len(all))
		}
		if head := strings.Join(table[0], ","); head != "Timestamp,EventType,MetricName,Value,Labels,Status,Unit,Display,DisplayUnit,Bound,Severity,Kind,Source,Device,Lane,Boot,Seq,Note" {
			t.Errorf("head %s", head)
		}
		p.click("#export-open")
		p.typed("#export-format", "export")
		p.typed("#export-scope", "all")
		p.click("#export-start")
		var pychron struct {
			Connection map[string]any
			Events     []map[string]any
		}
		if err := json.Unmarshal(p.download(".json"), &pychron); err != nil || len(pychron.Events) <= len(all) || len(pychron.Connection) != 5 {
			t.Errorf("Pychron's export: %d events, connection %v, %v", len(pychron.Events), pychron.Connection, err)
		}
	})
}

// exportShown exports what a device's log shows, in which no kind was chosen: no reading is seen, and none may come.
func (s *stage) exportShown(t *testing.T) {
	s.both(t, "log", url.Values{"device": {"V1"}}, func(t *testing.T, p *page) {
		p.sees("events of the device", rows(cell("device")+` === 'V1'`))
		p.click("#export-open")
		p.typed("#export-format", "json")
		p.click("#export-start")
		var all []map[string]any
		if err := json.Unmarshal(p.download(".json"), &all); err != nil || len(all) == 0 {
			t.Fatalf("%d events, %v", len(all), err)
		}
		for _, e := range all {
			if e["kind"] == "reading" || e["device"] != "V1" {
				t.Fatalf("an event that the log does not show: %v", e)
			}
		}
	})
}

func (s *stage) exportRange(t *testing.T) {
	s.both(t, "log", nil, func(t *testing.T, p *page) {
		p.click("#export-open")
		p.typed("#export-format", "ndjson")
		p.typed("#export-scope", "range")
		p.typed("#export-since", "2020-01-01T00:00:00")
		p.typed("#export-until", "2099-01-01T00:00:00")
		p.click("#export-start")
		if n := bytes.Count(p.download(".ndjson"), []byte("\n")); n < 50 {
			t.Errorf("%d events of all time", n)
		}
		p.click("#export-open")
		p.typed("#export-format", "csv")
		p.typed("#export-scope", "range")
		p.typed("#export-since", "2020-01-01T00:00:00")
		p.typed("#export-until", "2020-01-02T00:00:00")
		p.click("#export-start")
		if n := bytes.Count(p.download(".csv"), []byte("\n")); n != 1 {
			t.Errorf("%d lines of a day in 2020, want the head alone", n)
		}
	})
}

// The log is cleared on the page and at /events; the viewer's store, and what is asked for by source, keep all of it.
func (s *stage) clear(t *testing.T) {
	stored := "since=2020-01-01T00:00:00Z&kind=command&limit=10000&source=" + s.source
	before := len(events(t, s.viewer, stored))
	if before == 0 {
		t.Fatal("no command is in the viewer's store")
	}
	p := s.browse(t, s.agent.url+"/#/events?kind=command", 1500, 1000).unlock()
	p.sees("commands", rows(cell("kind")+` === 'command'`))
	p.click("#clear-open")
	p.run(clickText("#dialog-confirm menu button", "Cancel"))
	p.sees("that nothing was cleared", rows(cell("kind")+` === 'command'`))
	p.click("#clear-open")
	p.click("#dialog-confirm [data-act=confirm]")
	p.sees("a log without them", `document.querySelectorAll('#log .row').length === 0`)
	if n := len(events(t, s.agent.url, "kind=command")); n != 0 {
		t.Errorf("/events still shows %d commands", n)
	}
	if n := len(events(t, s.agent.url, "q=agent_clears")); n != 1 {
		t.Errorf("%d events tell of the clearing, want 1", n)
	}
	if after := len(events(t, s.viewer, stored)); after != before {
		t.Errorf("%d commands in the viewer's store after the clearing, want %d", after, before)
	}
	if rings := s.rings(t); rings == 0 {
		t.Error("the rings were emptied")
	}
}

func (s *stage) rings(t *testing.T) (n int) {
	t.Helper()
	body, err := fetch(s.agent.url + "/status")
	if err != nil {
		t.Fatal(err)
	}
	var status struct {
		Rings []struct {
			Lane   string
			Events int
		}
	}
	if err := json.Unmarshal([]byte(body), &status); err != nil {
		t.Fatal(err)
	}
	for _, r := range status.Rings {
		if r.Lane != "long" { // it has older readings, packed
			n += r.Events
		}
	}
	return n
}
