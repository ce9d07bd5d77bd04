//go:build e2e

package e2e

import (
	"testing"
	"time"
)

// lyingOn is what of a gauge's label lies on a volume, a pump or a valve, and what is written in a volume and reaches out of it.
const lyingOn = `(() => {
	const box = e => e.getBoundingClientRect(), out = [];
	const on = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
	const solid = [...document.querySelectorAll('#view-line .fill, #view-line .line-valve .sign')];
	for (const g of document.querySelectorAll('#view-line .line-gauge')) for (const t of g.querySelectorAll('text, .curve-paper, path.spark'))
		for (const s of solid) if (t.getClientRects().length && on(box(t), box(s))) out.push(g.dataset.part + ' on ' + (s.dataset.part ?? 'a valve'));
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
	for _, size := range [][2]int{{1280, 720}, {1440, 900}} { // a phone has its list instead of words
		p := c.browse(t, agent.url+"/#/line", size[0], size[1]).live()
		p.sees("gauges with values", `[...document.querySelectorAll('#view-line .gauge-value')].filter(v => /\d/.test(v.textContent)).length >= 4`)
		p.sees("the unit of each key pressure, whole", `(all => all.length > 0 && all.every(u => / · Torr$/.test(u.textContent) && u.scrollWidth <= u.clientWidth && u.getBoundingClientRect().right <= u.closest('.cell').getBoundingClientRect().right))([...document.querySelectorAll('#keys .cell .small span:last-child')])`)
		if wrong := eval[[]string](p, lyingOn); len(wrong) > 0 {
			p.screenshot("words-on-a-small-drawing.png")
			t.Errorf("%d x %d: %q", size[0], size[1], wrong)
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
	p.sees("its name as its title", `parseFloat(getComputedStyle(document.querySelector('.passport h2')).fontSize) >= 18`)
}
