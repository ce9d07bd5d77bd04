//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// groups is a JavaScript list of the titles of the groups.
const groups = `[...document.querySelectorAll('#view-instruments .parts > section')].map(s => s.dataset.group)`

// groupOf is a JavaScript expression for the group that a row stands in.
func groupOf(row string) string {
	return fmt.Sprintf(`document.querySelector('#view-instruments .parts %s').closest('section').dataset.group`, row)
}

// fold opens or folds every group.
func (p *page) fold(open bool) {
	p.t.Helper()
	p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`for (const b of document.querySelectorAll('.parts button.group[aria-expanded="%t"]')) b.click()`, !open)))
	p.sees("the groups", fmt.Sprintf(`[...document.querySelectorAll('.parts button.group')].every(b => b.getAttribute('aria-expanded') === '%t')`, open))
}

// The table is grouped by kind, by the line that an instrument hangs on, by device, and by the place on the drawing; a group folds and says what
// is in it; a search finds in all of them.
func TestInstrumentsAreGroupedAndFold(t *testing.T) {
	s := &stage{agent: startDrawn(t, ""), chromium: startChromium(t)}
	p := s.browse(t, s.agent.url+"/#/instruments", 1440, 900).live()
	gauge := `[data-point$="/ion1.ig"]`
	for _, c := range []struct{ by, want string }{{"kind", "Pressures"}, {"line", "USB line1"}, {"device", "MaxiGauge on the bone"}, {"place", "bone"}} {
		p.click(fmt.Sprintf(`[data-by=%s]`, c.by))
		p.fold(true)
		p.sees("the ion gauge grouped by "+c.by, fmt.Sprintf(`%s === %q`, groupOf(gauge), c.want))
	} // by place from here on
	p.sees("what reads the bone, and its valves", groupOf(`[data-valve=V2]`)+` === 'bone' && `+groupOf(`[data-point$="/cryo.trap"]`)+` === 'cold trap' && `+groupOf(`[data-point*="/argus."]`)+` === 'Not on the drawing'`)
	p.sees("places in the order of the drawing", `(g => g.indexOf('bone') < g.indexOf('laser chamber') && g.at(-1) === 'Not on the drawing')(`+groups+`)`)
	p.sees("rows of the bone", `document.querySelector('[data-group=bone] [role=row].channel').offsetParent`)
	p.click(`[data-group=bone] button.group`)
	p.sees("the bone folded, in words", `(s => !s.querySelector('.channel')?.offsetParent && /\d+ channels · (all usual|\d+ not usual)/.test(s.textContent))(document.querySelector('[data-group=bone]'))`)
	p.typed("#instrument-q", "cold trap")
	p.sees("what was searched, although its group was folded", `(r => r.length > 0 && r.every(x => /cold trap|trap/i.test(x.textContent)))([...document.querySelectorAll('.parts .channel')].filter(x => x.offsetParent))`)
	p.typed("#instrument-q", "")
	p.run(chromedp.Reload())
	p.live()
	p.sees("grouped by place and the bone folded, as it was left", groups+`.includes('bone') && document.querySelector('[data-group=bone] button.group').getAttribute('aria-expanded') === 'false'`)
}

// 60 devices with 250 channels, folded, are at most two and a half screens however they are grouped.
func TestLargeLineFoldsToTwoScreens(t *testing.T) {
	agent := startDrawnWith(t, "", func(config map[string]any) {
		for i := range 45 {
			config["devices"] = append(config["devices"].([]any), map[string]any{"name": fmt.Sprintf("g%02d", i), "description": fmt.Sprintf("gauges %d", i+1),
				"model": "pfeiffer-tpg", "port": fmt.Sprintf("serial:///dev/ttyS%d", i), "every": "1s", "options": map[string]any{"channels": map[int]string{1: "a", 2: "b", 3: "c", 4: "d", 5: "e"}}})
		}
	})
	p := startChromium(t).browse(t, agent.url+"/#/instruments", 1440, 900).live()
	p.sees("60 devices and 250 channels", `(m => m && m[1] >= 250 && m[2] >= 60)(/(\d+) channels · (\d+) devices/.exec(document.querySelector('#instrument-count').textContent))`)
	for _, by := range []string{"kind", "line", "device", "place"} {
		p.click(fmt.Sprintf(`[data-by=%s]`, by))
		p.fold(false)
		screens := eval[float64](p, `document.documentElement.scrollHeight / innerHeight`)
		t.Logf("by %s: %.0f groups, %.2f screens", by, eval[float64](p, groups+`.length`), screens)
		if screens > 2.5 {
			t.Errorf("grouped by %s it is %.2f screens folded, want at most 2.5", by, screens)
		}
	}
}
