//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"pychron-edge/uplink/brokertest"
)

// reach is feature 7: everybody, everywhere.
func (s *stage) reach(t *testing.T) {
	t.Run("keyboard", s.keyboard)
	t.Run("landmarks", s.landmarks)
	t.Run("phone", s.phone)
	t.Run("dark and light", s.themes)
	t.Run("utc", s.utc)
	t.Run("no connection", s.lost)
}

func (s *stage) keyboard(t *testing.T) {
	s.post(t, `{"event_type":"counter","metric_name":"e2e_keys_total","value":1,"status":"success"}`) // the log may have been cleared
	s.both(t, "instruments", nil, func(t *testing.T, p *page) {
		p.keys(kb.Tab)
		p.sees("a way past the head first", `document.activeElement.className === 'skip' && document.activeElement.getBoundingClientRect().left >= 0`)
		p.keys(kb.Tab)
		p.sees("what has the focus", `document.activeElement !== document.body && getComputedStyle(document.activeElement).outlineStyle !== 'none'`)
		p.run(focus("#main"))
		for key, view := range map[string]string{"3": "log", "4": "plots", "6": "metrics", "2": "instruments", "gl": "line", "gi": "instruments", "go": "log", "gp": "plots", "gr": "runs", "gm": "metrics"} {
			p.keys(key)
			p.sees("the view "+view, fmt.Sprintf(`document.body.dataset.view === %q`, view))
		}
		p.keys("?")
		p.sees("the list of keys", `document.querySelector('#dialog-help').open`)
		p.keys(kb.Escape)
		p.sees("that it is closed", `!document.querySelector('#dialog-help')`)
		unit := eval[string](p, `document.querySelector('#unit-select').value`)
		p.keys("u")
		p.sees("the next unit", fmt.Sprintf(`document.querySelector('#unit-select').value !== %q`, unit))
		p.keys("3/")
		p.sees("the search", `document.activeElement.id === 'filter-q'`)
		p.keys("e2e_keys")
		p.sees("rows found by typing", rows(cell("metric")+`.includes('e2e_keys')`))
		p.run(focus("#log"))
		p.keys(kb.ArrowUp + kb.ArrowUp)
		p.sees("a chosen row", `document.querySelector('#log [aria-selected=true]')`)
		p.keys(kb.Enter)
		p.sees("the event that was chosen", `document.querySelector('#dialog-event').open`)
		p.keys(kb.Escape)
		p.sees("the log again", `document.activeElement.id === 'log'`)
	})
}

// word is a value of the accessibility tree as text.
func word(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var text string
	if json.Unmarshal(v.Value, &text) != nil {
		return strings.Trim(string(v.Value), `"`)
	}
	return text
}

func (s *stage) landmarks(t *testing.T) {
	for view, want := range map[string][]string{
		"instruments": {"banner", "navigation views", "main", "region connection", "region attention", "table channels", "complementary details", "status", "switch"},
		"log":         {"banner", "navigation views", "main", "search filter of the log", "grid events", "columnheader what happened", "searchbox search"},
		"plots":       {"banner", "main", "button pause", "combobox range"},
	} {
		s.both(t, view, nil, func(t *testing.T, p *page) {
			p.sees("its view", fmt.Sprintf(`document.querySelector('#view-%s').children.length > 0 && document.querySelectorAll('button').length > 5`, view))
			if view == "instruments" {
				p.sees("all panels", `document.querySelector('[data-valve=V1]') && document.querySelector('#connection')`)
			}
			tree := call(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
			found := map[string]bool{}
			for _, node := range tree.Nodes {
				if node.Ignored {
					continue
				}
				role, name := word(node.Role), strings.ToLower(word(node.Name)) // headings are drawn in capitals
				found[role], found[role+" "+name] = true, true
				switch role {
				case "button", "link", "textbox", "searchbox", "combobox", "checkbox", "switch", "dialog":
					if strings.TrimSpace(name) == "" {
						t.Errorf("a %s has no name to be read out", role)
					}
				}
			}
			for _, w := range want {
				if w == "switch" && strings.Contains(t.Name(), "viewer") {
					continue // capture is switched at the bench
				}
				if !found[w] {
					t.Errorf("%s: no %s in the accessibility tree", view, w)
				}
			}
		})
	}
}

func (s *stage) phone(t *testing.T) {
	for name, at := range map[string]string{"agent": s.agent.url, "viewer": s.viewer + "/#/instruments"} {
		p := s.browse(t, at, 390, 844).live()
		p.sees("numbers", `[...document.querySelectorAll('[data-point][data-state=live] .value')].some(v => /\d/.test(v.textContent))`)
		for _, view := range []string{"instruments", "log", "metrics", "plots"} {
			if view == "metrics" {
				p.click("#more")
			}
			p.click("#tab-" + view)
			p.sees("the view "+view, fmt.Sprintf(`!document.querySelector('#view-%s').hidden`, view))
			p.sees("no sideways scrolling in "+view, `document.documentElement.scrollWidth <= window.innerWidth`)
		}
		p.click("#tab-instruments")
		p.screenshot("phone-" + name + ".png")
	}
}

func (s *stage) themes(t *testing.T) {
	bright := `(c => (c[0] + c[1] + c[2]) / 3)(getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number))`
	s.both(t, "instruments", nil, func(t *testing.T, p *page) {
		for _, scheme := range []string{"dark", "light"} {
			call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			p.sees("a "+scheme+" page where the system is "+scheme, fmt.Sprintf(`(%s > 128) === %t`, bright, scheme == "light"))
		}
		p.click("#theme")
		p.sees("a dark page by the person's choice", bright+` < 128`)
		p.keys("t")
		p.sees("a light one by the key", bright+` > 128`)
		low := eval[[]string](p, contrast)
		if len(low) > 0 {
			t.Errorf("text that is hard to read in light: %q", low)
		}
		p.keys("t")
		p.sees("a dark page", bright+` < 128`)
		if low := eval[[]string](p, contrast); len(low) > 0 {
			t.Errorf("text that is hard to read in dark: %q", low)
		}
	})
}

// contrast is the texts of the bench whose colour stands out too little from what is behind them: 4.5 to 1 is asked of small text.
const contrast = `(() => {
	const rgb = c => { const p = document.createElement('canvas').getContext('2d'); p.fillStyle = c; p.fillRect(0, 0, 1, 1); return [...p.getImageData(0, 0, 1, 1).data]; };
	const light = c => { const [r, g, b] = c.slice(0, 3).map(x => (x /= 255) <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
	const low = new Set();
	for (const e of document.querySelectorAll('#strip *, #views *, #view-instruments *')) {
		const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
		if (!own || !e.offsetParent || e.closest('[disabled], canvas, svg')) continue;
		const a = light(rgb(getComputedStyle(e).color)), b = light(behind(e));
		if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.4) low.add(e.className + ': ' + e.textContent.slice(0, 30));
	}
	return [...low].slice(0, 8);
})()`

func (s *stage) utc(t *testing.T) {
	s.both(t, "instruments", nil, func(t *testing.T, p *page) {
		utc := `/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC/`
		p.sees("the clock in UTC on hover", utc+`.test(document.querySelector('#clock').title)`)
		p.sees("the last event in UTC on hover", utc+`.test(document.querySelector('#connection [data-field=last-event]').title)`)
		p.click("#tab-log")
		p.sees("rows in UTC on hover", rows(utc+`.test(r.querySelector('.time').title)`))
	})
}

func (s *stage) lost(t *testing.T) {
	p := s.browse(t, s.agent.url, 1500, 1000).live()
	p.sees("numbers", `[...document.querySelectorAll('[data-point][data-state=live] .value')].some(v => v.offsetParent)`)
	eval[bool](p, `(real => { Date.now = () => real() - 3600e3; return true })(Date.now)`) // the clock of the machine is set back: what was heard becomes no fresher
	s.agent.Process.Signal(syscall.SIGSTOP)
	defer s.agent.Process.Signal(syscall.SIGCONT)
	p.sees("no connection since, in large letters", `(e => !e.hidden && /No connection since \d/.test(e.textContent) && parseFloat(getComputedStyle(e.querySelector('.large')).fontSize) > 28)(document.querySelector('#lost'))`)
	p.sees("no old number", `![...document.querySelectorAll('.channel .value, .channel .old, .cell.key .num')].filter(v => v.textContent !== '–').some(v => { const r = v.getBoundingClientRect(), s = getComputedStyle(v); return v.offsetParent && s.visibility !== 'hidden' && v.textContent && r.width > 0 && !v.closest('[inert], [hidden]') && getComputedStyle(document.querySelector('main')).display !== 'none' })`)
	p.sees("all of what the attention row says of it", `[...document.querySelectorAll('#attention .item[data-kind=lost] :is(b, .text)')].every(n => n.textContent && n.scrollWidth <= n.clientWidth)`)
	p.screenshot("no-connection.png")
	s.agent.Process.Signal(syscall.SIGCONT)
	p.live()
	p.sees("numbers again", `[...document.querySelectorAll('[data-point][data-state=live] .value')].some(v => v.offsetParent && /\d/.test(v.textContent))`)
}

// Off the machine nobody may read without a token: the page itself comes, and asks for one.
func TestPageAsksForATokenOffTheMachine(t *testing.T) {
	agent := startAgent(t, "")
	p := startChromium(t).open(t, 1500, 1000)
	call(p, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"X-Forwarded-For": "10.0.0.7"}})
	p.navigate(agent.url)
	p.sees("the question for a token", `document.querySelector('#dialog-ask').open`)
	if n := eval[int](p, `document.querySelectorAll('[data-point], [data-valve]').length`); n > 0 {
		t.Errorf("%d points and valves are shown to somebody without a token", n)
	}
	p.typed("#dialog-ask input[name=token]", token)
	p.click("#dialog-ask [data-act=confirm]")
	p.live()
	p.sees("numbers", `[...document.querySelectorAll('[data-point][data-state=live] .value')].some(v => /\d/.test(v.textContent))`)
	p.click("#tab-log")
	p.sees("events", rows(`true`))
	p.click("#tab-metrics")
	p.sees("metrics", `document.querySelectorAll('[data-family]').length > 3`)
}

// HALT is in view at every width, however much is wrong and however long its text: here the clock of the machine is not
// synchronised or the gauge is silent, and both have a pill in the head.
func TestHaltStaysInView(t *testing.T) {
	agent := startWire(t, brokertest.FreeAddress(t), brokertest.FreeAddress(t)) // no broker, no gauge
	s := &stage{agent: agent, chromium: startChromium(t)}
	p := s.browse(t, agent.url, 1440, 800).live()
	for _, width := range []int{1440, 1280, 1200, 1024, 900, 390} {
		p.run(chromedp.EmulateViewport(int64(width), 800))
		p.sees("what is wrong", `document.querySelector('#attention .item:not([hidden])').offsetParent`)
		p.sees(fmt.Sprintf("HALT at %d", width), `(r => r.width > 40 && r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)(document.querySelector('#halt').getBoundingClientRect())`)
		p.sees(fmt.Sprintf("no sideways scrolling at %d", width), `document.documentElement.scrollWidth <= innerWidth`)
		if width == 1200 {
			p.screenshot("halt-in-view.png")
		}
	}
}
