//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// cutInStrip is what the strip of a phone shows only in part: of the words on HALT, in the laser's cell, of the key pressures and the run.
const cutInStrip = `(() => {
	const cut = e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1, box = e => e.getBoundingClientRect(), out = [];
	for (const e of document.querySelectorAll('#lasers .small, #keys .small, #run .small, #lasers .big, #keys .big, #run .big, .cell.who .small, #attention .quiet'))
		if (e.checkVisibility() && (cut(e) || box(e).bottom > box(e.parentNode).bottom + 1)) out.push(e.textContent + ' is cut');
	for (const [a, b] of [['#lasers .big', '#lasers .small'], ['#run .big', '#run .small'], ['#lasers b', '#lasers .disable']].map(all => all.map(q => document.querySelector(q))))
		if (b.checkVisibility() && Math.min(box(a).right, box(b).right) > Math.max(box(a).left, box(b).left) && Math.min(box(a).bottom, box(b).bottom) > Math.max(box(a).top, box(b).top) + 3) out.push(a.textContent + ' lies on ' + b.textContent);
	const halt = document.querySelector('#halt'), said = halt.querySelector('small');
	if (Math.round(box(said).height / parseFloat(getComputedStyle(said).lineHeight)) > 3) out.push('the words on HALT take ' + box(said).height + ' px');
	if (cut(halt)) out.push('HALT is cut');
	return out;
})()`

// On a phone all that the strip says is read whole: HALT's words in three lines, names of key pressures in two; the strip is as high as ever, and HALT stays at the
// right, for the thumb. Seen: five lines, and "bone ion …".
func TestStripOnAPhone(t *testing.T) {
	agent := startChanged(t, "", func(config map[string]any) {
		tripping(config)
		for _, d := range config["devices"].([]any) {
			if d := d.(map[string]any); d["name"] == "ion1" {
				d["channels"].(map[string]any)["cg"] = map[string]any{"description": "spectrometer foreline"}
			}
		}
	})
	s := &stage{agent: agent, chromium: startChromium(t)}
	s.postRun(t, lifecycle(time.Now(), "run_started", map[string]string{"run_id": "66573-01A", "queue": "FC-12", "run_type": "air"}), lifecycle(time.Now(), "extraction_started", map[string]string{"run_id": "66573-01A"}))
	p := s.browse(t, agent.url+"/#/line", 390, 844).live()
	const places = `['#strip', '#halt', '#lasers .cell', '#keys .cell', '#keys .cell:last-child', '#run', '#attention'].map(q => JSON.stringify(document.querySelector(q).getBoundingClientRect())).join()`
	p.sees("what is in it", `document.querySelectorAll('#keys .cell b.num').length === 2 && [...document.querySelectorAll('#keys b.num')].every(b => /\d/.test(b.textContent)) && /66573/.test(document.querySelector('#run').innerText)`)
	calm := eval[string](p, places)
	looks := func(when string) {
		t.Helper()
		if wrong := eval[[]string](p, cutInStrip); len(wrong) > 0 {
			p.screenshot("phone-strip.png")
			t.Errorf("%s: %q", when, wrong)
		}
		if now := eval[string](p, places); now != calm {
			t.Errorf("%s its parts stand at %s, at first at %s", when, now, calm)
		}
	}
	looks("calm")
	p.sees("the unit at the number, and the phase", `/Torr/.test(document.querySelector('#keys .cell').innerText) && /extraction/.test(document.querySelector('#run').innerText)`)
	p.sees("one height, HALT at the right of who and laser", `(s => s.height === 204)(document.querySelector('#strip').getBoundingClientRect()) && (h => h.right > innerWidth - 25 && h.height >= 70)(document.querySelector('#halt').getBoundingClientRect())`)
	p.click("#more")
	p.unlock()
	s.move(t, "laser", "enabled", 1)
	p.sees("a laser that is on, and for how long", `/min \d+ s left/.test(document.querySelector('#lasers .cell').innerText)`)
	looks("with the beam on")
	s.move(t, "V5", "open", 1)
	p.sees("the trip", `document.querySelector('#attention [data-rule="getter open"]').offsetParent`)
	looks("with a trip")
}

// What is above the log takes two rows and what is above the instruments one, at every size; a valve that was commanded is told of once.
func TestToolsTakeFewRows(t *testing.T) {
	s := &stage{agent: startAgent(t, ""), chromium: startChromium(t)}
	s.move(t, "V1", "open", 1)
	for _, size := range sizes {
		p := s.browse(t, s.agent.url+"/#/log", size[0], size[1]).live()
		for view, limit := range map[string]int{"log": 94, "instruments": 60} {
			p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#/%s'`, view)))
			p.sees("the view "+view, fmt.Sprintf(`document.body.dataset.view === %q && document.querySelector('#log .row, [data-point]')`, view))
			p.sees(fmt.Sprintf("its tools in %d px", limit), fmt.Sprintf(`(all => all.length && all.reduce((sum, b) => sum + b.getBoundingClientRect().height, 0) <= %d && all.every(b => b.scrollWidth <= b.clientWidth + 1 || /auto/.test(getComputedStyle(b).overflowX)))([...document.querySelectorAll('#view-%s .bar')])`, limit, view))
		}
		p.sees("that V1 was opened", `[...document.querySelectorAll('#recent .story')].some(e => /^V1 opened/.test(e.textContent)) || innerWidth < 821`)
		if n := eval[int](p, `[...document.querySelectorAll('#recent .story')].filter(e => /^V1 /.test(e.textContent)).length`); n > 1 {
			t.Errorf("%d wide: it happened %d times", size[0], n)
		}
		p.close()
	}
}
