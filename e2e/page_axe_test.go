//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axeRun checks the whole document by the rules of WCAG 2.0, 2.1 and 2.2, levels A and AA, and gives what breaks them. What is too small because the
// views at the foot of a phone lie half over it is looked at again where it is scrolled free of them.
const axeRun = `(async () => {
	const rules = {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'], resultTypes: ['violations']}, wrong = [];
	for (const v of (await axe.run(document, rules)).violations) {
		for (const n of v.nodes.slice(0, 4)) {
			if (v.id === 'target-size') {
				document.querySelector(n.target[0])?.scrollIntoView({block: 'center'});
				const again = await axe.run(document, {runOnly: {type: 'rule', values: ['target-size']}, resultTypes: ['violations']});
				if (!again.violations.some(w => w.nodes.some(m => String(m.target) === String(n.target)))) continue;
			}
			wrong.push(v.id + ' ' + n.target + ': ' + n.html.slice(0, 200) + ' | ' + n.any.concat(n.all, n.none).map(c => c.message).join('; ').slice(0, 240));
		}
	}
	return wrong;
})()`

// axe fails the test for whatever axe-core finds wrong with what the page shows now.
func (p *page) axe(t *testing.T, what string) {
	t.Helper()
	if !eval[bool](p, `Boolean(window.axe)`) {
		source, err := os.ReadFile("testdata/axe/axe.min.js")
		if err != nil {
			t.Fatal(err)
		}
		p.run(chromedp.Evaluate[chromedp.Void](string(source) + "\n;0"))
	}
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	wrong, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](axeRun, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("axe on %s: %v", what, err)
	}
	for _, w := range wrong {
		t.Errorf("%s: %s", what, w)
	}
}

// schemes checks what is shown light and dark.
func (p *page) schemes(t *testing.T, what, shown string) {
	t.Helper()
	p.sees(what, shown)
	for _, scheme := range []string{"light", "dark"} {
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		p.sees("a "+scheme+" page", fmt.Sprintf(`matchMedia('(prefers-color-scheme: %s)').matches`, scheme))
		p.axe(t, what+", "+scheme)
	}
}

// axeView is a view by its address and by what is seen when it is filled.
type axeView struct{ view, params, shown string }

func (s *stage) axeViews() []axeView {
	plotted := url.Values{"s": {s.key("ion1.ig"), s.key("V1.open")}, "range": {"600"}}.Encode()
	return []axeView{
		{"line", "", `document.querySelector('#view-line svg.line-drawing [data-part=V1]')`},
		{"instruments", "", `document.querySelector('[data-point][data-state=live] .value')`},
		{"instruments", "d=laser", `document.querySelector('.sheet .one').offsetParent`},
		{"log", "", `document.querySelector('#log .row')`},
		{"plots", plotted, `document.querySelector('#plot-legend .entry b')`},
		{"runs", "", `document.querySelector('.run-row')`},
		{"runs", "run=66572-02", `document.querySelector('.passport')`},
		{"metrics", "", `document.querySelector('[data-series]')`},
	}
}

// TestAxe: no view of the agent or the viewer breaks a rule of WCAG at level A or AA, light or dark, on a large screen, a small one and a phone.
func TestAxe(t *testing.T) {
	s := newStageOf(t, func(t *testing.T, broker string) *bench { return startDrawnWith(t, broker, tripping) })
	now := time.Now()
	s.postRun(t, wholeRun("66572-01", now.Add(-20*time.Minute), 400, "success")...)
	s.postRun(t, wholeRun("66572-02", now.Add(-10*time.Minute), 400, "failed")...)
	s.postRun(t, lifecycle(now, "run_started", map[string]string{"run_id": "66573-01A", "queue": "FC-12", "run_type": "air"}))
	s.move(t, "V5", "open", 1) // trips, and alarms
	t.Run("agent", func(t *testing.T) { s.axeOn(t, s.agent.url, "", s.axeViews()) })
	t.Run("viewer", func(t *testing.T) { s.axeOn(t, s.viewer, s.source, s.axeViews()) })
	t.Run("fleet", func(t *testing.T) {
		s.axeOn(t, s.viewer, "", []axeView{{"fleet", "", `document.querySelector('#view-fleet [data-agent]')`}})
	})
	t.Run("windows", s.axeWindows)
	t.Run("lost", s.axeLost)
}

func (s *stage) axeOn(t *testing.T, at, source string, views []axeView) {
	for _, size := range sizes {
		p := s.browse(t, at+"/", size[0], size[1]).live()
		for _, v := range views {
			p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#/%s?source=%s&%s'`, v.view, source, v.params)))
			p.schemes(t, fmt.Sprintf("%s %s, %d wide", v.view, v.params, size[0]), fmt.Sprintf(`document.body.dataset.view === %q && %s`, v.view, v.shown))
		}
		p.close()
	}
}

// The windows that a person opens, a valve's sheet with its question, the list of what needs attention, and a halt.
func (s *stage) axeWindows(t *testing.T) {
	p := s.browse(t, s.agent.url+"/#/log", 1440, 900).live()
	p.click("#token")
	p.schemes(t, "the question for a token", `document.querySelector('#dialog-ask').open`)
	p.closes()
	p.unlock()
	p.keys("?")
	p.schemes(t, "the list of keys", `document.querySelector('#dialog-help').open`)
	p.closes()
	p.click("#export-open")
	p.schemes(t, "the export", `document.querySelector('#dialog-export').open`)
	p.closes()
	p.run(focus("#log"))
	p.keys(kb.ArrowUp + kb.ArrowUp + kb.Enter)
	p.schemes(t, "an event", `document.querySelector('#dialog-event').open`)
	p.closes()
	p.listed()
	p.schemes(t, "the list of what needs attention", `!document.querySelector('#attention-list').hidden`)
	p.closes()
	p.click("#tab-line")
	p.press("V1")
	p.click("#line-sheet [data-act=open]")
	p.schemes(t, "the question before a valve opens", `!document.querySelector('.sheet-question').hidden`)
	p.click("#halt")
	p.schemes(t, "what was halted", `document.querySelector('#dialog-tell')?.open`)
	p.closes()
	p.click("#tab-instruments")
	p.schemes(t, "a line that is halted", `document.body.dataset.halted`)
}

// closes closes the window that is open, and waits until it is: a busy browser would close the next one.
func (p *page) closes() {
	p.keys(kb.Escape)
	p.sees("no window that is open", `![...document.querySelectorAll('dialog')].some(d => d.open)`)
}

// axeLost is the page that has no connection any more.
func (s *stage) axeLost(t *testing.T) {
	p := s.browse(t, s.agent.url, 1440, 900).live()
	s.agent.Process.Signal(syscall.SIGSTOP)
	defer s.agent.Process.Signal(syscall.SIGCONT)
	p.schemes(t, "no connection", `!document.querySelector('#lost').hidden`)
}
