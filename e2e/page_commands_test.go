//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// clickText presses the first of some elements that says so.
func clickText(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll(%q)].find(b => b.textContent.includes(%q)).click()`, selector, text))
}

// commands is the rest of feature 1: what can be done from the page.
func (s *stage) commands(t *testing.T) {
	t.Run("valve", s.valve)
	t.Run("laser", s.laser)
	t.Run("lock", s.lock)
	t.Run("trip", s.trip)
	t.Run("alarm", s.alarm)
	t.Run("pipette", s.pipette)
	t.Run("halt", s.halt)
}

func (s *stage) valve(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).unlock()
	v := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	p.choose("V1").click("[data-valve=V1] [data-act=open]")
	p.unchosen()
	for _, x := range []*page{p, v} {
		x.sees("valve V1 open", `document.querySelector('[data-valve=V1]').dataset.state === 'open'`)
		x.sees("the command among what happened", `[...document.querySelectorAll('#recent li')].some(l => l.textContent.includes('V1 opened') && l.textContent.includes('by e2e'))`)
	}
	p.choose("V6").sees("why V6 may not be opened", `(v => v.querySelector('[data-act=open]').ariaDisabled === 'true' && v.querySelector('.why').textContent.includes('V1'))(document.querySelector('.one[data-valve=V6]'))`)
	p.choose("V1").click("[data-valve=V1] [data-act=close]")
	p.sees("valve V1 closed again", `document.querySelector('[data-valve=V1]').dataset.state === 'closed'`)
}

func (s *stage) laser(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).unlock()
	laser := `document.querySelector('.one[data-laser=laser]')`
	p.choose("laser").click("[data-laser=laser] [data-act=enable]")
	p.sees("the question", `document.querySelector('#dialog-confirm').open`)
	p.run(clickText("#dialog-confirm menu button", "Cancel"))
	p.sees("no question any more, and no beam", laser+`.dataset.state === 'off' && !document.querySelector('#dialog-confirm')`)
	if n := len(events(t, s.agent.url, "kind=command&device=laser&q=e2e")); n != 0 { // the agent itself halts the laser at the start
		t.Errorf("%d commands after the question was refused, want 0", n)
	}
	p.click("[data-laser=laser] [data-act=enable]")
	p.click("#dialog-confirm [data-act=confirm]")
	p.sees("a laser that is enabled, in words", laser+`.dataset.state === 'on' && /ON .*left/.test(`+laser+`.textContent) && document.querySelector('#lasers [data-laser=laser]').dataset.state === 'on'`)
	p.sees("the page's lease", `/lease of e2e until/.test(`+laser+`.querySelector('.lease').textContent)`)
	p.typed("[data-laser=laser] input.setpoint", "12")
	p.click("[data-laser=laser] [data-act=set]")
	p.sees("the question before more power", `document.querySelector('#dialog-confirm').open`)
	p.click("#dialog-confirm [data-act=confirm]")
	p.sees("the power that was set", `/power: 12/.test(`+laser+`.textContent)`)
	p.click("#lasers [data-act=disable]") // the button of the strip, which is on every view
	p.sees("a laser that is off, unasked", laser+`.dataset.state === 'off'`)
}

func (s *stage) lock(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).unlock()
	v := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	p.choose("V2").click("[data-valve=V2] [data-act=lock]")
	p.typed("#dialog-ask input[name=reason]", "cleaning")
	p.click("#dialog-ask [data-act=confirm]")
	for _, x := range []*page{p, v} {
		x.choose("V2").sees("who locked V2 and why", `(v => v.dataset.locked === 'yes' && /e2e/.test(v.textContent) && /cleaning/.test(v.textContent))(document.querySelector('.one[data-valve=V2]'))`)
	}
	p.click("[data-valve=V2] [data-act=unlock]")
	p.click("#dialog-confirm [data-act=confirm]")
	for _, x := range []*page{p, v} {
		x.sees("V2 without a lock", `!document.querySelector('.one[data-valve=V2]').dataset.locked`)
	}
}

func (s *stage) trip(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).unlock()
	v := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	s.move(t, "V5", "open", 1)
	for _, x := range []*page{p, v} {
		x.listed().sees("the rule that tripped", needs(`[data-rule="getter open"]`)+`.some(i => i.textContent.includes('V5.open'))`)
		x.sees("the trip on every view", needs(`[data-rule="getter open"]`)+`.some(i => i.offsetParent && /V6 may not open/.test(i.textContent))`)
	}
	p.choose("laser").sees("why the laser may not be enabled", `(l => /getter open/.test(l.querySelector('.forbidden').textContent) && l.querySelector('[data-act=enable]').ariaDisabled === 'true')(document.querySelector('.one[data-laser=laser]'))`)
	p.sees("no way to clear what is not good", needs(`[data-rule="getter open"] [data-act=wait]`)+`.every(b => b.disabled)`)
	v.sees("no way to clear from afar", needs(`[data-rule="getter open"] button:not([data-act=enter])`)+`.every(b => !b.offsetParent || getComputedStyle(b).visibility === 'hidden')`)
	s.move(t, "V5", "open", 0)
	p.clear("getter open")
	for _, x := range []*page{p, v} {
		x.sees("that the trip is over", needs(`[data-rule="getter open"]`)+`.length === 0`)
	}
}

func (s *stage) alarm(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).unlock()
	v := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	s.move(t, "V5", "open", 1)
	for _, x := range []*page{p, v} {
		// One that is over and was not acknowledged is shown too, and is another.
		x.listed().sees("the alarm with its text", needs(`[data-alarm=getter]`)+`.some(i => i.textContent.includes('the getter is open') && !i.textContent.includes('over, not acknowledged'))`)
	}
	p.click("#attention-list [data-alarm=getter] [data-act=ack]")
	for _, x := range []*page{p, v} {
		x.sees("who acknowledged it", needs(`[data-alarm=getter]`)+`.some(i => i.textContent.includes('acknowledged by e2e'))`)
	}
	p.click("#attention-list [data-alarm=getter] [data-act=shelve]")
	p.typed("#dialog-ask input[name=reason]", "known")
	p.click("#dialog-ask [data-act=confirm]")
	for _, x := range []*page{p, v} {
		x.listed().sees("that it is shelved and why", `/shelved until .*known/.test(document.querySelector('#attention-list [data-alarm=getter]').textContent)`)
	}
	s.move(t, "V5", "open", 0)
	for _, x := range []*page{p, v} {
		x.sees("that the alarm is over", needs(`[data-alarm=getter]`)+`.length === 0`)
	}
	p.clear("getter open")
	p.sees("that the trip is over", needs(`[data-rule="getter open"]`)+`.length === 0`)
}

func (s *stage) pipette(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).live()
	v := s.browse(t, s.viewer+"/#/instruments", 1500, 1000).live()
	before := s.answers(t).Pipettes[0].Shots
	s.move(t, "V3", "open", 1)
	p.choose("V4").sees("why the outer valve may not be opened", `/V3|argon/.test(document.querySelector('.one[data-valve=V4] .why').textContent)`)
	s.move(t, "V3", "open", 0)
	s.move(t, "V4", "open", 1)
	s.move(t, "V4", "open", 0)
	p.unchosen()
	for _, x := range []*page{p, v} {
		x.sees("one more shot", fmt.Sprintf(`document.querySelector('[data-pipette=argon] .shots').textContent === '%d shots'`, before+1))
	}
}

func (s *stage) halt(t *testing.T) {
	eventually(t, 60*time.Second, "the laser to be enabled", func() error { // a slow machine has stale pressures, which forbid it
		if code, answer := command(t, s.agent.url, "laser", "enabled", 1); code != 200 {
			return fmt.Errorf("%d %s", code, answer)
		}
		return nil
	})
	p := s.browse(t, s.agent.url, 1500, 1000).live() // without a token: halting needs none at the bench
	p.sees("a laser that is on", `document.querySelector('#lasers [data-laser=laser]').dataset.state === 'on'`)
	p.click("#halt")
	p.sees("what was halted", `/^Halted/.test(document.querySelector('#dialog-tell h2').textContent) && /laser/.test(document.querySelector('#dialog-tell').textContent)`)
	p.sees("a laser that is off", `document.querySelector('#lasers [data-laser=laser]').dataset.state === 'off'`)
	p.listed().sees("that it was halted, until somebody ends that", needs(`[data-kind=halt]`)+`.some(i => /^Halted by \S+ at \d/.test(i.querySelector('b').textContent))`)
	eventually(t, 10*time.Second, "the halt among the events", func() error {
		for _, e := range events(t, s.agent.url, "kind=command&device=laser") {
			if labels, _ := e["labels"].(map[string]any); labels["control"] == "halt" {
				return nil
			}
		}
		return errors.New("not yet")
	})
}

// clear clears a trip and says yes.
func (p *page) clear(rule string) {
	p.t.Helper()
	p.listed().click(fmt.Sprintf(`#attention-list [data-rule=%q] [data-act=clear]`, rule))
	p.click("#dialog-confirm [data-act=confirm]")
}

// clickEach presses all of some elements, closing the window that each opens.
func clickEach(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`[...document.querySelectorAll(%q)].filter(e => e.offsetParent).slice(0, 60).forEach(e => { e.click(); document.querySelectorAll('dialog[open]').forEach(d => d.close('')) })`, selector))
}
