//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// walking notes what Tab stops at, and what Enter presses there: nothing is carried out.
const walking = `(() => {
	window.stops = []; window.pressed = new Set();
	window.walkers?.forEach(undo => undo());
	const on = (type, f) => (addEventListener(type, f, true), () => removeEventListener(type, f, true));
	walkers = [
		on('focusin', e => stops.push({e: e.target, seen: getComputedStyle(e.target).outlineStyle !== 'none' || e.target.matches('input, select, svg *')})),
		on('click', e => { pressed.add(document.activeElement); e.preventDefault(); e.stopImmediatePropagation() }),
		on('keydown', e => { if (e.key === 'Enter' && e.target.matches('[data-part], select, input, #log')) { pressed.add(e.target); e.preventDefault(); e.stopImmediatePropagation() } }),
	];
	document.activeElement?.blur(); document.querySelector('.skip').focus(); stops.length = 0;
	return true;
})()`

// unreached are the controls in sight of a person that Tab did not stop at, and those that Enter did not press; arrows go between the valves of a
// drawing and the rows of a log, each of which is one stop.
const unreached = `(() => {
	const name = e => document.body.dataset.view + ': ' + (e.id || e.dataset.act || e.getAttribute('aria-label') || e.className?.baseVal || e.className || e.tagName) + ' ' + e.textContent.trim().slice(0, 24);
	const all = [...document.querySelectorAll('button, a[href], select, input, textarea, summary, [role=button], [tabindex="0"]')]
		.filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.getClientRects().length && !e.disabled && !e.closest('[inert]') && !e.matches('.skip'));
	const been = new Set(stops.map(s => s.e)), roving = e => e.matches('[data-line-valve]');
	const press = e => e.matches('button, a[href], summary, [data-part]');
	return {count: all.length, missed: all.filter(e => !been.has(e) && !roving(e)).map(name), dead: all.filter(e => been.has(e) && press(e) && !pressed.has(e)).map(name),
		unseen: [...new Set(stops.filter(s => !s.seen && all.includes(s.e)).map(s => name(s.e)))]};
})()`

// reached is what unreached gives.
type reached struct {
	Count                int
	Missed, Dead, Unseen []string
}

// Every control of every view of the agent, with a token, of the viewer and of its fleet is reached by Tab alone, is seen to have the focus, and is
// pressed by Enter; on a large screen and on a phone, where there may be a keyboard too.
func TestEveryControlByKeyboard(t *testing.T) {
	s := newStageOf(t, func(t *testing.T, broker string) *bench { return startDrawnWith(t, broker, tripping) })
	s.postRun(t, wholeRun("66572-02", time.Now().Add(-10*time.Minute), 400, "failed")...)
	s.move(t, "V5", "open", 1) // trips, and alarms
	s.move(t, "V5", "open", 0)
	fleet := []axeView{{"fleet", "", `document.querySelector('#view-fleet [data-agent]')`}}
	for _, size := range [][2]int{{1440, 900}, {390, 844}} {
		for _, c := range []struct {
			name, at, source string
			views            []axeView
			fewest           int // controls of a view
		}{{"agent", s.agent.url, "", s.axeViews(), 20}, {"viewer", s.viewer, s.source, s.axeViews(), 12}, {"fleet", s.viewer, "", fleet, 12}} {
			t.Run(fmt.Sprintf("%s, %d wide", c.name, size[0]), func(t *testing.T) {
				p := s.browse(t, c.at+"/", size[0], size[1]).live()
				if c.name == "agent" && size[0] > 500 {
					p.unlock()
				} else if c.name == "agent" {
					p.click("#more") // the token is behind it
					p.unlock()
				}
				for _, v := range c.views {
					p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#/%s?source=%s&%s'`, v.view, c.source, v.params)))
					p.live().sees("the view "+v.view, fmt.Sprintf(`document.body.dataset.view === %q && %s`, v.view, v.shown))
					p.walks(t, strings.TrimSpace(v.view+" "+v.params), c.fewest)
				}
				p.close()
			})
		}
	}
}

// walks goes through a view by Tab, pressing Enter at each stop: no control is left out.
func (p *page) walks(t *testing.T, name string, fewest int) {
	t.Helper()
	eval[bool](p, walking)
	got, done, idle := reached{}, 0, 0
	for idle < 3 { // 30 stops each, until three bring nothing new: a view may still be filled, and a busy machine may lose the connection, and with it the view, for a while
		p.keys(strings.Repeat(kb.Tab+kb.Enter, 30))
		got = eval[reached](p, unreached)
		n := len(got.Missed) + len(got.Dead)
		if n == 0 {
			break
		}
		if idle++; got.Count-n > done {
			done, idle = got.Count-n, 0
		}
	}
	t.Logf("%s: %d controls", name, got.Count)
	if got.Count < fewest {
		t.Errorf("%s: %d controls, want those of a view", name, got.Count)
	}
	for what, list := range map[string][]string{"not reached by Tab": got.Missed, "not pressed by Enter": got.Dead, "not seen to have the focus": got.Unseen} {
		if len(list) > 0 {
			t.Errorf("%s: %d controls %s: %q", name, len(list), what, list[:min(12, len(list))])
		}
	}
	eval[bool](p, `(walkers.forEach(undo => undo()), walkers = [], true)`)
}

// A number is set by keyboard alone: the field is reached, written in, and left again by Tab. Seen: it took no key but Enter.
func TestSetpointByKeyboard(t *testing.T) {
	s := &stage{agent: startAgent(t, ""), chromium: startChromium(t)}
	p := s.browse(t, s.agent.url+"/", 1440, 900).unlock().choose("oven")
	p.run(focus(".sheet .one .x"))
	p.keys(kb.Tab)
	p.sees("the field", `document.activeElement.matches('input.setpoint')`)
	p.keys("250" + kb.Enter)
	p.sees("a question in which Enter does no harm", `document.activeElement.dataset.act === 'cancel'`)
	p.keys(kb.Tab)
	p.sees("the other answer", `document.activeElement.dataset.act === 'confirm'`)
	p.keys(kb.Enter)
	p.sees("that it was set", `/250/.test(document.querySelector('.one .control .what').textContent) && document.querySelector('.one input.setpoint').value === ''`)
	p.run(focus(".one input.setpoint"))
	p.keys(kb.Tab)
	p.sees("the button after it", `document.activeElement.dataset.act === 'set'`)
	p.keys(kb.Tab + kb.Enter)
	p.sees("that it is idle again", `/: 20\b/.test(document.querySelector('.one .control .what').textContent)`)
}
