//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
)

// sampling keeps the place of every control of the view in sight from now on, looks at it each second, and gathers what moved in sampled.
const sampling = `(() => { clearInterval(window.sampler); window.places = new Map(); window.sampled ??= new Set(); window.looks ??= 0;
	const look = () => { looks++; for (const text of ` + moved + `) sampled.add(document.body.dataset.view + ': ' + text); };
	look(); window.sampler = setInterval(look, 1000); return true })()`

// still is how long nothing may move: EDGE_E2E_STILL, of which 10m is asked.
func still(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("EDGE_E2E_STILL")
	if text == "" {
		return 35 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The demo with its script, a drawn line, runs and people: trips and alarms come and go, and in no second does a control of a view stand
// elsewhere than when the view was opened. HALT, Disable and the count stand in one place on all.
func TestNothingMovesForLong(t *testing.T) {
	agent := startDrawnWith(t, "", tripping)
	s := &stage{agent: agent, chromium: startChromium(t)}
	s.postRun(t, wholeRun("66573-00A", time.Now().Add(-time.Hour), 900, "success")...)
	p := s.browse(t, agent.url+"/#/instruments?d=laser", 1440, 900).unlock()
	where := `['#halt', '#lasers [data-act=disable]', '#attention-all', '#tab-metrics'].map(q => JSON.stringify(document.querySelector(q).getBoundingClientRect())).join()`
	p.sees("a laser", `document.querySelector('#lasers [data-act=disable]').offsetParent`)
	place := eval[string](p, where)
	views := []string{"line", "instruments", "log", "plots", "runs", "metrics"}
	each, n := still(t)/time.Duration(len(views)), 0
	for _, view := range views {
		p.click("#tab-" + view)
		p.sees("the view "+view, fmt.Sprintf(`!document.querySelector('#view-%s').hidden`, view))
		time.Sleep(3 * time.Second) // for the view to be filled: ten minutes of curves, the first answers
		eval[bool](p, sampling)
		for end := time.Now().Add(each); time.Now().Before(end); n++ {
			s.incident(t, p, n)
		}
		if now := eval[string](p, where); now != place {
			t.Errorf("%s: HALT, Disable, the count and the tabs stand at %s, on the first view at %s", view, now, place)
		}
	}
	looks := eval[float64](p, `(clearInterval(sampler), looks)`)
	for _, text := range eval[[]string](p, `[...sampled]`) {
		t.Errorf("moved: %s", text)
	}
	t.Logf("%d incidents, looked at %.0f times in %v", n, looks, still(t))
	if looks < 0.5*still(t).Seconds() {
		t.Errorf("looked %.0f times in %v, want each second", looks, still(t))
	}
}

// incident is what happens on a line in a few seconds: a trip with its alarm, a run that begins and fails, then all is good again.
func (s *stage) incident(t *testing.T, p *page, n int) {
	t.Helper()
	id := fmt.Sprintf("66573-%02dB", n)
	s.postRun(t, lifecycle(time.Now(), "run_started", map[string]string{"run_id": id, "sample": "sanidine"}), lifecycle(time.Now(), "extraction_started", map[string]string{"run_id": id}))
	command(t, s.agent.url, "laser", "enabled", float64(n%2)) // on a busy machine it may not answer in time: one incident more
	if code, answer := command(t, s.agent.url, "V5", "open", 1); code != http.StatusOK {
		t.Fatalf("V5.open = 1: %d %s", code, answer)
	}
	p.sees("the trip", `document.querySelector('#attention [data-rule="getter open"]').offsetParent`)
	time.Sleep(2 * time.Second)
	if code, answer := command(t, s.agent.url, "V5", "open", 0); code != http.StatusOK {
		t.Fatalf("V5.open = 0: %d %s", code, answer)
	}
	s.postRun(t, lifecycle(time.Now(), "run_completed", map[string]string{"run_id": id, "status": []string{"success", "failed"}[n%2]}))
	time.Sleep(time.Second)
	post(t, s.agent.url+"/alarms/getter/ack", map[string]any{})
	post(t, s.agent.url+"/rules/getter%20open/clear", map[string]any{})
	p.sees("that it is cleared", `!document.querySelector('#attention .item:not([hidden])[data-rule="getter open"]')`)
	time.Sleep(2 * time.Second)
}

// A run that begins puts itself above the others, and one that ends among them; not while a pointer is on the list.
func TestRunsHoldStillUnderAPointer(t *testing.T) {
	s := &stage{agent: startAgent(t, ""), chromium: startChromium(t)}
	s.postRun(t, wholeRun("66573-01A", time.Now().Add(-time.Hour), 900, "success")...)
	s.postRun(t, lifecycle(time.Now(), "run_started", map[string]string{"run_id": "66573-02A"}))
	p := s.browse(t, s.agent.url+"/#/runs", 1440, 900).live()
	listed := `[...document.querySelectorAll('.run-row')].map(r => r.dataset.run + ' ' + JSON.stringify(r.getBoundingClientRect())).join()`
	p.sees("two runs", `document.querySelectorAll('.run-row').length === 2 && document.querySelector('[data-run="66573-02A"]').dataset.state === 'running'`)
	at := eval[[]float64](p, `(r => [r.x + 60, r.y + 12])(document.querySelector('[data-run="66573-01A"]').getBoundingClientRect())`)
	call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: at[0], Y: at[1]})
	p.sees("the pointer on a run", `document.querySelector('[data-run="66573-01A"]').matches(':hover')`)
	before := eval[string](p, listed)
	s.postRun(t, lifecycle(time.Now(), "run_completed", map[string]string{"run_id": "66573-02A", "status": "success"}), lifecycle(time.Now(), "run_started", map[string]string{"run_id": "66573-03A"}))
	p.sees("the run that ended", `document.querySelector('[data-run="66573-02A"]').dataset.state !== 'running'`)
	if after := eval[string](p, listed); after != before {
		t.Errorf("under a pointer the runs stand at %s, before at %s", after, before)
	}
	call(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: 700, Y: 20})
	p.sees("the new run when the pointer has left", `document.querySelector('.run-row').dataset.run === '66573-03A'`)
}

// A run that begins takes room above the curves, and a valve that moves takes a lane below them: the names of the curves, and what removes one, stay.
func TestCurveNamesStayWhereTheyAre(t *testing.T) {
	s := &stage{agent: startDrawnWith(t, "", tripping), chromium: startChromium(t)}
	p := s.browse(t, s.agent.url+"/#/plots", 1440, 900).live()
	p.sees("values at the names", `(all => all.length >= 3 && all.every(b => /\d/.test(b.textContent)))([...document.querySelectorAll('#plot-legend .entry b')])`)
	p.sees("its history", `!/asking/.test(document.querySelector('#plot-note').textContent)`)
	where := `[...document.querySelectorAll('#plot-legend .entry')].map(e => e.dataset.series + ' ' + e.style.top).join()`
	before := eval[string](p, where)
	s.postRun(t, lifecycle(time.Now(), "run_started", map[string]string{"run_id": "66573-01A"}), lifecycle(time.Now(), "extraction_started", map[string]string{"run_id": "66573-01A"}))
	s.move(t, "V5", "open", 1)
	p.sees("the run and the lane", `/66573-01A/.test(document.querySelector('#plot-chart').dataset.runs) && /V5/.test(document.querySelector('#plot-chart').dataset.bars)`)
	if after := eval[string](p, where); after != before {
		t.Errorf("the names stand at %s, before at %s", after, before)
	}
}
