//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// part is a part of the drawing, in JavaScript.
func part(name string) string { return fmt.Sprintf(`document.querySelector('[data-part="%s"]')`, name) }

// press chooses a part of the drawing as the mouse does.
func (p *page) press(name string) {
	p.t.Helper()
	p.sees("the part "+name, part(name))
	p.run(chromedp.Evaluate[chromedp.Void](part(name) + `.dispatchEvent(new MouseEvent('click', {bubbles: true}))`))
}

// noLineError fails where the page says that it failed.
func (p *page) noLineError() {
	p.t.Helper()
	if text := eval[string](p, needs("[data-kind=page]")+`.map(i => i.textContent).join()`); text != "" {
		p.t.Errorf("the page says: %s", text)
	}
}

func TestLine(t *testing.T) {
	broker := mosquitto(t)
	s := &stage{broker: broker, viewer: startViewer(t, broker), agent: startDrawn(t, broker), chromium: startChromium(t)}
	s.source = agentName(t, s.agent.url)
	t.Run("commands", s.lineCommands)
	t.Run("reasons", s.lineReasons)
	t.Run("keyboard", s.lineKeyboard)
	t.Run("phone", s.linePhone)
	t.Run("viewer", s.lineViewer)
	t.Run("pictures", s.linePictures)
}

// A valve is opened and closed from the sheet, and what it joins is drawn as connected.
func (s *stage) lineCommands(t *testing.T) {
	p := s.browse(t, s.agent.url, 1440, 900).unlock()
	p.sees("the line as the first view", `document.body.dataset.view === 'line' && document.querySelector('#view-line svg.line-drawing')`)
	p.sees("V1 closed", part("V1")+`.dataset.state === 'closed'`)
	p.sees("a bone that is static", part("bone")+`.dataset.shade === 'static'`)
	p.press("V1")
	box := `JSON.stringify([...document.querySelectorAll('.sheet-standing .sheet-buttons button')].map(b => b.getBoundingClientRect()))`
	before := eval[string](p, box)
	p.click("#line-sheet [data-act=open]")
	p.sees("the question, with what it joins", `/Open V1/.test(document.querySelector('.sheet-question').textContent) && /bone.*turbo/.test(document.querySelector('.sheet-question').textContent)`)
	if n := len(events(t, s.agent.url, "kind=command&device=V1")); n != 0 {
		t.Errorf("%d commands before the question was answered, want 0", n)
	}
	overlap := `(() => { const a = document.querySelector('.sheet-question [data-act=yes]').getBoundingClientRect();
		return ` + before + `.slice(0, 1).some(b => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) })()`
	if eval[bool](p, overlap) {
		t.Error("yes lies where Open was: two presses at one place open the valve")
	}
	p.click("#line-sheet [data-act=no]")
	p.sees("no question any more", `document.querySelector('.sheet-question').hidden`)
	p.click("#line-sheet [data-act=open]")
	p.click("#line-sheet [data-act=yes]")
	p.sees("V1 open", part("V1")+`.dataset.state === 'open' && document.querySelector('#line-sheet .state').textContent === 'open'`)
	p.sees("a bone that is pumped by the turbo", part("bone")+`.dataset.shade === 'pumped' && /pumped by turbo/.test(`+part("bone")+`.getAttribute('aria-label'))`)
	p.sees("who opened it", `/Opened by e2e/.test(document.querySelector('.sheet-tables').textContent) && /Travel time/.test(document.querySelector('.sheet-tables').textContent)`)
	if after := eval[string](p, box); after != before {
		t.Errorf("the buttons moved from %s to %s", before, after)
	}
	p.click("#line-sheet [data-act=close]")
	p.sees("V1 closed at once, unasked", part("V1")+`.dataset.state === 'closed'`)
	p.sees("the bone static again, and no rate of rise yet", part("bone")+`.dataset.shade === 'static' && /not yet/.test(`+part("bone")+`.getAttribute('aria-label'))`)
	p.click("#line-sheet [data-act=lock]")
	p.typed("#dialog-ask input[name=reason]", "cleaning")
	p.click("#dialog-ask [data-act=confirm]")
	p.sees("the lock beside the valve", part("V1")+`.querySelector('.padlock') && /locked by e2e/.test(`+part("V1")+`.textContent)`)
	p.click("#line-sheet [data-act=unlock]")
	p.click("#dialog-confirm [data-act=confirm]")
	p.sees("no lock", `!`+part("V1")+`.querySelector('.padlock')`)
	p.click("#line-sheet .sheet-close")
	p.sees("the sheet of nothing", `!document.querySelector('#line-sheet').dataset.chosen`)
	p.noLineError()
}

// A valve that may not open says why before anybody presses, with the present value of each condition.
func (s *stage) lineReasons(t *testing.T) {
	p := s.browse(t, s.agent.url+"/#/line", 1440, 900).unlock()
	s.move(t, "V2", "open", 1)
	p.press("V6")
	p.sees("why V6 may not open", `/May not open: V2 is open and must be closed/.test(document.querySelector('#line-sheet .why').textContent)`)
	p.sees("a button that says so", `document.querySelector('#line-sheet [data-act=open]').getAttribute('aria-disabled') === 'true'`)
	p.sees("the conditions, the failing one marked", `(rows => rows.some(r => r.textContent.startsWith('V1 verified closed') && r.dataset.good === 'yes') && rows.some(r => r.textContent.startsWith('V2 verified closed') && r.dataset.good === 'no'))([...document.querySelectorAll('.sheet-table tr')])`)
	p.sees("the rule with what it looks at", `/rule bone pressure.*ion1.ig = /.test(document.querySelector('.sheet-tables').textContent)`)
	p.sees("a name for who cannot see it", part("V6")+`.getAttribute('aria-label') === 'V6, bone to spectrometer, closed, verified, may not open'`)
	p.run(chromedp.Evaluate[chromedp.Void](`document.querySelector('#line-sheet [data-act=open]').click()`))
	if eval[bool](p, `!document.querySelector('.sheet-question').hidden`) || len(events(t, s.agent.url, "kind=command&device=V6")) != 0 {
		t.Error("a refused button asks or commands")
	}
	s.move(t, "V2", "open", 0)
	p.sees("that V6 may open", `document.querySelector('#line-sheet .why').textContent === 'May open.'`)
	p.press("bottle")
	p.sees("a valve that nobody has reported", `document.querySelector('#line-sheet .state').textContent === 'not known' && `+part("bottle")+`.dataset.state === 'unknown'`)
	p.noLineError()
}

// Everything is reached and used without a mouse.
func (s *stage) lineKeyboard(t *testing.T) {
	p := s.browse(t, s.agent.url+"/#/line", 1440, 900).unlock()
	p.sees("the drawing", part("V4"))
	p.run(chromedp.Evaluate[chromedp.Void](part("V4") + `.focus()`))
	for _, step := range []struct{ key, to string }{{kb.ArrowUp, "V3"}, {kb.ArrowUp, "bottle"}, {kb.ArrowDown, "V3"}, {kb.ArrowDown, "V4"}, {kb.ArrowDown, "V5"}, {kb.ArrowRight, "V1"}, {kb.ArrowUp, "V6"}, {kb.ArrowLeft, "V1"}, {kb.ArrowLeft, "V5"}, {kb.ArrowLeft, "V2"}, {kb.ArrowDown, "V5"}} {
		p.keys(step.key)
		if at := eval[string](p, `document.activeElement.dataset.part ?? ''`); at != step.to {
			t.Fatalf("an arrow led to %q, want %s", at, step.to)
		}
	}
	p.keys(kb.Enter)
	p.sees("the sheet of V5 with its first button", `document.querySelector('#line-sheet').dataset.chosen === 'V5' && document.activeElement.dataset.act === 'open'`)
	p.keys(kb.Enter)
	p.sees("the question, and No under the finger", `document.activeElement.dataset.act === 'no'`)
	p.keys(kb.Tab)
	p.keys(kb.Enter)
	p.sees("V5 open", part("V5")+`.dataset.state === 'open'`)
	p.keys(kb.Tab + kb.Enter)
	p.sees("V5 closed", part("V5")+`.dataset.state === 'closed'`)
	p.keys(kb.Escape)
	p.sees("the drawing again", `!document.querySelector('#line-sheet').dataset.chosen && document.activeElement.dataset.part === 'V5'`)
	stops := eval[int](p, `document.querySelectorAll('[data-line-valve][tabindex="0"]').length`)
	if stops != 1 {
		t.Errorf("%d valves are stops of Tab, want 1: arrows go between them", stops)
	}
	p.noLineError()
}

// On a phone the drawing is a map, and the valves are large buttons below it.
func (s *stage) linePhone(t *testing.T) {
	p := s.open(t, 390, 844)
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	p.navigate(s.agent.url + "/#/line")
	p.live()
	p.sees("the valves below the map", `document.querySelectorAll('[data-list-valve]').length >= 7`)
	if h := eval[float64](p, `Math.min(...[...document.querySelectorAll('[data-list-valve]')].map(b => b.getBoundingClientRect().height))`); h < 52 {
		t.Errorf("the lowest button is %g px high, want 52", h)
	}
	if eval[bool](p, `document.documentElement.scrollWidth > 390`) {
		t.Error("the page is wider than the phone")
	}
	if eval[bool](p, `[...document.querySelectorAll('.line-drawing text')].some(t => t.getClientRects().length && !t.classList.contains('ask'))`) {
		t.Error("there are words on the map")
	}
	p.screenshot("line-phone.png")
	p.click("[data-list-valve=V1]")
	p.sees("the sheet from below", `(b => b.bottom <= 845 && b.top > 180 && b.height > 184)(document.querySelector('#line-sheet').getBoundingClientRect())`)
	p.screenshot("line-phone-sheet.png")
	p.keys(kb.Escape)
	p.sees("no sheet", `getComputedStyle(document.querySelector('#line-sheet')).display === 'none'`)
	p.noLineError()
}

// The viewer draws the line of its agent and commands nothing.
func (s *stage) lineViewer(t *testing.T) {
	p := s.browse(t, s.viewer+"/#/line?source="+s.source, 1440, 900).live()
	p.sees("V1 closed", part("V1")+`.dataset.state === 'closed'`)
	s.move(t, "V1", "open", 1)
	p.sees("V1 open, and the bone pumped", part("V1")+`.dataset.state === 'open' && `+part("bone")+`.dataset.shade === 'pumped'`)
	s.move(t, "V1", "open", 0)
	p.sees("V1 closed again", part("V1")+`.dataset.state === 'closed' && `+part("bone")+`.dataset.shade === 'static'`)
	p.sees("a scroll that runs by a condition, as the agent says", `!/not known|stopped/.test(`+part("scroll")+`.getAttribute('aria-label')) && `+part("scroll")+`.dataset.runs === 'running'`)
	eventually(t, 20*time.Second, "the regions of the agent at the viewer", func() error { // one may have heard of a valve or a pressure sooner
		there, here := drawnAt(t, s.agent.url), drawnAt(t, s.viewer)
		if there != here {
			return fmt.Errorf("%s, at the agent %s", here, there)
		}
		return nil
	})
	p.sees("for how long the bone is static, and its rise, not yet", `/static \d+ s/.test(`+part("bone")+`.getAttribute('aria-label')) && /rise: not yet/.test(`+part("bone")+`.getAttribute('aria-label'))`)
	eventually(t, 20*time.Second, "the times of the agent at the viewer", func() error {
		there, here := lastingAt(t, s.agent.url), lastingAt(t, s.viewer)
		for name, since := range there {
			if at, known := here[name]; !known || math.Abs(at-since) > 3 {
				return fmt.Errorf("%s for %g s, at the agent %g", name, at, since)
			}
		}
		return nil
	})
	p.press("V1")
	p.sees("no way to command", `document.querySelector('.sheet-standing .sheet-buttons').hidden && /at the agent/.test(document.querySelector('#line-sheet .why').textContent)`)
	p.sees("a link to the agent", `document.querySelector('.sheet-agent').href.startsWith('http')`)
	p.noLineError()
}

// drawnAt is what a drawing says of regions, valves and pumps, but for how long it has been so and how fast pressures rise.
func drawnAt(t *testing.T, url string) string {
	t.Helper()
	text, err := fetch(url + "/status")
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Drawings []struct {
			Regions       []map[string]any
			Valves, Pumps any
		}
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil || len(s.Drawings) != 1 {
		t.Fatalf("%d drawings, %v", len(s.Drawings), err)
	}
	d := s.Drawings[0]
	for _, r := range d.Regions {
		for _, only := range []string{"since", "at_least", "undated", "rises"} {
			delete(r, only)
		}
	}
	return fmt.Sprint(d) // maps are printed in order
}

// lastingAt is for how long each region has been as it is, of those of which that is known.
func lastingAt(t *testing.T, url string) map[string]float64 {
	t.Helper()
	text, err := fetch(url + "/status")
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Drawings []struct {
			Regions []struct {
				Name, Condition string
				Since           float64
				Undated         bool
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil || len(s.Drawings) != 1 {
		t.Fatalf("%d drawings, %v", len(s.Drawings), err)
	}
	all := map[string]float64{}
	for _, r := range s.Drawings[0].Regions {
		if !r.Undated {
			all[r.Name+", "+r.Condition] = r.Since
		}
	}
	return all
}

// linePictures keeps what the view looks like, light and dark.
func (s *stage) linePictures(t *testing.T) {
	s.move(t, "V1", "open", 1)
	s.move(t, "bottle", "open", 1)
	for _, scheme := range []string{"light", "dark"} {
		p := s.open(t, 1440, 900)
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		p.navigate(s.agent.url + "/#/line")
		p.unlock()
		p.sees("the line", part("bone")+`.dataset.shade === 'pumped'`)
		p.press("V6")
		p.sees("its sheet", `document.querySelector('.sheet-tables tr')`)
		p.screenshot("line-" + scheme + ".png")
	}
	p := s.browse(t, s.agent.url+"/#/line", 1280, 720).live()
	p.sees("the line", part("bone")+`.dataset.shade === 'pumped'`)
	if size := eval[float64](p, `Math.min(...[...document.querySelectorAll('.line-drawing text')].filter(t => t.getClientRects().length && t.textContent).map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))`); size < 11.9 {
		t.Errorf("the smallest text of the drawing is %.1f px at 1280x720, want 12", size)
	}
	p.screenshot("line-small.png")
	s.move(t, "V1", "open", 0)
}

// mutedBox is a valve box of one valve that can be made to say nothing.
type mutedBox struct {
	address string
	mute    atomic.Bool
}

func startMutedBox(t *testing.T) *mutedBox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b := &mutedBox{address: l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go b.answer(c)
		}
	}()
	return b
}

func (b *mutedBox) answer(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadString('\r')
		if err != nil {
			return
		}
		if strings.HasPrefix(line, "A?") && !b.mute.Load() {
			fmt.Fprint(c, "0\r")
		}
	}
}

// A valve whose box falls silent is not known: on the drawing, in the list, and for what it bounds; and known again when the box is back.
func TestSilentBoxIsNotKnown(t *testing.T) {
	box := startMutedBox(t)
	agent := startConfig(t, map[string]any{
		"agent": map[string]any{"name": "line1", "units": "torr"},
		"devices": []any{map[string]any{"name": "box", "model": "ascii", "family": "valve", "port": "tcp://" + box.address, "every": "200ms", "stale_after": "1s",
			"options": map[string]any{"reads": []any{map[string]any{"name": "open", "send": "A?"}},
				"vectors": []any{map[string]any{"send": "A?\r", "reply": "0\r", "reads": map[string]any{"open": 0}}}}}},
		"drawing": map[string]any{
			"volumes": []any{map[string]any{"name": "line"}, map[string]any{"name": "trap"}, map[string]any{"name": "bottle", "gas": true}},
			"valves":  []any{map[string]any{"valve": "box", "joins": []any{"line", "trap"}}},
			"pipes":   []any{map[string]any{"ends": []any{"line", "bottle"}}},
		},
	})
	p := startChromium(t).browse(t, agent.url+"/#/line", 1440, 900).live()
	p.sees("a valve that is closed, and a trap behind it", part("box")+`.dataset.state === 'closed' && `+part("trap")+`.dataset.shade === 'static'`)
	box.mute.Store(true)
	p.sees("a valve that is not known", part("box")+`.dataset.state === 'unknown' && `+part("box")+`.querySelector('.ask')`)
	p.sees("a trap of which nobody knows what it holds, and a line with gas all the same", part("trap")+`.dataset.shade === 'unknown' && `+part("line")+`.dataset.shade === 'gas'`)
	p.press("box")
	p.sees("that it is not known in the sheet, too", `document.querySelector('#line-sheet .state').textContent === 'not known' && document.querySelector('[data-list-valve=box]').textContent.includes('not known')`)
	box.mute.Store(false)
	p.sees("a valve that is known again", part("box")+`.dataset.state === 'closed' && `+part("trap")+`.dataset.shade === 'static'`)
	p.noLineError()
}
