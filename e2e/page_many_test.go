//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Six pages of one browser, which allows six connections to a host: all are live by the stream that they share (the server gives a
// browser four), an event reaches each, and HALT is answered at once.
func TestSixPagesOfABrowser(t *testing.T) {
	agent := startAgent(t, "")
	first := startChromium(t).browse(t, agent.url+"/", 1200, 800)
	pages := []*page{first}
	for range 5 {
		ctx, closeTab := chromedp.NewContext(first.ctx)
		t.Cleanup(closeTab)
		p := &page{t: t, ctx: ctx, saved: t.TempDir()}
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(1200, 800)); err != nil { // opens the tab: no time limit
			t.Fatal(err)
		}
		p.navigate(agent.url + "/")
		pages = append(pages, p)
	}
	for _, p := range pages {
		p.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	}
	command(t, agent.url, "V1", "open", 1)
	for _, p := range pages {
		p.sees("the command", `/V1/.test(document.querySelector('#recent').textContent)`)
	}
	last := pages[len(pages)-1]
	began := time.Now()
	last.click(`#halt`)
	last.sees("what was halted", `/^Halted|^HALT/.test(document.querySelector('#dialog-tell h2')?.textContent ?? '')`)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("HALT was answered after %v, want at once", took)
	}
	last.sees("each device in the table", `document.querySelectorAll('#dialog-tell tr[data-state]').length > 1`)
}
