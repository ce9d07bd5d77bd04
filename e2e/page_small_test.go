//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// lyingOn is what of a label lies on a volume, a pump, a valve or on another label, and what is written in a volume and reaches out of it.
const lyingOn = `(() => {
	const box = e => e.getBoundingClientRect(), out = [];
	const on = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
	const solid = [...document.querySelectorAll('#view-line .fill, #view-line .line-valve .sign')];
	for (const g of document.querySelectorAll('#view-line .line-gauge')) for (const t of g.querySelectorAll('text, .curve-paper, path.spark'))
		for (const s of solid) if (t.getClientRects().length && on(box(t), box(s))) out.push(g.dataset.part + ' on ' + (s.dataset.part ?? 'a valve'));
	const texts = [...document.querySelectorAll('#view-line .line-drawing text:not(.ask)')].filter(t => t.textContent.trim() && t.getClientRects().length).map(t => ({text: t.textContent, of: t.closest('[data-part], .lines'), box: box(t)}));
	texts.forEach((a, i) => { for (const b of texts.slice(i + 1)) if (a.of !== b.of && on(a.box, b.box)) out.push(a.text + ' on ' + b.text) });
	for (const v of document.querySelectorAll('#view-line .line-valve')) for (const t of v.querySelectorAll('.valve-name, .valve-note'))
		for (const s of solid) if (t.textContent && on(box(t), box(s)) && !v.contains(s)) out.push(t.textContent + ' on ' + (s.dataset.part ?? 'a valve'));
	for (const b of document.querySelectorAll('#view-line .beam')) for (const t of texts)
		if (Math.min(box(b).right, t.box.right) > Math.max(box(b).left, t.box.left) && Math.min(box(b).bottom, t.box.bottom) > Math.max(box(b).top, t.box.top) + 1) out.push('the beam on ' + t.text);
	const fills = [...document.querySelectorAll('#view-line rect.fill')].map(box);
	for (const l of document.querySelectorAll('#view-line .lines')) for (const t of l.querySelectorAll('text')) {
		const f = fills.find(f => on(box(t), f));
		if (t.textContent && f && (box(t).left < f.left - 1 || box(t).right > f.right + 1)) out.push(t.textContent + ' reaches out');
	}
	return [...new Set(out)];
})()`

// On a screen of 1280 pixels the drawing is small and its words are not: they grow away from what they are about, and what has no room is left to the sheet.
func TestWordsOnASmallDrawing(t *testing.T) {
	agent := startDrawnWith(t, "", tripping)
	c := startChromium(t)
	(&stage{agent: agent}).move(t, "V5", "open", 1)           // V6 may not open, which stands beside it
	for _, size := range [][2]int{{1280, 720}, {1440, 900}} { // a phone has its list instead of words
		p := c.browse(t, agent.url+"/#/line", size[0], size[1]).live()
		p.sees("gauges with values", `[...document.querySelectorAll('#view-line .gauge-value')].filter(v => /\d/.test(v.textContent)).length >= 4`)
		p.sees("what may not open", `document.querySelector('[data-line-valve=V6] .valve-note').textContent === 'may not open'`)
		p.sees("the name of each volume", `['argon pipette', 'argon bottle', 'argus'].every(name => [...document.querySelectorAll('#view-line .lines')].some(l => [...l.querySelectorAll('.part-title')].map(t => t.textContent).join('') === name && l.getClientRects().length))`)
		p.sees("the unit of each key pressure, whole", `(all => all.length > 0 && all.every(u => / · Torr$/.test(u.textContent) && u.scrollWidth <= u.clientWidth && u.getBoundingClientRect().right <= u.closest('.cell').getBoundingClientRect().right))([...document.querySelectorAll('#keys .cell .small span:last-child')])`)
		p.sees("the name of each key pressure, whole", `[...document.querySelectorAll('#keys .cell .small span:first-child')].every(n => n.scrollWidth <= n.clientWidth)`)
		if wrong := eval[[]string](p, lyingOn); len(wrong) > 0 {
			p.screenshot("words-on-a-small-drawing.png")
			t.Errorf("%d x %d: %q", size[0], size[1], wrong)
		}
		p.close()
	}
}

// onPlotTools is what above a plot is not in one row, is too small for a finger, or cannot be scrolled into sight.
const onPlotTools = `(() => {
	const header = document.querySelector('#view-plots .plot > header'), box = e => e.getBoundingClientRect(), room = box(header), out = [];
	const all = [...header.querySelectorAll('button, select, input, summary')].filter(e => e.checkVisibility());
	if (room.height > 62) out.push('its buttons take ' + room.height + ' px');
	if (all.length < 9) out.push('there are ' + all.length + ' controls');
	for (const e of all) {
		const name = e.id || e.ariaLabel || e.textContent;
		if (box(e).width < 24 || box(e).height < 24) out.push(name + ' is ' + box(e).width + ' x ' + box(e).height);
		e.scrollIntoView({block: 'nearest', inline: 'nearest'});
		const r = box(e), at = document.elementFromPoint((Math.max(r.left, 0) + Math.min(r.right, innerWidth)) / 2, (r.top + r.bottom) / 2);
		if (r.left < room.left - 1 || r.right > room.right + 1 || r.right > innerWidth || !e.contains(at)) out.push(name + ' stays out of sight');
		if (Math.abs(box(e).top + box(e).height / 2 - box(all[0]).top - box(all[0]).height / 2) > 3) out.push(name + ' is in another row');
	}
	header.scrollLeft = 0;
	if (document.documentElement.scrollWidth > innerWidth) out.push('the page scrolls sideways');
	return out;
})()`

// What is above a plot takes one row at every size, with saved views and a zoom too: on a phone the row scrolls, by finger and by Tab.
func TestPlotToolsTakeOneRow(t *testing.T) {
	agent := startAgent(t, "")
	c := startChromium(t)
	for _, size := range sizes {
		p := c.browse(t, agent.url+"/#/plots", size[0], size[1]).live()
		p.sees("a curve", `document.querySelector('#plot-legend .entry b')`)
		eval[bool](p, `(localStorage.setItem('pychron-edge.plots.views', JSON.stringify(['Extraction', 'Overnight', 'Bake-out of the getter', 'Air calibration'].map((name, i) => ({name, query: 'range=' + 60 * (i + 1)})))), location.reload(), true)`)
		p.live().sees("the saved views", `document.querySelectorAll('#plot-views [data-view]').length === 4`)
		for _, zoomed := range []bool{false, true} {
			if zoomed {
				p.click(`#view-plots [aria-label=earlier]`)
				p.sees("the way back", `document.querySelector('#plot-reset').checkVisibility()`)
			}
			if wrong := eval[[]string](p, onPlotTools); len(wrong) > 0 {
				p.screenshot("plot-tools.png")
				t.Errorf("%d x %d, zoomed %t: %q", size[0], size[1], zoomed, wrong)
			}
		}
		p.run(focus("#plot-range"))
		for range 40 { // a field of a time is eight stops
			if p.keys(kb.Tab); eval[bool](p, `document.activeElement.id === 'plot-csv'`) {
				break
			}
		}
		p.sees("the last of them by Tab", `(e => e.id === 'plot-csv' && e.getBoundingClientRect().right <= innerWidth)(document.activeElement)`)
		p.close()
	}
}

// What adds a curve stands where the names of the others are, in sight at every size; both ends of the time are one button of words, with the fields under it. Seen: it
// stood at the foot of the plot, on a phone below the window, and the fields took half the row.
func TestCurvesAndTimeAreAtHand(t *testing.T) {
	agent := startAgent(t, "")
	c := startChromium(t)
	for _, size := range sizes {
		p := c.browse(t, agent.url+"/#/plots", size[0], size[1]).live()
		eval[bool](p, helping)
		p.sees("curves", `document.querySelectorAll('#plot-legend .entry b').length >= 2`)
		p.sees("what adds one, in the window", `inside(document.querySelector('#plot-picker > summary')) && !over(document.querySelector('#plot-picker > summary'), document.querySelector('#views'))`)
		p.sees("it above the names and beside them, on a phone above them under the plot", `(([add, first, plot]) => add.bottom <= first.top + 1 && (innerWidth < 500 ? add.top >= plot.bottom - 1 : Math.abs(add.left - first.left) < 3))(
			['#plot-picker > summary', '#plot-legend .entry', '#plot-chart'].map(q => document.querySelector(q).getBoundingClientRect()))`)
		p.sees("the time in words, and no field", `/^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d$/.test(document.querySelector('#plot-span > summary').textContent) && document.querySelector('#plot-span').offsetWidth <= 200 && !document.querySelector('#plot-since').checkVisibility()`)
		entries := eval[int](p, `document.querySelectorAll('#plot-legend .entry').length`)
		p.run(focus("#plot-picker > summary"))
		p.keys(kb.Enter)
		p.sees("the list, in the window", `inside(document.querySelector('#plot-picker input[type=search]')) && (r => r.top >= 0 && r.bottom <= innerHeight && r.right <= innerWidth)(document.querySelector('#plot-picker > .list').getBoundingClientRect())`)
		p.click("#plot-picker input[type=checkbox]:not(:checked):not([value*=V])")
		p.sees("one curve or bar more", fmt.Sprintf(`document.querySelectorAll('#plot-legend .entry').length > %d`, entries))
		p.run(focus("#plot-picker input"))
		p.keys(kb.Escape)
		p.sees("the list closed", `!document.querySelector('#plot-picker').open && document.activeElement === document.querySelector('#plot-picker > summary')`)
		p.run(focus("#plot-span > summary"))
		p.keys(kb.Enter)
		p.sees("both fields, in the window", `['#plot-since', '#plot-until'].every(q => (f => inside(f) && f.closest('label').innerText.trim())(document.querySelector(q)))`)
		p.typed("#plot-since", "2026-01-02T03:04:05")
		p.sees("a time that was chosen, with its day", `/^01-02 03:04 – /.test(document.querySelector('#plot-span > summary').textContent) && document.querySelector('#plot-reset').checkVisibility()`)
		if size[0] == 1280 {
			p.screenshot("plot-time.png")
		}
		p.close()
	}
}

// The tables of a passport stay within it, whatever their instruments are called.
func TestPassportHasRoom(t *testing.T) {
	s := &stage{agent: startDrawnWith(t, "", tripping), chromium: startChromium(t)}
	s.postRun(t, lifecycle(time.Now(), "run_started", map[string]string{"run_id": "66573-01A", "run_type": "air"}), lifecycle(time.Now(), "extraction_started", map[string]string{"run_id": "66573-01A"}))
	s.move(t, "V1", "open", 1)
	s.move(t, "V5", "open", 1)
	p := s.browse(t, s.agent.url+"/#/runs", 1280, 720).live()
	p.sees("the run's pressures and valves", `document.querySelectorAll('.passport .columns table').length >= 4`)
	p.sees("all tables within it", `(right => [...document.querySelectorAll('.passport table')].every(t => t.getBoundingClientRect().right <= right))(document.querySelector('.passport').getBoundingClientRect().right - 13)`)
	p.sees("a short name in one line", `(all => all.some(t => t.textContent === 'V1') && all.filter(t => t.textContent.length <= 4).every(t => t.getClientRects()[0].height < 1.5 * parseFloat(getComputedStyle(t).lineHeight) + 8 && (r => (r.selectNodeContents(t), r.getClientRects().length === 1))(document.createRange())))([...document.querySelectorAll('.passport .columns th')])`)
	p.sees("numbers in one line, and rules under all of a row", `[...document.querySelectorAll('.passport .columns td:not([colspan])')].every(t => (r => (r.selectNodeContents(t), new Set([...r.getClientRects()].map(x => Math.round(x.top))).size <= 1))(document.createRange())) &&
		[...document.querySelectorAll('.passport .columns table')].every(t => new Set([...t.rows].map(r => Math.round(r.cells[r.cells.length - 1].getBoundingClientRect().right))).size === 1)`)
	p.sees("whole words in the line of what it is about", `/air · .*bench_sim/.test(document.querySelector('.passport header p').textContent) && [...document.querySelectorAll('.passport header *')].every(e => e.scrollWidth <= e.clientWidth + 1 || e.matches('select, option'))`)
	p.sees("its name as its title", `parseFloat(getComputedStyle(document.querySelector('.passport h2')).fontSize) >= 18`)
}
