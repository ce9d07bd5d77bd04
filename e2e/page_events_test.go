//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// events is feature 2: the log.
func (s *stage) events(t *testing.T) {
	s.post(t, `{"event_type":"histogram","metric_name":"e2e_duration_seconds","value":12.5,"labels":{"run_id":"e2e-1"},"status":"success"}`)
	s.move(t, "V1", "open", 1)
	s.move(t, "V1", "open", 0)
	if code, _ := command(t, s.agent.url, "V1", "open", 7); code != http.StatusBadRequest {
		t.Fatalf("V1.open = 7 answered %d, want 400", code)
	}
	t.Run("filters", s.filters)
	t.Run("search", s.search)
	t.Run("range", s.dates)
	t.Run("live", s.arriving)
	t.Run("follow", s.follow)
	t.Run("row", s.row)
	t.Run("address", s.address)
}

// post brings events to the agent.
func (s *stage) post(t *testing.T, body string) {
	t.Helper()
	reply, err := http.Post(s.agent.url+"/events", "application/x-ndjson", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if answer, _ := io.ReadAll(reply.Body); reply.StatusCode/100 != 2 {
		t.Fatalf("POST /events: %s %s", reply.Status, answer)
	}
}

// rows is a JavaScript expression that holds if there are rows and test holds for each row r.
func rows(test string) string {
	return `(all => all.length > 0 && all.every(r => ` + test + `))([...document.querySelectorAll('#log .row')])`
}

// cell is the text of a cell of row r, and of what a row does not say in words the mark that it has.
func cell(name string) string {
	switch name {
	case "time", "story":
		return `r.querySelector('.` + name + `').textContent`
	}
	return `r.dataset.` + name
}

func (s *stage) filters(t *testing.T) {
	s.both(t, "log", nil, func(t *testing.T, p *page) {
		p.sees("rows", `document.querySelectorAll('#log .row').length > 3`)
		p.click("#filter-more")
		for _, f := range []struct{ list, word, test string }{
			{"type", "counter", `r.dataset.type === 'counter'`},
			{"type", "histogram", `r.dataset.type === 'histogram'`},
			{"kind", "command", cell("kind") + ` === 'command'`},
			{"kind", "state", `r.dataset.kind === 'state'`},
			{"lane", "audit", `r.dataset.key.includes('/audit/')`},
			{"lane", "ingest", cell("metric") + `.startsWith('e2e_duration_seconds')`},
			{"device", "V1", cell("device") + ` === 'V1'`},
		} {
			box := fmt.Sprintf(`#filter-%s input[value=%q]`, f.list, f.word)
			p.click("#filter-" + f.list + " summary")
			p.click(box)
			p.sees("only "+f.list+" "+f.word, rows(f.test))
			p.sees("the filter in the address bar", fmt.Sprintf(`location.hash.includes('%s=%s')`, f.list, f.word))
			p.click(box)
			p.click("#filter-" + f.list + " summary")
		}
		p.typed("#filter-severity", "warning")
		p.sees("only what is at least a warning", rows(`['warning', 'error', 'critical'].includes(r.dataset.severity)`))
		p.typed("#filter-q", "commands_refused")
		p.sees("two filters at once", rows(cell("metric")+`.startsWith('commands_refused')`))
		p.click("#filter-reset")
		p.sees("everything again", `document.querySelectorAll('#log .row').length > 3 && document.querySelector('#filter-severity').value === ''`)
	})
	v := s.browse(t, s.viewer+"/#/events", 1500, 1000).live()
	v.typed("#filter-source", s.source)
	v.sees("only events of the source", rows(cell("source")+fmt.Sprintf(` === %q`, s.source)))
	v.sees("the source in the address bar", fmt.Sprintf(`location.hash.includes('source=%s')`, s.source))
}

func (s *stage) search(t *testing.T) {
	s.both(t, "log", nil, func(t *testing.T, p *page) {
		for _, word := range []string{"commands_total", "E2E_Duration", "WHO=E2E", "v1"} {
			p.typed("#filter-q", word)
			p.sees("rows with "+word, rows(`true`))
			p.sees("the search in the address bar", fmt.Sprintf(`location.hash.includes(%q)`, "q="+strings.ReplaceAll(url.QueryEscape(word), "%2F", "/")))
		}
		p.typed("#filter-q", "nothing has this name")
		p.sees("no row at all", `document.querySelectorAll('#log .row').length === 0 && /^0 shown of/.test(document.querySelector('#count').textContent)`)
	})
}

func (s *stage) dates(t *testing.T) {
	s.both(t, "log", nil, func(t *testing.T, p *page) {
		p.typed("#filter-range", "900")
		p.sees("rows of the last 15 minutes", rows(`true`))
		p.sees("a range in the address bar", `location.hash.includes('since=')`)
		p.typed("#filter-range", "own")
		p.typed("#filter-since", "2020-01-01T00:00:00")
		p.typed("#filter-until", "2020-01-02T00:00:00")
		p.sees("nothing of a day in 2020", `document.querySelectorAll('#log .row').length === 0 && location.hash.includes('until=2020-01-0')`)
		p.typed("#filter-until", "2099-01-02T00:00:00")
		p.sees("everything since", rows(`true`))
	})
}

func (s *stage) arriving(t *testing.T) {
	s.both(t, "log", url.Values{"q": {"commands_total"}}, func(t *testing.T, p *page) {
		p.sees("rows", rows(`true`))
		before := eval[int](p, `parseInt(document.querySelector('#count').textContent)`)
		s.move(t, "V2", "open", 1)
		s.move(t, "V2", "open", 0)
		p.sees("two commands more without a reload, shown of how many", fmt.Sprintf(`new RegExp('^%d shown of \\d').test(document.querySelector('#count').textContent)`, before+2))
		p.sees("times with milliseconds", rows(`/\d\d:\d\d:\d\d\.\d{3}$/.test(`+cell("time")+`)`))
	})
}

func (s *stage) follow(t *testing.T) {
	for range 10 {
		s.post(t, strings.Repeat(`{"event_type":"counter","metric_name":"e2e_filling","value":1,"labels":{},"status":"success"}`+"\n", 10))
	}
	s.both(t, "log", nil, func(t *testing.T, p *page) {
		log := `document.querySelector('#log')`
		p.sees("more than fits", log+`.scrollHeight > 2 * `+log+`.clientHeight`)
		p.sees("that the end is followed", log+`.scrollHeight - `+log+`.scrollTop - `+log+`.clientHeight < 5 && document.querySelector('#follow').hidden`)
		if n := eval[int](p, `document.querySelectorAll('#log .row').length`); n > 100 {
			t.Errorf("%d rows are in the table, want those in sight", n)
		}
		eval[int](p, log+`.scrollTop -= 700`)
		p.sees("that following stopped", `!document.querySelector('#follow').hidden`)
		top := `(h => [...document.querySelectorAll('#log .row')].find(r => r.getBoundingClientRect().top >= h).dataset.key)(` + log + `.getBoundingClientRect().top + 30)`
		before := eval[string](p, top)
		s.post(t, `{"event_type":"counter","metric_name":"e2e_later","value":1,"labels":{},"status":"success"}`)
		p.sees("how many are new", `/\d new/.test(document.querySelector('#follow').textContent)`)
		if after := eval[string](p, top); after != before {
			t.Errorf("the row on top went from %s to %s while one was reading", before, after)
		}
		p.click("#follow")
		p.sees("the end again", log+`.scrollHeight - `+log+`.scrollTop - `+log+`.clientHeight < 5 && document.querySelector('#follow').hidden`)
	})
}

func (s *stage) row(t *testing.T) {
	s.both(t, "log", url.Values{"q": {"who=e2e"}, "kind": {"command"}}, func(t *testing.T, p *page) {
		p.sees("a command", rows(`true`))
		p.click("#log .row")
		for field, want := range map[string]string{"note who": "e2e", "status": "success", "kind": "command", "type": "counter"} {
			p.sees("the field "+field, fmt.Sprintf(`document.querySelector('#dialog-event [data-field=%q]').textContent === %q`, field, want))
		}
		p.sees("the time in UTC", `/UTC/.test(document.querySelector('#dialog-event [data-field=time]').textContent)`)
		p.sees("the event as it is", `JSON.parse(document.querySelector('#event-json').textContent).metric_name === 'commands_total'`)
		p.keys(kb.Escape)
		p.sees("that it is closed", `!document.querySelector('#dialog-event')`)
	})
}

func (s *stage) address(t *testing.T) {
	s.both(t, "log", url.Values{"kind": {"command"}, "device": {"V1"}, "q": {"open"}, "severity": {"info"}, "since": {"2020-01-01T00:00:00.000Z"}}, func(t *testing.T, p *page) {
		p.sees("what a colleague saw", rows(cell("kind")+` === 'command' && `+cell("device")+` === 'V1'`))
		p.sees("the same choices", `document.querySelector('#filter-q').value === 'open' && document.querySelector('#filter-severity').value === 'info' && document.querySelector('#filter-kind input[value=command]').checked && document.querySelector('#filter-device input[value=V1]').checked`)
		p.click("#tab-instruments")
		p.click("#tab-log")
		p.sees("the same after a look elsewhere", `location.hash.includes('device=V1') && document.querySelector('#filter-q').value === 'open'`)
	})
}

// The exchange of a failure is in its event, on the page of the agent and of the viewer.
func TestFailureShowsItsExchange(t *testing.T) {
	broker := mosquitto(t)
	viewer := startViewerOf(t, broker, "pychron")
	agent := startWire(t, broker, instrument(t, `<img src=x onerror="window.hacked=1">`+"\r\n"))
	c := startChromium(t)
	for _, at := range []string{agent.url, viewer} {
		p := c.browse(t, at+"/#/events?kind=failure&device=ion1", 1500, 1000).live()
		p.sees("a failure", rows(`r.dataset.kind === 'failure'`))
		p.click("#log .row")
		p.sees("what came on the wire, as text", `document.querySelector('#dialog-event').textContent.includes('<img src=x onerror=')`)
		p.sees("the bytes that were sent", `/UNI|55 ?4E ?49/i.test(document.querySelector('#dialog-event').textContent)`)
		time.Sleep(200 * time.Millisecond) // for a picture that could not be loaded to say so
		if eval[bool](p, `window.hacked === 1 || document.querySelectorAll('img').length > 0`) {
			t.Errorf("%s: what came on the wire ran as a script", at)
		}
		p.screenshot("failure.png")
	}
	p := c.browse(t, agent.url, 1500, 1000).live()
	p.choose("ion1").click(`.sheet [data-device=ion1]`)
	p.run(clickText("#dialog-device button", "last exchanges"))
	p.sees("the hostile answer as text", `document.querySelector('#dialog-device .trace').textContent.includes('<img src=x')`)
}
