//go:build e2e

package e2e

import (
	"testing"
	"time"

	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// A screen on the wall has the view alone, larger, without what a hand needs; it comes up so again, and w brings all back.
func TestWallDisplay(t *testing.T) {
	s := &stage{agent: startDrawn(t, ""), chromium: startChromium(t)}
	p := s.browse(t, s.agent.url+"/#/line", 1440, 900).live()
	p.sees("the drawing", part("V1"))
	height := `document.querySelector('#view-line svg.line-drawing').getBoundingClientRect().height`
	p.run(focus("#main"))
	p.keys("w")
	p.sees("the line alone", `document.querySelector('#views').offsetParent === null && document.querySelector('#line-sheet').offsetParent === null && `+height+` > 100`)
	p.sees("the strip, with HALT, as before", `document.querySelector('#halt').offsetParent && document.querySelector('#lasers .cell').offsetParent`)
	p.sees("no sideways scrolling", `document.documentElement.scrollWidth <= innerWidth`)
	p.screenshot("wall.png")
	p.run(chromedp.Reload())
	p.live().sees("the same after it was opened anew", `document.body.dataset.wall && document.querySelector('#views').offsetParent === null`)
	p.keys("w")
	p.sees("everything again", `document.querySelector('#views').offsetParent && document.querySelector('#line-sheet').offsetParent`)
}

// deaf stands for the browser's sound and notifications, and counts what would be heard.
const deaf = `(() => {
	window.tones = 0; window.notes = [];
	const param = {setValueAtTime() {}, exponentialRampToValueAtTime() {}};
	window.AudioContext = class { currentTime = 0; destination = {}; createGain() { return {gain: param, connect: x => x} } createOscillator() { return {frequency: {}, connect: x => x, start() { tones++ }, stop() {}} } };
	window.Notification = class { static permission = 'default'; static async requestPermission() { return Notification.permission = 'granted' } constructor(title, more) { notes.push(title + ': ' + more.body) } };
})()`

// What is new makes a tone and a notification where the person asked for them; what stood there when the page was opened does not.
func TestSoundAndNotification(t *testing.T) {
	s := &stage{agent: startTripping(t), chromium: startChromium(t)}
	s.move(t, "V5", "open", 1)
	p := s.open(t, 1440, 900)
	call(p, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: deaf})
	p.navigate(s.agent.url)
	p.live().sees("the trip that stands", `document.querySelector('#attention [data-rule="getter open"]').offsetParent`)
	p.click("#ear")
	p.sees("one tone to try it, and no note of what stood there", `tones === 1 && notes.length === 0 && document.querySelector('#ear').getAttribute('aria-pressed') === 'true'`)
	s.move(t, "V5", "open", 0)
	post(t, s.agent.url+"/alarms/getter/ack", map[string]any{})
	post(t, s.agent.url+"/rules/getter%20open/clear", map[string]any{})
	p.sees("that it is over", `!document.querySelector('#attention .item:not([hidden])[data-rule="getter open"]')`)
	s.move(t, "V5", "open", 1)
	p.sees("a tone and a note of the trip", `tones === 2 && notes.some(n => /getter open/.test(n))`)
	p.click("#ear")
	s.move(t, "V5", "open", 0)
	post(t, s.agent.url+"/rules/getter%20open/clear", map[string]any{})
	p.sees("that it is over again", `!document.querySelector('#attention .item:not([hidden])[data-rule="getter open"]')`)
	s.move(t, "V5", "open", 1)
	p.sees("the trip once more", `document.querySelector('#attention .item:not([hidden])[data-rule="getter open"]')`)
	if tones := eval[float64](p, `tones`); tones != 2 {
		t.Errorf("%g tones, want none more after it was switched off", tones)
	}
}

// An event of a run leads to the run's passport.
func TestEventLeadsToItsRun(t *testing.T) {
	s := &stage{agent: startAgent(t, ""), chromium: startChromium(t)}
	s.postRun(t, wholeRun("66573-01A", time.Now().Add(-time.Minute), 30, "success")...)
	p := s.browse(t, s.agent.url+"/#/log?kind=lifecycle", 1440, 900).live()
	p.sees("an event of the run", rows(`/66573-01A/.test(r.textContent)`))
	p.run(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('#log .row')].find(r => /66573-01A/.test(r.textContent)).click()`))
	p.click("#dialog-event [data-act=run]")
	p.sees("its passport", `document.body.dataset.view === 'runs' && /66573-01A/.test(document.querySelector('.passport').textContent) && location.hash.includes('run=66573-01A')`)
}

// A failed run colours its row in the log until the next run begins, and a trip until it is cleared.
func TestLogIsColouredByWhatStands(t *testing.T) {
	s := &stage{agent: startTripping(t), chromium: startChromium(t)}
	s.postRun(t, wholeRun("66573-01A", time.Now().Add(-time.Minute), 30, "failed")...)
	p := s.browse(t, s.agent.url+"/#/log?kind=lifecycle", 1440, 900).live()
	looks := `[...document.querySelectorAll('#log .row')].filter(r => /Run 66573-01A completed/.test(r.textContent)).map(r => r.dataset.look ?? 'none').join()`
	p.sees("a failed run in colour", looks+` === 'bad'`)
	s.postRun(t, lifecycle(time.Now(), "run_started", map[string]string{"run_id": "66573-02A"}))
	p.sees("none when the next began", looks+` === 'none'`)
	p.click("#filter-reset")
	trip := `[...document.querySelectorAll('#log .row')].filter(r => /^Trip: getter open/.test(r.querySelector('.story').textContent)).map(r => r.dataset.look ?? 'none').join()`
	s.move(t, "V5", "open", 1)
	p.sees("a trip in colour", trip+` === 'bad'`)
	s.move(t, "V5", "open", 0)
	post(t, s.agent.url+"/rules/getter%20open/clear", map[string]any{})
	p.sees("none when it was cleared", trip+` === 'none'`)
}
