//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tripping is a change of the configuration by which opening V5 trips a rule and raises an alarm at once.
func tripping(config map[string]any) {
	config["rules"] = append(config["rules"].([]any), map[string]any{"name": "getter open", "when": "V5.open", "halt": []string{"laser"}, "forbid": []string{"V6.open"}})
	config["alarms"] = append(config["alarms"].([]any), map[string]any{"name": "getter", "when": "V5.open", "severity": "warning", "text": "the getter is open", "clear_for": "0s"})
}

// startTripping starts an agent without a broker and with that.
func startTripping(t *testing.T) *bench {
	t.Helper()
	return startChanged(t, "", tripping)
}

// moved keeps the place of every control in the window and gives those that are elsewhere than when they were first seen. The rows of logs
// and of runs move as those do, and hold still under a pointer.
const moved = `(() => {
	window.places ??= new Map();
	const say = e => (e.id || e.dataset.act || e.className) + ' ' + e.textContent.slice(0, 20);
	const gone = [];
	for (const e of document.querySelectorAll('button, a[href], select, input, summary')) {
		if (!e.offsetParent || e.closest('#log, .recent, .last, .run-rows, #toasts, dialog') || getComputedStyle(e).visibility === 'hidden') continue;
		const r = e.getBoundingClientRect();
		if (r.bottom < 0 || r.top > innerHeight) continue;
		const now = [r.x, r.y, r.width, r.height].join(), before = places.get(e);
		if (before && before !== now) gone.push(say(e) + ': ' + before + ' -> ' + now);
		if (!before) places.set(e, now);
	}
	return gone.slice(0, 8);
})()`

// Trips and alarms come and go: no control moves by a pixel, on any view, and HALT and Disable stand in the same place on each.
func TestNothingMoves(t *testing.T) {
	agent := startTripping(t)
	s := &stage{agent: agent, chromium: startChromium(t)}
	p := s.browse(t, agent.url+"/#/instruments?d=laser", 1440, 900).unlock()
	where := `['#halt', '#lasers [data-act=disable]', '#attention-all'].map(q => JSON.stringify(document.querySelector(q).getBoundingClientRect())).join()`
	p.sees("a laser", `document.querySelector('#lasers [data-act=disable]').offsetParent`)
	place := eval[string](p, where)
	for _, view := range []string{"instruments", "log", "metrics", "plots", "instruments"} {
		p.click("#tab-" + view)
		p.sees("the view "+view, fmt.Sprintf(`!document.querySelector('#view-%s').hidden`, view))
		time.Sleep(time.Second) // for the view to be filled
		eval[bool](p, `(places => true)(window.places = new Map())`)
		for _, value := range []float64{1, 0} {
			eval[[]string](p, moved)
			if code, answer := command(t, agent.url, "V5", "open", value); code != http.StatusOK {
				t.Fatalf("V5.open = %g: %d %s", value, code, answer)
			}
			for _, look := range []string{"shows the trip", "goes on showing it"} {
				p.sees("what "+look, `document.querySelector('#attention [data-rule="getter open"]').offsetParent`)
				if gone := eval[[]string](p, moved); len(gone) > 0 {
					t.Errorf("%s: controls that moved: %q", view, gone)
				}
				time.Sleep(time.Second)
			}
		}
		if now := eval[string](p, where); now != place {
			t.Errorf("%s: HALT, Disable and the count stand at %s, on the first view at %s", view, now, place)
		}
		post(t, agent.url+"/rules/getter%20open/clear", map[string]any{})
		p.sees("that it is cleared", `!document.querySelector('#attention .item:not([hidden])[data-rule="getter open"]')`)
		if gone := eval[[]string](p, moved); len(gone) > 0 {
			t.Errorf("%s: controls that moved when it was cleared: %q", view, gone)
		}
	}
}

// The strip says on every view whose page it is, how the laser is, the key pressures, the run and HALT; the row below it exists always.
func TestStripOnEveryView(t *testing.T) {
	agent := startTripping(t)
	s := &stage{agent: agent, chromium: startChromium(t)}
	s.post(t, `{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"run_id":"66573-01A","sample":"sanidine"},"status":"success"}`)
	p := s.browse(t, agent.url, 1440, 900).unlock()
	for _, view := range []string{"instruments", "log", "plots", "metrics"} {
		p.click("#tab-" + view)
		p.sees("the laser off on "+view, `(c => c.dataset.state === 'off' && /OFF/.test(c.textContent))(document.querySelector('#lasers [data-laser=laser]'))`)
		p.sees("the key pressures on "+view, `(k => k.length === 2 && k.every(c => /\d/.test(c.querySelector('b').textContent)))([...document.querySelectorAll('#keys .cell')])`)
		p.sees("the run on "+view, `/66573-01A/.test(document.querySelector('#run').textContent) && /sanidine/.test(document.querySelector('#run').textContent)`)
		p.sees("HALT on "+view, `document.querySelector('#halt').offsetParent && /not the emergency stop/.test(document.querySelector('#halt').textContent)`)
		p.sees("the row below on "+view, `document.querySelector('#attention').getBoundingClientRect().height === 42`)
	}
	p.choose("laser")
	p.click(".one [data-act=enable]")
	p.click("#dialog-confirm [data-act=confirm]")
	p.sees("the laser on, and how long it may be", `(c => c.dataset.state === 'on' && /min \d+ s left/.test(c.textContent))(document.querySelector('#lasers [data-laser=laser]'))`)
	p.screenshot("strip-laser-on.png")
	p.click("#tab-log")
	p.click("#lasers [data-act=disable]")
	p.sees("the laser off, unasked", `document.querySelector('#lasers [data-laser=laser]').dataset.state === 'off'`)
	p.click("#halt")
	p.sees("who halted and when, on every view", `/^Halted by \S+ at \d/.test(document.querySelector('#attention [data-kind=halt] b').textContent) && document.body.dataset.halted`)
	p.keys(kb.Escape)
	p.sees("that the window is closed", `!document.querySelector('#dialog-tell')`)
	p.click("#attention [data-kind=halt] [data-act=end-halt]")
	p.click("#dialog-confirm [data-act=confirm]")
	p.sees("that it is ended", `!document.body.dataset.halted && !document.querySelector('#attention .item:not([hidden])[data-kind=halt]')`)
}

// The list of all that needs attention lies over the page, and alarms are acknowledged in it at once; trips never are.
func TestAttentionList(t *testing.T) {
	agent := startTripping(t)
	s := &stage{agent: agent, chromium: startChromium(t)}
	p := s.browse(t, agent.url, 1440, 900).unlock()
	s.move(t, "V5", "open", 1)
	p.sees("the trip", `document.querySelector('#attention [data-rule="getter open"]').offsetParent`)
	eval[[]string](p, moved)
	p.click("#attention-all")
	p.sees("trip and alarm in the list", `['[data-rule="getter open"]', '[data-alarm=getter]'].every(q => document.querySelector('#attention-list ' + q).offsetParent)`)
	if gone := eval[[]string](p, moved); len(gone) > 0 {
		t.Errorf("the list moved what is beneath it: %q", gone)
	}
	p.sees("that it covers no strip", `document.querySelector('#attention-list').getBoundingClientRect().top >= document.querySelector('#strip').getBoundingClientRect().bottom`)
	p.screenshot("attention.png")
	p.click("#ack-shown")
	p.sees("who acknowledged the alarm", `/acknowledged by e2e/.test(document.querySelector('#attention-list [data-alarm=getter]').textContent)`)
	p.sees("a trip that stays", `!document.querySelector('#attention-list [data-rule="getter open"]').dataset.acked`)
	p.keys(kb.Escape)
	p.sees("that it is closed", `document.querySelector('#attention-list').hidden`)
}

// Enter in a window does what the window is for.
func TestEnterInWindows(t *testing.T) {
	agent := startAgent(t, "")
	p := startChromium(t).browse(t, agent.url, 1440, 900).live()
	p.click("#token")
	p.typed("#dialog-ask input[name=token]", token)
	p.run(focus("#dialog-ask input[name=token]"))
	p.keys(kb.Enter)
	p.sees("the rights of the token", `document.body.dataset.rights.includes('command') && !document.querySelector('#dialog-ask')`)
	p.choose("V2").click(".one [data-act=lock]")
	p.typed("#dialog-ask input[name=reason]", "cleaning")
	p.run(focus("#dialog-ask input[name=reason]"))
	p.keys(kb.Enter)
	p.sees("the lock", `document.querySelector('.one[data-valve=V2]').dataset.locked === 'yes'`)
	p.choose("laser").click(".one [data-act=enable]")
	p.sees("a question in which Enter does no harm", `document.activeElement.dataset.act === 'cancel'`)
	p.keys(kb.Enter)
	p.sees("no question, and no beam", `!document.querySelector('#dialog-confirm') && document.querySelector('#lasers [data-laser=laser]').dataset.state !== 'on'`)
}

// The log is sentences; readings are off until they are asked for, and an empty log says why it is.
func TestLogSpeaks(t *testing.T) {
	agent := startAgent(t, "")
	s := &stage{agent: agent, chromium: startChromium(t)}
	s.move(t, "V1", "open", 1)
	p := s.browse(t, agent.url+"/#/log", 1440, 900).live()
	p.sees("a command as a sentence", `[...document.querySelectorAll('#log .row .story')].some(r => /^V1 opened · by e2e.* · took .*ms$/.test(r.textContent))`)
	p.sees("no readings, and no name of a metric", rows(`r.dataset.kind !== 'reading' && !/_total|_pascals/.test(r.textContent)`))
	p.sees("one row for one deed", `[...document.querySelectorAll('#log .row')].filter(r => r.dataset.device === 'V1').length === 1`)
	p.click("#view-log [data-kinds=reading]")
	p.sees("readings, now", `[...document.querySelectorAll('#log .row')].some(r => r.dataset.kind === 'reading') && location.hash.includes('kind=')`)
	p.click("#view-log [data-kinds=reading]")
	p.sees("none again, and an address without them", `[...document.querySelectorAll('#log .row')].every(r => r.dataset.kind !== 'reading') && !location.hash.includes('kind=')`)
	p.typed("#filter-q", "nothing has this name")
	p.sees("why it is empty", `/nothing has this name/.test(document.querySelector('#view-log .none').textContent)`)
}

// On the phone the strip, HALT and the most severe are on top, the views at the bottom, nothing scrolls sideways, and the token is within reach.
func TestPhone(t *testing.T) {
	agent := startTripping(t)
	s := &stage{agent: agent, chromium: startChromium(t)}
	s.move(t, "V5", "open", 1)
	p := s.browse(t, agent.url, 390, 844).live()
	inside := func(what string) string {
		return `(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight && r.width > 40)(document.querySelector('` + what + `').getBoundingClientRect())`
	}
	p.sees("HALT", inside("#halt"))
	p.sees("the trip", inside("#attention .item[data-kind=trip]"))
	p.sees("a strip that leaves room", `document.querySelector('#attention').getBoundingClientRect().top <= 185`)
	for _, view := range []string{"instruments", "log", "plots"} {
		p.click("#tab-" + view)
		p.sees("no sideways scrolling in "+view, `!document.querySelector('#view-`+view+`').hidden && document.documentElement.scrollWidth <= innerWidth`)
		p.screenshot("phone-" + view + ".png")
	}
	p.click("#more")
	p.sees("the token", inside("#token"))
	p.click("#token")
	p.typed("#dialog-ask input[name=token]", token)
	p.click("#dialog-ask [data-act=confirm]")
	p.sees("the rights of the token", `document.body.dataset.rights.includes('command')`)
	p.run(chromedp.Evaluate[chromedp.Void](`location.hash = '#/instruments?d=laser'`))
	p.sees("the sheet, which leaves the strip free", `(r => r.top >= document.querySelector('#attention').getBoundingClientRect().bottom - 1)(document.querySelector('.sheet').getBoundingClientRect())`)
	p.screenshot("phone-sheet.png")
}

// An observer that is behind by a frame is no failure of the page; a view that fails is one.
func TestPageFailsOnlyWhenItDoes(t *testing.T) {
	agent := startAgent(t, "")
	p := startChromium(t).browse(t, agent.url, 1440, 900).live()
	eval[bool](p, `dispatchEvent(new ErrorEvent('error', {message: 'ResizeObserver loop completed with undelivered notifications.'}))`)
	p.sees("the page as before", `!document.querySelector('#attention [data-kind=page]')`)
	eval[bool](p, `dispatchEvent(new ErrorEvent('error', {message: 'x is undefined'}))`)
	p.sees("that it failed", `/x is undefined/.test(document.querySelector('#attention [data-kind=page]').textContent)`)
}
