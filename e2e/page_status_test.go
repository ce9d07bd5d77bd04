//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// status is feature 1: what the page shows of where it is and how things are.
func (s *stage) status(t *testing.T) {
	t.Run("facts", s.facts)
	t.Run("unit", s.unit)
	t.Run("sparkline", s.sparkline)
	t.Run("capture", s.capture)
	t.Run("rights", s.rights)
	t.Run("device", s.device)
}

func (s *stage) facts(t *testing.T) {
	s.both(t, "instruments", nil, func(t *testing.T, p *page) {
		for _, field := range []string{"host", "port", "namespace", "metrics", "broker", "uplink", "clock", "events", "last-event", "uptime", "version", "boot"} {
			p.sees("the field "+field, fmt.Sprintf(`/\w/.test(document.querySelector('#connection [data-field=%q]').textContent)`, field))
		}
		p.sees("the broker connected", `document.querySelector('#connection [data-field=uplink]').textContent.startsWith('connected')`)
		p.sees("a last event of now", `/ago$/.test(document.querySelector('#connection [data-field=last-event]').textContent)`)
		p.sees("a service's health", `document.querySelector('#connection [data-field^=service-]').textContent.startsWith('healthy')`)
		for _, lane := range []string{"audit", "readings", "ingest"} {
			p.sees("how full the ring "+lane+" is", fmt.Sprintf(`/^\d[\s\d]* \/ \d/.test(document.querySelector('[data-ring=%s] .number').textContent)`, lane))
		}
		p.sees("valves as they stand", `document.querySelector('[data-valve=V1]').dataset.state === 'closed'`)
		p.sees("a laser with what is known of it", `['off', 'unknown'].includes(document.querySelector('#lasers [data-laser=laser]').dataset.state)`)
		p.sees("how fresh it is", `/^\d.* s$/.test(document.querySelector('#fresh').textContent)`)
		p.sees("no age where a value is new", `document.querySelector('[data-point$="ion1.ig"][data-state=live] .age').textContent === ''`)
		p.sees("that nothing is real", `!document.querySelector('#banner-simulated').hidden`)
	})
	p := s.browse(t, s.agent.url, 1500, 1000).live()
	p.sees("the links of the configuration", `[...document.querySelectorAll('#connection .links a')].map(a => a.textContent).sort().join() === 'Grafana,Prometheus'`)
	p.sees("a link to the metrics", fmt.Sprintf(`document.querySelector('#connection [data-field=metrics]').href === %q`, s.agent.url+"/metrics"))
}

func (s *stage) unit(t *testing.T) {
	s.both(t, "instruments", nil, func(t *testing.T, p *page) {
		card := `document.querySelector('[data-point$="ion1.ig"] `
		p.sees("a pressure in Torr", card+`.unit').textContent === 'Torr'`)
		torr := eval[float64](p, `Number(`+card+`.value').textContent)`)
		p.typed("#unit-select", "mbar")
		p.sees("the same pressure in mbar", card+`.unit').textContent === 'mbar'`)
		if mbar := eval[float64](p, `Number(`+card+`.value').textContent)`); mbar < 1.2*torr || mbar > 1.5*torr {
			t.Errorf("a pressure of %g Torr reads %g mbar", torr, mbar)
		}
		p.click("#tab-log")
		p.click("#view-log [data-kinds=reading]")
		p.typed("#filter-q", "pressure_pascals")
		p.sees("a log in mbar alone", `(r => r.length > 3 && r.every(v => /mbar|no value/.test(v.textContent) && !/Torr/.test(v.textContent)))([...document.querySelectorAll('#log .row .story')])`)
		p.click("#tab-plots")
		p.sees("a plot in mbar", `(u => u.length > 0 && u.every(x => x.textContent.endsWith(' mbar')))([...document.querySelectorAll('#plot-legend b')])`)
		p.click("#tab-log")
		p.click("#export-open")
		p.typed("#export-format", "csv")
		p.click("#export-start")
		if text := string(p.download(".csv")); !strings.Contains(text, ",mbar,") || strings.Contains(text, ",Torr,") {
			t.Errorf("an export in another unit than the page: %s", tail(text, 300))
		}
	})
}

func (s *stage) sparkline(t *testing.T) {
	s.both(t, "instruments", nil, func(t *testing.T, p *page) {
		p.sees("a line drawn on the row's small canvas", `(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(x => x > 0))(document.querySelector('[data-point$="ion1.ig"] canvas.spark'))`)
	})
}

func (s *stage) capture(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).live()
	p.sees("a toggle that is not for everybody", `(c => c.checked && c.disabled)(document.querySelector('#capture-toggle'))`)
	p.unlock()
	p.click("#capture-toggle")
	p.click("#dialog-confirm [data-act=confirm]")
	p.listed().sees("that capture is off", needs(`[data-kind=note][data-of=capture]`)+`.some(i => i.offsetParent) && !document.querySelector('#capture-toggle').checked`)
	if on := s.answers(t).Capture; on {
		t.Error("capture is still on at the agent")
	}
	p.sees("the toggle again", `!document.querySelector('#capture-toggle').disabled`)
	p.click("#capture-toggle")
	p.sees("that capture is on", needs(`[data-of=capture]`)+`.length === 0 && document.querySelector('#capture-toggle').checked`)
	if n := len(events(t, s.agent.url, "q=capture&lane=audit")); n < 2 {
		t.Errorf("%d audit events of capture, want both changes", n)
	}
	v := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	v.sees("the connection without a toggle", `document.querySelector('#connection [data-field=host]') && document.querySelector('#capture-toggle').offsetParent === null`)
}

// answered is what the tests read of /status.
type answered struct {
	Capture  bool
	Pipettes []struct{ Shots int }
	Devices  []struct {
		Name string
		Lock *struct{ Owner string }
	}
}

func (s *stage) answers(t *testing.T) (a answered) {
	t.Helper()
	body, err := fetch(s.agent.url + "/status")
	if err == nil {
		err = json.Unmarshal([]byte(body), &a)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (s *stage) rights(t *testing.T) {
	pressable := `[...document.querySelectorAll('[data-act=open], [data-act=enable], [data-act=lock], .sheet [data-act=disable]')].filter(b => b.offsetParent).length`
	p := s.browse(t, s.agent.url, 1500, 1000).live().choose("V1")
	p.sees("nothing to press that would be refused", pressable+` === 0`)
	p.sees("a halt for everybody at the bench", `document.querySelector('#halt').offsetParent`)
	p.unlock()
	p.sees("what one has the right to", pressable+` >= 2`)
	v := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	v.sees("a viewer that shows valves and moves none", `document.querySelector('[data-valve=V1]') && `+pressable+` === 0 && !document.querySelector('#halt').offsetParent`)
}

func (s *stage) device(t *testing.T) {
	s.both(t, "instruments", nil, func(t *testing.T, p *page) {
		p.click(`[data-point$="ion1.ig"] .name`)
		p.click(`.sheet [data-device=ion1]`)
		p.sees("the device's window", `document.querySelector('#dialog-device [data-field=model]').textContent === 'pfeiffer-tpg'`)
		p.sees("its points", `document.querySelectorAll('#dialog-device .points tbody tr').length === 2`)
		p.click("#dialog-device header .icon")
		p.sees("that it is closed", `!document.querySelector('#dialog-device')`)
	})
	p := s.browse(t, s.agent.url, 1500, 1000).live()
	p.choose("ion1").click(`.sheet [data-device=ion1]`)
	p.run(clickText("#dialog-device button", "last exchanges"))
	p.sees("bytes that were on its line", `/→ [0-9a-f]{2} /.test(document.querySelector('#dialog-device .trace').textContent)`)
}
