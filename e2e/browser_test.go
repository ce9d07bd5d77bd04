//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium is one running browser, whose pages share nothing with one another.
type chromium struct{ ctx context.Context }

// ownPages are features by which Chromium fills the address bar of each new window with pages of its own: their scripts take a processor for a
// tenth of a second and more, just when the page is opened.
const ownPages = "WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup,PreloadTopChromeWebUI"

// startChromium starts the distribution's Chromium without a window. It ends with the test.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := findChromium()
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("enable-precise-memory-info", true),
		chromedp.Flag("js-flags", "--expose-gc"), chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,"+ownPages))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeAll := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		closeAll()
		end()
	})
	if err := chromedp.Do(ctx); err != nil { // starts the browser: no time limit
		t.Fatal(err)
	}
	return &chromium{ctx}
}

func findChromium() (string, error) {
	for _, path := range []string{"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"} {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("chromium is not installed; `make e2e` installs the package chromium")
}

// page is one page with its own storage. An error that the page throws or writes, and a request to anything but the origin
// it came from, fail the test.
type page struct {
	t      *testing.T
	ctx    context.Context
	origin string
	saved  string // the folder of downloads
	close  func() // ends the window, its storage and its workers; the test's end does it too

	mu       sync.Mutex
	errors   []string
	requests int
}

// browse opens a page in a window of the given size.
func (c *chromium) browse(t *testing.T, url string, width, height int) *page {
	t.Helper()
	p := c.open(t, width, height)
	p.navigate(url)
	return p
}

// open opens an empty window.
func (c *chromium) open(t *testing.T, width, height int) *page {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	p := &page{t: t, ctx: ctx, saved: t.TempDir(), close: sync.OnceFunc(closeTab)}
	t.Cleanup(func() {
		p.close()
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, e := range p.errors {
			t.Errorf("the page: %s", e)
		}
		if p.requests == 0 {
			t.Error("no request of the page was seen: nothing was watched")
		}
	})
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(int64(width), int64(height)), p.keepDownloads()); err != nil {
		t.Fatal(err)
	}
	return p
}

// navigate goes to an address and watches from there on.
func (p *page) navigate(url string) {
	p.t.Helper()
	p.origin = strings.Join(strings.SplitN(url, "/", 4)[:3], "/") + "/"
	if err := chromedp.Listen(p.ctx, p.watch); err != nil {
		p.t.Fatal(err)
	}
	p.run(chromedp.Navigate(url))
}

func (p *page) keepDownloads() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		c := chromedp.FromContext(ctx)
		_, err := cdp.Call(ctx, c.Browser, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, BrowserContextID: c.BrowserContextID, DownloadPath: p.saved})
		return err
	})
}

// watch takes what the browser says of the page.
func (p *page) watch(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.errors = append(p.errors, fmt.Sprintf("threw %+v", e.ExceptionDetails))
	case *log.EventEntryAdded:
		if string(e.Entry.Source) == "security" || strings.Contains(e.Entry.Text, "Content Security Policy") {
			p.errors = append(p.errors, "broke its own policy: "+e.Entry.Text)
		}
	case *network.EventRequestWillBeSent:
		p.requests++
		url := e.Request.URL
		if !strings.HasPrefix(url, p.origin) && !strings.HasPrefix(url, "blob:"+p.origin) && !strings.HasPrefix(url, "data:") {
			p.errors = append(p.errors, "asked elsewhere: "+url)
		}
	}
}

func (p *page) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// eval runs JavaScript and gives what it results in.
func eval[T any](p *page, script string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		p.t.Fatalf("%v in %s", err, script)
	}
	return out
}

// awaits runs JavaScript that gives a promise of true, and waits for it.
func (p *page) awaits(script string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)); err != nil || !ok {
		p.t.Fatalf("%t, %v in %s", ok, err, script)
	}
}

// call sends one command of the DevTools protocol.
func call[P, R any](p *page, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	out, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, command, params) })
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// sees waits until a JavaScript expression is true.
func (p *page) sees(what, expression string) {
	p.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(() => { try { return Boolean(`+expression+`) } catch { return false } })()`))
		cancel()
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			p.screenshot("failed-" + strings.ReplaceAll(p.t.Name(), "/", "-") + ".png")
			p.t.Fatalf("the page never showed: %s (%s), %v", what, expression, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// click presses what is in sight; what is hidden cannot be pressed.
func (p *page) click(selector string) {
	p.t.Helper()
	p.sees("something to press at "+selector, fmt.Sprintf(`(e => e && e.offsetParent !== null && !e.disabled)(document.querySelector(%q))`, selector))
	p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).click()`, selector)))
}

// typed puts text in a field, or chooses it in a list, as a person does.
func (p *page) typed(selector, text string) {
	p.t.Helper()
	p.sees("a field at "+selector, fmt.Sprintf(`document.querySelector(%q)`, selector))
	p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => { const f = document.querySelector(%q); f.value = %q;
		f.dispatchEvent(new Event('input', {bubbles: true})); f.dispatchEvent(new Event('change', {bubbles: true})) })()`, selector, text)))
}

// keys presses keys as a keyboard does: a key that the page has taken for itself writes nothing.
func (p *page) keys(keys string) {
	p.t.Helper()
	for _, r := range keys {
		down, up := *kb.Encode(r)[0], *kb.Encode(r)[0]
		if unicode.IsPrint(r) && down.Text == "" && r < 0x300 {
			down.Text = string(r)
		} else if r == '\r' {
			down.Text = "\r"
		}
		up.Type = kb.KeyUp
		call(p, input.DispatchKeyEvent, down)
		call(p, input.DispatchKeyEvent, up)
	}
}

// live waits until the page shows numbers of now.
func (p *page) live() *page {
	p.t.Helper()
	p.sees("that it is live", `document.querySelector('#live').dataset.state === 'live'`)
	return p
}

// choose opens the sheet of a device.
func (p *page) choose(device string) *page {
	p.t.Helper()
	p.run(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = '#/instruments?d=%s'`, device)))
	p.sees("the sheet of "+device, fmt.Sprintf(`(e => e && e.offsetParent && e.textContent === %q)(document.querySelector('.sheet .one h2'))`, device))
	return p
}

// unchosen closes the sheet: in its place stands what happened.
func (p *page) unchosen() *page {
	p.t.Helper()
	p.run(chromedp.Evaluate[chromedp.Void](`location.hash = '#/instruments'`))
	p.sees("what happened", `document.querySelector('#recent').offsetParent`)
	return p
}

// listed opens the list of all that needs attention: the row above has room for three.
func (p *page) listed() *page {
	p.t.Helper()
	p.sees("the list of what needs attention", `(l => l && (!l.hidden || (document.querySelector('#attention-all').click(), !l.hidden)))(document.querySelector('#attention-list'))`)
	return p
}

// needs is a JavaScript list of what needs attention, in the row or in the list that listed opened.
func needs(selector string) string {
	return `[...document.querySelectorAll('#attention .item:not([hidden])` + selector + `, #attention-list:not([hidden]) .ar:not([data-past])` + selector + `')]`
}

// unlock enters the token, as a person does.
func (p *page) unlock() *page {
	p.t.Helper()
	p.live()
	p.click("#token")
	p.typed("#dialog-ask input[name=token]", token)
	p.click("#dialog-ask [data-act=confirm]")
	p.sees("the rights of the token", `document.body.dataset.rights.includes('command')`)
	return p
}

// download waits for the next file whose name ends so, and takes it away.
func (p *page) download(ending string) []byte {
	p.t.Helper()
	var data []byte
	eventually(p.t, 20*time.Second, "a download *"+ending, func() error {
		files, err := filepath.Glob(filepath.Join(p.saved, "*"+ending))
		if err != nil || len(files) == 0 {
			return errors.New("none yet")
		}
		if data, err = os.ReadFile(files[0]); err != nil || len(data) == 0 {
			return fmt.Errorf("%s is empty, %w", files[0], err)
		}
		return os.Remove(files[0])
	})
	return data
}

// picture is what the page shows, as PNG.
func (p *page) picture() []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 20*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Logf("screenshot: %v", err)
	}
	return png
}

// screenshot saves what the page shows in bin/screenshots.
func (p *page) screenshot(name string) {
	p.t.Helper()
	save(p.t, filepath.Join("../bin/screenshots", filepath.Base(name)), p.picture())
}

func save(t *testing.T, path string, data []byte) {
	t.Helper()
	if len(data) == 0 {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// focus gives an element the focus.
func focus(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(%q).focus()`, selector))
}
