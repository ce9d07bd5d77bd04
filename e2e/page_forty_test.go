//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// large is a line of 40 valves without positions: five volumes in a row, each with bottles, traps, a pump and a gauge.
func large() map[string]any {
	var devices, valves, volumes, pumps, gauges []any
	join := func(a, b string) {
		name := fmt.Sprintf("V%d", len(valves)+1)
		devices = append(devices, map[string]any{"name": name, "model": "manual", "control": true, "description": a + " to " + b})
		valves = append(valves, map[string]any{"valve": name, "joins": []string{a, b}})
	}
	volume := func(name string, gas bool) { volumes = append(volumes, map[string]any{"name": name, "gas": gas}) }
	for i := range 5 {
		volume(fmt.Sprintf("bone %d", i+1), false)
		pumps = append(pumps, map[string]any{"name": fmt.Sprintf("pump %d", i+1)})
		devices = append(devices, map[string]any{"name": fmt.Sprintf("g%d", i+1), "model": "pfeiffer-tpg", "port": fmt.Sprintf("serial:///dev/ttyS%d", i), "every": "1s", "options": map[string]any{"channels": map[int]string{1: "ig"}}})
		gauges = append(gauges, map[string]any{"point": fmt.Sprintf("g%d.ig", i+1), "on": fmt.Sprintf("bone %d", i+1)})
		join(fmt.Sprintf("bone %d", i+1), fmt.Sprintf("pump %d", i+1))
		if i > 0 {
			join(fmt.Sprintf("bone %d", i), fmt.Sprintf("bone %d", i+1))
		}
	}
	for i := range 20 {
		volume(fmt.Sprintf("bottle %d", i+1), true)
		join(fmt.Sprintf("bone %d", i%5+1), fmt.Sprintf("bottle %d", i+1))
	}
	for i := range 11 {
		volume(fmt.Sprintf("trap %d", i+1), false)
		join(fmt.Sprintf("bone %d", i%5+1), fmt.Sprintf("trap %d", i+1))
	}
	return map[string]any{"agent": map[string]any{"name": "large"}, "devices": devices,
		"drawing": map[string]any{"volumes": volumes, "pumps": pumps, "valves": valves, "gauges": gauges}}
}

// overlapping is what lies on something else in the drawing: signs, names and notes of valves, and the words of volumes and pumps.
const overlapping = `(() => {
	const boxes = [...document.querySelectorAll('#view-line [data-line-valve]')].flatMap((v, i) => ['.sign', '.valve-name', '.valve-note'].map(q => ({of: v.dataset.lineValve, at: i, what: q, r: v.querySelector(q).getBoundingClientRect()})))
		.concat([...document.querySelectorAll('#view-line .lines text')].map((t, i) => ({of: t.textContent, at: 'words ' + [...t.parentNode.parentNode.children].indexOf(t.parentNode), what: '', r: t.getBoundingClientRect()})));
	const on = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
	return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => a.at !== b.at && on(a.r, b.r)).map(b => a.of + a.what + ' on ' + b.of + b.what));
})()`

// A line of 40 valves is usable on a small screen: no valve and no words lie on others, what is pressed is 44 px, words are 12 px and more, and
// the keyboard brings each valve into sight.
func TestFortyValves(t *testing.T) {
	agent := startConfig(t, large(), "-sim")
	p := startChromium(t).browse(t, agent.url+"/#/line", 1280, 720).live()
	p.sees("40 valves", `document.querySelectorAll('#view-line [data-line-valve]').length === 40`)
	p.sees("what is written beside them", `[...document.querySelectorAll('.valve-note')].filter(n => n.textContent).length > 20`)
	p.screenshot("forty-valves.png")
	if wrong := eval[[]string](p, overlapping); len(wrong) > 0 {
		t.Errorf("%d overlaps: %q", len(wrong), wrong[:min(8, len(wrong))])
	}
	p.sees("44 px to press", `[...document.querySelectorAll('[data-line-valve] .target')].every(c => c.getBoundingClientRect().width >= 43)`)
	p.sees("words that can be read", `[...document.querySelectorAll('.valve-name, .valve-note, .lines text')].every(x => parseFloat(getComputedStyle(x).fontSize) >= 12)`)
	p.run(chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-line-valve][tabindex="0"]').focus()`))
	seen := map[string]bool{}
	inSight := `(e => { const r = e.getBoundingClientRect(), v = document.querySelector('.line-place').getBoundingClientRect(); return r.left >= v.left - 1 && r.right <= v.right + 1 && r.top >= v.top - 1 && r.bottom <= v.bottom + 1 })`
	for _, arrow := range []string{kb.ArrowLeft, kb.ArrowDown, kb.ArrowRight, kb.ArrowUp, kb.ArrowRight, kb.ArrowDown} {
		for range 12 {
			p.keys(arrow)
			p.sees("the chosen valve", inSight+`(document.activeElement.querySelector('.target'))`)
			seen[eval[string](p, `document.activeElement.dataset.lineValve`)] = true
		}
	}
	if len(seen) < 10 {
		t.Errorf("the arrows reached %d valves, want 10 or more", len(seen))
	}
	foldsAndUnfolds(t, p)
}

// foldsAndUnfolds: with what hangs on its volumes folded away, the line takes less than half the place, each volume says the worst of its valves, and one of
// them is unfolded by the keyboard. The browser remembers it.
func foldsAndUnfolds(t *testing.T, p *page) {
	t.Helper()
	const area = `(r => r.width * r.height)(document.querySelector('.line-drawing').getBoundingClientRect())`
	whole := eval[float64](p, area)
	p.click(".fold-all")
	p.sees("the valves between the volumes alone", `document.querySelectorAll('#view-line [data-line-valve]').length === 4`)
	p.sees("what each has folded", `[...document.querySelectorAll('.part-folded')].filter(x => /^\+\d+ valves, \d+ not known$/.test(x.textContent)).length === 5`)
	if folded := eval[float64](p, area); folded > whole/2 {
		t.Errorf("folded, the line takes %.0f px², %.0f as a whole: want less than half", folded, whole)
	}
	p.screenshot("forty-valves-folded.png")
	if wrong := eval[[]string](p, overlapping); len(wrong) > 0 {
		t.Errorf("folded, %d overlaps: %q", len(wrong), wrong[:min(8, len(wrong))])
	}
	p.run(chromedp.Evaluate[chromedp.Void](`location.reload()`))
	p.live().sees("it folded after a reload", `document.querySelectorAll('#view-line [data-line-valve]').length === 4`)
	p.run(focus(`[data-part="bone 2"]`))
	p.keys(kb.Enter)
	p.sees("its sheet", `document.querySelector('#line-sheet').dataset.chosen === 'bone 2'`)
	p.keys(kb.Tab)
	p.sees("the way to unfold it", `document.activeElement.textContent === 'Unfold its 7 valves'`)
	p.keys(kb.Enter)
	p.sees("its valves", `document.querySelectorAll('#view-line [data-line-valve]').length > 8`)
	p.click(".fold-all")
	p.sees("all 40 again", `document.querySelectorAll('#view-line [data-line-valve]').length === 40`)
}
