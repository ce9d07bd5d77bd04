//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
)

// frames keeps the time between the page's frames, in milliseconds.
const frames = `(() => { window.frames_ms = []; let last = performance.now();
	const step = now => { if (!window.frames_held) frames_ms.push(now - last); last = now; requestAnimationFrame(step) }; requestAnimationFrame(step) })()`

// TestFlood brings 200 events a second for EDGE_E2E_FLOOD (60 s unless told): the page goes on drawing, and its heap stays.
func TestFlood(t *testing.T) {
	long := time.Minute
	if text := os.Getenv("EDGE_E2E_FLOOD"); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	s := &stage{agent: startAgent(t, ""), chromium: startChromium(t)}
	p := s.browse(t, s.agent.url+"/#/events", 1500, 1000).live()
	batch := strings.Repeat(`{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"queue":"flood"},"status":"success"}`+"\n", 20)
	flood := func(d time.Duration) (n int) {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for end := time.Now().Add(d); time.Now().Before(end); n += 20 {
			s.post(t, batch)
			<-tick.C
		}
		return n
	}
	flood(25 * time.Second) // the log fills to its limit: what comes after replaces what was
	eval[struct{}](p, frames)
	begin := s.heap(p)
	began := time.Now()
	sent := 0
	var heaps []float64
	for time.Since(began) < long {
		sent += flood(min(15*time.Second, long))
		heaps = append(heaps, s.heap(p)/1e6)
	}
	rate := float64(sent) / time.Since(began).Seconds()
	all := eval[[]float64](p, `window.frames_ms`)
	slices.Sort(all)
	at := func(q float64) float64 { return all[int(q*float64(len(all)-1))] }
	t.Logf("%.0f events/s for %s: %d frames, p50 %.1f ms, p99 %.1f ms, worst %.1f ms; heap after collection %.1f MB at first, then %.1f MB",
		rate, long, len(all), at(0.5), at(0.99), at(1), begin/1e6, heaps)
	if rate < 150 {
		t.Errorf("only %.0f events a second were brought", rate)
	}
	if at(0.99) >= 100 {
		t.Errorf("99 %% of the frames took up to %.0f ms, want less than 100", at(0.99))
	}
	if last := heaps[len(heaps)-1] * 1e6; last > 1.2*begin+3e6 {
		t.Errorf("the heap grew from %.1f to %.1f MB", begin/1e6, last/1e6)
	}
	p.sees("that it is still live", `document.querySelector('#live').dataset.state === 'live'`)
	p.sees("the newest event", fmt.Sprintf(`(Date.now() - Date.parse(%s.title.replace(' UTC', 'Z').replace(' ', 'T'))) < 20000`, `[...document.querySelectorAll('#log .row .time')].at(-1)`))
}

// heap is what the page's JavaScript holds after a collection, in bytes. The collection stops the page for some hundred milliseconds: that frame
// is the test's own, and is not kept among frames.
func (s *stage) heap(p *page) float64 {
	p.t.Helper()
	eval[bool](p, `(window.frames_held = true)`)
	call(p, heapprofiler.CollectGarbage, cdp.Empty{})
	used := call(p, runtime.GetHeapUsage, cdp.Empty{}).UsedSize
	p.awaits(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(!(window.frames_held = false)))))`)
	return used
}
