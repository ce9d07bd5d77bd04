//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
)

// lifecycle is one event that Pychron posts.
func lifecycle(at time.Time, metric string, labels map[string]string) map[string]any {
	return map[string]any{"event_type": "counter", "metric_name": metric, "value": 1, "labels": labels, "timestamp": float64(at.UnixMilli()) / 1e3}
}

// postRun brings events of runs to the agent.
func (s *stage) postRun(t *testing.T, events ...map[string]any) {
	t.Helper()
	body, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.Post(s.agent.url+"/events", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		t.Fatalf("POST /events: %s, want 200", reply.Status)
	}
}

// wholeRun is the events of a run that ended.
func wholeRun(id string, at time.Time, seconds int, status string) []map[string]any {
	end := at.Add(time.Duration(seconds) * time.Second)
	return []map[string]any{
		lifecycle(at, "run_started", map[string]string{"run_id": id, "queue": "FC-12", "run_type": "air"}),
		lifecycle(at.Add(time.Second), "extraction_started", map[string]string{"run_id": id}),
		lifecycle(end.Add(-time.Second), "extraction_completed", map[string]string{"run_id": id, "status": "success"}),
		lifecycle(end, "run_completed", map[string]string{"run_id": id, "queue": "FC-12", "status": status}),
	}
}

// TestPageRuns: runs, their passports and black boxes, on the agent and on the viewer.
func TestPageRuns(t *testing.T) {
	s := newStage(t)
	now := time.Now()
	for i := range 6 {
		s.postRun(t, wholeRun(fmt.Sprintf("66572-0%d", i+1), now.Add(time.Duration(i-8)*10*time.Minute), 400+i, "success")...)
	}
	s.postRun(t, lifecycle(now, "runs_started_total", map[string]string{}), lifecycle(now, "queue_starts_total", map[string]string{"queue": "FC-12"}))
	name := map[string]string{"run_id": "66573-01A", "queue": "FC-12", "run_type": "air"}
	s.postRun(t, lifecycle(time.Now(), "run_started", name), lifecycle(time.Now(), "extraction_started", map[string]string{"run_id": "66573-01A"}))
	t.Run("running", s.runsNow)
	s.move(t, "V2", "open", 1)
	s.move(t, "V2", "open", 0)
	s.move(t, "V5", "open", 1) // trips
	s.move(t, "V5", "open", 0)
	s.postRun(t, lifecycle(time.Now(), "extraction_completed", map[string]string{"run_id": "66573-01A", "status": "failed"}),
		lifecycle(time.Now(), "run_completed", map[string]string{"run_id": "66573-01A", "queue": "FC-12", "status": "failed"}),
		lifecycle(time.Now(), "database_save", map[string]string{"run_id": "66573-01A", "status": "failed"}))
	t.Run("passport", s.runPassport)
	t.Run("compared", s.runCompared)
	t.Run("data", s.runData)
	t.Run("one sheet", s.runPrinted)
	t.Run("phone", s.runPhone)
	t.Run("black box", s.runBox)
	t.Run("black box at the viewer", s.runBoxKept)
}

func (s *stage) runsNow(t *testing.T) {
	s.both(t, "runs", nil, func(t *testing.T, p *page) {
		row := `document.querySelector('.run-row[data-run="66573-01A"]')`
		p.sees("the run that is under way, in its phase", row+`.dataset.state === 'running' && /extraction/.test(`+row+`.querySelector('.state').textContent)`)
		p.sees("how far it is, by six others", `/left, as 6 others/.test(`+row+`.querySelector('.far').textContent)`)
		p.sees("the same in the strip", `/66573-01A/.test(document.querySelector('#run b').textContent) && /about .* left$/.test(document.querySelector('#run i').textContent) && document.querySelector('#run .left').offsetParent`)
		p.sees("it stands first", `document.querySelector('.run-row') === `+row)
		p.sees("the others, done", `document.querySelectorAll('.run-row[data-mark=good]').length === 6`)
		p.sees("its passport, as none was chosen", `document.querySelector('.passport').dataset.run === '66573-01A'`)
	})
}

func (s *stage) runPassport(t *testing.T) {
	s.both(t, "runs", nil, func(t *testing.T, p *page) {
		p.sees("that it failed", `document.querySelector('.run-row[data-run="66573-01A"]').dataset.mark === 'bad'`)
		p.click(`.run-row[data-run="66573-01A"]`)
		sheet := `document.querySelector('.passport')`
		p.sees("its passport", sheet+`.dataset.run === '66573-01A' && /failed/.test(`+sheet+`.querySelector('.run-state').textContent)`)
		p.sees("V2 with its milliseconds", `[...`+sheet+`.querySelectorAll('tr')].some(r => /V2.*opened.*\d ms/.test(r.textContent))`)
		p.sees("its faults", `[...`+sheet+`.querySelectorAll('section')].some(x => /Faults/.test(x.textContent) && /trip: getter open/.test(x.textContent))`)
		p.sees("that it is not usual", `document.querySelector('tr[data-measure="whole run"]').dataset.usual === 'no' && document.querySelectorAll('tr[data-measure="whole run"] circle.other').length === 6`)
		p.sees("a drawing with its phase and valves", sheet+`.querySelector('svg.timeplot .band') && `+sheet+`.querySelector('svg.timeplot .bar')`)
		p.sees("a curve of a pressure", sheet+`.querySelector('svg.timeplot path.curve').getAttribute('d').length > 20`)
		p.screenshot("runs-" + strings.ReplaceAll(t.Name(), "/", "-") + ".png")
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
		p.screenshot("runs-" + strings.ReplaceAll(t.Name(), "/", "-") + "-dark.png")
		p.click(`.chip[data-chip="faulty"]`)
		p.sees("only the faulty one", `[...document.querySelectorAll('.run-row')].map(r => r.dataset.run).join() === '66573-01A'`)
		p.sees("the filter in the address", `location.hash.includes('show=faulty')`)
		p.typed("#run-q", "no such run")
		p.sees("why it is empty", `document.querySelectorAll('.run-row').length === 0 && /No run/.test(document.querySelector('.run-list .note').textContent)`)
	})
}

func (s *stage) runCompared(t *testing.T) {
	s.both(t, "runs", nil, func(t *testing.T, p *page) {
		p.click(`.run-row[data-run="66572-03"]`)
		p.sees("the passport of another", `document.querySelector('.passport').dataset.run === '66572-03' && /Usual: all of it/.test(document.querySelector('.usual').textContent)`)
		p.typed("#run-over", "66573-01A")
		p.sees("the failed one laid over it in grey", `document.querySelector('#run-over').value === '66573-01A' && document.querySelector('svg.timeplot path.curve.grey').getAttribute('d').length > 20`)
		p.sees("both in the address", `/run=66572-03/.test(location.hash) && /over=66573-01A/.test(location.hash)`)
	})
}

func (s *stage) runData(t *testing.T) {
	s.both(t, "runs", nil, func(t *testing.T, p *page) {
		p.click(`.chip[data-chip="data"]`)
		p.sees("the save that failed", `document.querySelector('tr[data-operation="database save"]').dataset.failed === 'yes'`)
	})
}

func (s *stage) runPrinted(t *testing.T) {
	p := s.browse(t, s.agent.url+"/#/runs?run=66573-01A", 1440, 900).live()
	p.sees("the passport", `document.querySelector('.passport').dataset.run === '66573-01A' && document.querySelector('svg.timeplot path.curve')`)
	pdf := call(p, cdpage.PrintToPDF, cdpage.PrintToPDFParams{PreferCSSPageSize: new(true)})
	data := []byte(pdf.Data)
	if n := bytes.Count(data, []byte("/Type /Page\n")) + bytes.Count(data, []byte("/Type /Page/")) + bytes.Count(data, []byte("/Type /Page ")); n != 1 {
		save(t, "../bin/screenshots/passport.pdf", data)
		t.Errorf("%d pages of %d bytes, want one sheet", n, len(data))
	}
}

func (s *stage) runPhone(t *testing.T) {
	p := s.browse(t, s.agent.url+"/#/runs", 390, 844).live()
	p.sees("the list", `document.querySelectorAll('.run-row').length === 7`)
	p.sees("nothing to scroll sideways", `document.documentElement.scrollWidth <= innerWidth`)
	p.screenshot("runs-phone.png")
}

func (s *stage) runBox(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).live()
	p.sees("the trip", `document.querySelector('#attention .item[data-rule="getter open"]')`)
	p.click("#attention-all")
	p.sees("a link at the trip", `document.querySelector('#attention-list [data-rule="getter open"] a[data-act=black-box]').offsetParent`)
	p.click(`#attention-list [data-rule="getter open"] a[data-act=black-box]`)
	sheet := `document.querySelector('.passport')`
	p.sees("what happened around it", sheet+`.dataset.trip && /Tripped: getter open/.test(`+sheet+`.querySelector('h2').textContent)`)
	p.sees("its readings", sheet+`.querySelector('svg.timeplot path.curve').getAttribute('d').length > 20 || `+sheet+`.querySelector('svg.timeplot rect.bar')`)
	p.sees("its log, with the trip marked", sheet+`.querySelector('.box-log [data-cause]')`)
	p.sees("the exchanges", `/Exchanges on the lines · [1-9]/.test(`+sheet+`.textContent)`)
	p.screenshot("runs-black-box.png")
	p.click(`.chip[data-chip="black boxes"]`)
	p.sees("it in the list", `document.querySelector('.box-row[aria-current]')`)
}

// Each column of the list has its head, which stands over it at every size and stays in sight; a run without a fault says so.
func TestRunsHaveColumnHeads(t *testing.T) {
	s := &stage{agent: startAgent(t, ""), chromium: startChromium(t)}
	for i := range 30 {
		s.postRun(t, wholeRun(fmt.Sprintf("66572-%02d", i+1), time.Now().Add(time.Duration(i-40)*10*time.Minute), 400+i, []string{"success", "failed"}[i%2])...)
	}
	s.postRun(t, lifecycle(time.Now(), "run_started", map[string]string{"run_id": "66573-01A", "queue": "FC-12", "run_type": "air"}))
	c := s.chromium
	for _, size := range sizes {
		p := c.browse(t, s.agent.url+"/#/runs", size[0], size[1]).live()
		p.sees("runs", `document.querySelectorAll('.run-row').length >= 20`)
		eval[bool](p, helping)
		p.sees("a head over each column", `(heads => heads.map(e => e.textContent).join() === (innerWidth < 500 ? 'run,status,time,faults' : 'run,type,status,time,faults') && heads.every(e => inside(e) && e.scrollWidth <= e.clientWidth + 1) &&
			[...document.querySelectorAll('.run-row')].every(r => { const cells = [...r.children].filter(e => e.checkVisibility() && !e.matches('.progress, .far'));
				return cells.length === heads.length && cells.every((e, i) => Math.abs((x => e.matches('.number') ? x.right : x.left)(e.getBoundingClientRect()) - (x => e.matches('.number') ? x.right : x.left)(heads[i].getBoundingClientRect())) < 2) }))(
			[...document.querySelectorAll('.run-heads > *')].filter(e => e.checkVisibility()))`)
		p.sees("no name or time that is cut", `[...document.querySelectorAll('.run-row > b, .run-row > .number')].every(e => e.scrollWidth <= e.clientWidth + 1)`)
		p.sees("a run without faults", `[...document.querySelectorAll('.run-row[data-mark=good] .faults')].every(e => e.textContent === '0')`)
		eval[bool](p, `(document.querySelector('.run-list').scrollTop = 400, true)`)
		p.sees("the heads when it is scrolled", `(h => h.top >= document.querySelector('.run-list').getBoundingClientRect().top - 1 && inside(document.querySelector('.run-heads')))(document.querySelector('.run-heads').getBoundingClientRect())`)
		if size[0] == 1280 {
			p.screenshot("runs-heads.png")
		}
		p.close()
	}
}

// runBoxKept: at its stop the agent publishes what it has, and the viewer keeps it.
func (s *stage) runBoxKept(t *testing.T) {
	if err := s.agent.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-s.agent.done
	eventually(t, 20*time.Second, "the black box at the viewer", func() error {
		text, err := fetch(s.viewer + "/trips")
		if err == nil && !strings.Contains(text, `"getter open"`) {
			err = fmt.Errorf("trips %s", text)
		}
		return err
	})
	p := s.browse(t, s.viewer+"/#/runs?show=black+boxes", 1500, 1000)
	p.click(`.box-row`)
	p.sees("it at the viewer", `/not complete/.test(document.querySelector('.passport header').textContent) && document.querySelector('.passport .box-log [data-cause]')`)
}
