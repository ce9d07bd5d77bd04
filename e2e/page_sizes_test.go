//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// sizes are those of a large screen, of a small one and of a phone, in pixels.
var sizes = [][2]int{{1440, 900}, {1280, 720}, {390, 844}}

// onEachView is what a view shows whatever it is about, by what it is called: who and how fresh, laser, pressures, run, HALT or where it is, and what
// needs attention, each in the window and none over another; no sideways scrolling; words that are for programs nowhere.
var onEachView = map[string]string{
	"the strip": `['.cell.who', '#lasers .cell', '#keys .cell', '#run'].every(q => inside(document.querySelector(q)))`,
	"no part of the strip on another": `(all => all.every((a, i) => all.slice(i + 1).every(b => !over(a, b))))(
		[...document.querySelectorAll('.cell.who, #lasers .cell, #keys .cell, #run, #halt-place, #attention')].filter(e => e.offsetParent))`,
	"HALT, or where it is":     `['#halt', '#halt-elsewhere'].some(q => inside(document.querySelector(q)))`,
	"what needs attention":     `inside(document.querySelector('#attention .item[data-look]'))`,
	"the run":                  `/66573-01A/.test(document.querySelector('#run').textContent)`,
	"no sideways scrolling":    `document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth`,
	"no words for programs":    `document.body.dataset.view === 'metrics' || !/serial:\/\/\/|[a-z]_total|allowed[ ]is|old=|run_|undefined|NaN|\[object/.test(document.querySelector('main').innerText)`,
	"buttons with room":        `[...document.querySelectorAll('main button, #strip button, #views a')].filter(b => b.checkVisibility()).every(b => b.scrollWidth <= b.clientWidth + 1 || b.matches('[data-part]'))`,
	"tools within reach":       `innerWidth < 500 || inside(document.querySelector('#help'))`,
	"views within reach":       `[...document.querySelectorAll('#views > a, #views > button')].filter(a => a.checkVisibility()).every(inside)`,
	"controls in the window":   `[...document.querySelectorAll('main :is(button, select, input)')].filter(b => b.checkVisibility() && !scrolled(b)).every(b => (r => r.left >= 0 && r.right <= innerWidth + 1)(b.getBoundingClientRect()))`,
	"what a thumb can press":   `innerWidth > 500 || ['#halt', '#lasers [data-act=disable]', '#attention .act'].map(q => document.querySelector(q)).filter(e => e?.offsetParent).every(e => e.getBoundingClientRect().height >= 43)`,
	"words that can be read":   `[...document.querySelectorAll('#strip *, main *')].filter(e => e.checkVisibility() && !e.closest('svg') && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).every(e => parseFloat(getComputedStyle(e).fontSize) >= 12)`,
	"the theme that was asked": `(([r, g, b]) => (r + g + b < 300) === matchMedia('(prefers-color-scheme: dark)').matches)(getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number))`,
}

// helping is what those need.
const helping = `(() => {
	window.inside = e => { if (!e?.offsetParent) return false; const r = e.getBoundingClientRect(); return r.width > 10 && r.left >= 0 && r.right <= innerWidth + 1 && r.top >= 0 && r.bottom <= innerHeight + 1 };
	window.over = (a, b) => { const r = a.getBoundingClientRect(), s = b.getBoundingClientRect(); return Math.min(r.right, s.right) - Math.max(r.left, s.left) > 1 && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 1 };
	window.scrolled = e => { for (let p = e.parentElement; p && p.tagName !== 'MAIN'; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true; return false };
	return true })()`

// pointView is a view with what the page promises of it.
type pointView struct {
	axeView
	says map[string]string
}

// pointViews are the views and what each is for; of the agent's black box the viewer has none before it is whole.
func (s *stage) pointViews() []pointView {
	v := s.axeViews()
	return []pointView{
		{v[0], map[string]string{
			"volumes with how they are, or their list on a phone": `innerWidth > 500 ? /pumped|static|gas|not known/.test(` + part("bone") + `.getAttribute('aria-label')) : document.querySelectorAll('[data-list-valve]').length >= 4`,
			"a valve for a thumb":            `innerWidth > 500 || [...document.querySelectorAll('[data-list-valve]')].filter(e => e.offsetParent).every(e => e.getBoundingClientRect().height >= 44)`,
			"gauges with numbers and a unit": `innerWidth <= 500 || [...document.querySelectorAll('#view-line .gauge-value')].some(e => /\d/.test(e.textContent))`,
		}},
		{v[1], map[string]string{
			"values with units":         `[...document.querySelectorAll('[data-point][data-state=live]')].filter(r => r.checkVisibility()).every(r => r.querySelector('.value').textContent.trim() && r.querySelector('.unit, .value'))`,
			"what is abnormal at first": `document.querySelector('#view-instruments [data-group]').checkVisibility()`,
		}},
		{v[2], map[string]string{"the state, and why not": `(e => e.dataset.state && e.textContent.length > 20)(document.querySelector('.sheet .one'))`}},
		{v[3], map[string]string{
			"sentences, and no readings": rows(`r.dataset.kind !== 'reading' && r.querySelector('.story').textContent.length > 5`),
			"a row of chips":             `(t => t.length > 2 && (innerWidth < 500 || new Set(t).size === 1))([...document.querySelectorAll('#view-log .chip')].filter(c => c.offsetParent).map(c => Math.round(c.getBoundingClientRect().top)))`,
		}},
		{v[4], map[string]string{
			"a curve, a bar of a valve, and names": `document.querySelector('#plot-chart canvas') && /V1/.test(document.querySelector('[data-bars]').dataset.bars) && document.querySelectorAll('#plot-legend .entry b').length === 1`,
			"a chart as wide as its room":          `(r => r.width > 0.7 * document.querySelector('main').clientWidth || r.width > 250)(document.querySelector('#plot-chart').getBoundingClientRect())`,
		}},
		{v[5], map[string]string{"the runs, with how they ended": `[...document.querySelectorAll('.run-row')].filter(r => r.checkVisibility()).length >= 3`}},
		{v[6], map[string]string{"a failed run as a fault": `/failed/.test(document.querySelector('.passport').textContent) && document.querySelector('.passport').dataset.run === '66572-02'`}},
		{v[7], map[string]string{"families by their kind": `document.querySelectorAll('[data-family]').length > 3`}},
	}
}

// TestEveryPointAtEverySize: what the page promises of its views holds on the agent and on the viewer, on a large screen, a small one and a phone, light and dark.
// With EDGE_E2E_PICTURES=1 each is kept in bin/screenshots.
func TestEveryPointAtEverySize(t *testing.T) {
	s := newStageOf(t, func(t *testing.T, broker string) *bench { return startDrawnWith(t, broker, tripping) })
	now := time.Now()
	s.postRun(t, wholeRun("66572-01", now.Add(-20*time.Minute), 400, "success")...)
	s.postRun(t, wholeRun("66572-02", now.Add(-10*time.Minute), 400, "failed")...)
	s.postRun(t, lifecycle(now, "run_started", map[string]string{"run_id": "66573-01A", "queue": "FC-12", "run_type": "air"}))
	s.move(t, "V1", "open", 1)
	s.move(t, "V5", "open", 1) // trips, and alarms
	box := pointView{axeView{"runs", "trip=getter+open", `document.querySelector('.passport[data-trip]')`}, map[string]string{
		"the trip, its log and its readings": `(p => /Tripped: getter open/.test(p.textContent) && p.querySelector('.box-log [data-cause]') && p.querySelector('svg.timeplot'))(document.querySelector('.passport'))`}}
	fleet := pointView{axeView{"fleet", "", `document.querySelector('#view-fleet [data-agent]')`}, map[string]string{
		"the agent with state, pressure and run": fmt.Sprintf(`(r => r.dataset.state === 'online' && /66573-01A/.test(r.textContent) && /\d/.test(r.textContent))(document.querySelector('#view-fleet [data-agent="%s"]'))`, s.source)}}
	t.Run("agent", func(t *testing.T) { s.atEverySize(t, s.agent.url, "", append(s.pointViews(), box)) })
	t.Run("viewer", func(t *testing.T) { s.atEverySize(t, s.viewer, s.source, s.pointViews()) })
	t.Run("fleet", func(t *testing.T) { s.atEverySize(t, s.viewer, "", []pointView{fleet}) })
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
	t.Run("black box at the viewer", func(t *testing.T) { s.boxAtEverySize(t, box) })
}

// inScheme shows the page light or dark.
func (p *page) inScheme(scheme string) {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	p.sees("a "+scheme+" page", fmt.Sprintf(`matchMedia('(prefers-color-scheme: %s)').matches`, scheme))
}

func (s *stage) atEverySize(t *testing.T, at, source string, views []pointView) {
	for _, size := range sizes {
		p := s.browse(t, at+"/", size[0], size[1]).live()
		eval[bool](p, helping)
		for _, v := range views {
			p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#/%s?source=%s&%s'`, v.view, source, v.params)))
			p.sees("the view "+v.view, fmt.Sprintf(`document.body.dataset.view === %q && %s`, v.view, v.shown))
			for _, scheme := range []string{"light", "dark"} {
				p.inScheme(scheme)
				name := fmt.Sprintf("%s, %s %s, %d wide, %s", t.Name(), v.view, v.params, size[0], scheme)
				p.holds(t, name, onEachView)
				p.holds(t, name, v.says)
				p.kept(strings.NewReplacer("/", "-", ", ", "-", " ", "").Replace(name))
			}
		}
		p.close()
	}
}

// boxAtEverySize is the black box that the viewer keeps of an agent that has gone.
func (s *stage) boxAtEverySize(t *testing.T, box pointView) {
	for _, size := range sizes {
		p := s.browse(t, s.viewer+"/#/runs?show=black+boxes", size[0], size[1])
		p.click(".box-row")
		p.sees("it at the viewer", box.shown)
		for _, scheme := range []string{"light", "dark"} {
			p.inScheme(scheme)
			name := fmt.Sprintf("%s, %d wide, %s", t.Name(), size[0], scheme)
			p.holds(t, name, box.says)
			p.holds(t, name, map[string]string{"no sideways scrolling": onEachView["no sideways scrolling"]})
		}
		p.close()
	}
}

// holds waits for each of what is said of the page, and says all that does not come to be so.
func (p *page) holds(t *testing.T, name string, says map[string]string) {
	t.Helper()
	var wrong []string
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		wrong = nil
		for what, expression := range says {
			if !eval[bool](p, `(() => { try { return Boolean(`+expression+`) } catch { return false } })()`) {
				wrong = append(wrong, what)
			}
		}
		if len(wrong) == 0 || time.Now().After(end) {
			break
		}
	}
	if len(wrong) > 0 {
		p.screenshot("failed-" + strings.NewReplacer("/", "-", ", ", "-", " ", "").Replace(name) + ".png")
		t.Errorf("%s: not so: %q", name, wrong)
	}
}

// kept saves what is shown, where somebody wants to look at it.
func (p *page) kept(name string) {
	p.t.Helper()
	if os.Getenv("EDGE_E2E_PICTURES") != "" {
		p.screenshot(name + ".png")
	}
}
