//go:build e2e

package e2e

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"image/png"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// plots is feature 4.
func (s *stage) plots(t *testing.T) {
	t.Run("ranges", s.ranges)
	t.Run("axes", s.axes)
	t.Run("pause", s.pause)
	t.Run("zoom", s.zoom)
	t.Run("saved", s.saved)
	t.Run("event on the curve", s.mark)
	t.Run("gap", s.gap)
}

// key is a point as the page names it.
func (s *stage) key(point string) string { return s.source + "/" + point }

func (s *stage) pressure() url.Values { return url.Values{"s": {s.key("ion1.ig")}} }

func (s *stage) ranges(t *testing.T) {
	s.both(t, "plots", s.pressure(), func(t *testing.T, p *page) {
		p.sees("a chart", `document.querySelector('#plot-chart canvas')`)
		for _, seconds := range []int{60, 300, 600, 1800, 3600, 21600, 86400, 604800, 2592000} {
			p.typed("#plot-range", strconv.Itoa(seconds))
			p.sees(fmt.Sprintf("a range of %d s", seconds), fmt.Sprintf(`location.hash.includes('range=%d') || %d === 600`, seconds, seconds))
			p.sees("its limits", fmt.Sprintf(`Math.abs((new Date(document.querySelector('#plot-until').value) - new Date(document.querySelector('#plot-since').value)) / 1000 - %d) < 3700`, seconds))
		}
		p.typed("#plot-range", "600")
		p.sees("a present value", `/\d/.test(document.querySelector('#plot-legend b').textContent)`)
	})
}

func (s *stage) axes(t *testing.T) {
	s.both(t, "plots", nil, func(t *testing.T, p *page) {
		box := func(point string) string { return fmt.Sprintf(`#plot-picker input[value=%q]`, s.key(point)) }
		p.sees("series to choose", `document.querySelectorAll('#plot-picker input[type=checkbox]').length > 5`)
		p.sees("pressures at first", `document.querySelectorAll('#plot-legend .entry').length >= 3`)
		axes := eval[int](p, `document.querySelectorAll('#plot-chart .u-axis').length`)
		p.click(box("laser.power"))
		p.sees("another axis for another unit", fmt.Sprintf(`document.querySelectorAll('#plot-chart .u-axis').length === %d`, axes+1))
		p.sees("the choice in the address bar", `location.hash.includes('laser.power')`)
		p.click(box("laser.power"))
		p.sees("one axis less", fmt.Sprintf(`document.querySelectorAll('#plot-chart .u-axis').length === %d`, axes))
		p.typed("#plot-picker input[type=search]", "laser")
		p.sees("only series that were searched", `[...document.querySelectorAll('#plot-picker label')].filter(l => l.offsetParent).every(l => /laser|power|enabled/i.test(l.closest('fieldset').textContent))`)
	})
}

func (s *stage) pause(t *testing.T) {
	s.both(t, "plots", s.pressure(), func(t *testing.T, p *page) {
		p.click("#plot-pause")
		p.sees("that it stands still", `document.querySelector('#plot-pause').textContent === 'resume'`)
		before := eval[string](p, `document.querySelector('#plot-until').value`)
		time.Sleep(2200 * time.Millisecond)
		if after := eval[string](p, `document.querySelector('#plot-until').value`); after != before {
			t.Errorf("a paused plot went from %s to %s", before, after)
		}
		p.click("#plot-pause")
		p.sees("that it goes on", fmt.Sprintf(`document.querySelector('#plot-until').value > %q`, before))
	})
}

// box is a rectangle on the page.
type box struct{ Left, Top, Width, Height float64 }

func (p *page) box(selector string) (b box) {
	p.t.Helper()
	p.sees("something at "+selector, fmt.Sprintf(`document.querySelector(%q)`, selector))
	return eval[box](p, fmt.Sprintf(`(r => ({Left: r.left, Top: r.top, Width: r.width, Height: r.height}))(document.querySelector(%q).getBoundingClientRect())`, selector))
}

func (s *stage) zoom(t *testing.T) {
	s.both(t, "plots", s.pressure(), func(t *testing.T, p *page) {
		b := p.box("#plot-chart .u-over")
		y := b.Top + b.Height/2
		p.run(chromedp.MouseEvent(chromedp.MouseMoved, b.Left+b.Width*0.5, y))
		p.sees("the value at the cursor", `document.querySelector('#plot-legend').dataset.cursor === 'yes' && document.querySelector('#plot-legend .at').title.endsWith('UTC')`)
		p.run(chromedp.MouseEvent(chromedp.MousePressed, b.Left+b.Width*0.5, y, chromedp.ButtonType(input.MouseButtonLeft), chromedp.ClickCount(1)),
			chromedp.MouseEvent(chromedp.MouseMoved, b.Left+b.Width*0.6, y, chromedp.ButtonType(input.MouseButtonLeft)),
			chromedp.MouseEvent(chromedp.MouseMoved, b.Left+b.Width*0.75, y, chromedp.ButtonType(input.MouseButtonLeft)),
			chromedp.MouseEvent(chromedp.MouseReleased, b.Left+b.Width*0.75, y, chromedp.ButtonType(input.MouseButtonLeft), chromedp.ClickCount(1)))
		p.sees("a quarter of ten minutes, in the address bar", `(q => Math.abs((new Date(q.get('until')) - new Date(q.get('since'))) / 1000 - 150) < 20)(new URLSearchParams(location.hash.split('?')[1]))`)
		p.click("#plot-reset")
		p.sees("the present again", `!location.hash.includes('since=') && document.querySelector('#plot-reset').hidden`)
	})
}

func (s *stage) saved(t *testing.T) {
	s.both(t, "plots", url.Values{"s": {s.key("ion1.ig") + "," + s.key("ion1.cg")}, "range": {"300"}}, func(t *testing.T, p *page) {
		p.sees("present values", `[...document.querySelectorAll('#plot-legend b')].every(b => /\d/.test(b.textContent))`)
		p.click("#plot-csv")
		table, err := csv.NewReader(bytes.NewReader(p.download(".csv"))).ReadAll()
		if err != nil || len(table) < 5 {
			t.Fatalf("the plot as CSV: %d rows, %v", len(table), err)
		}
		if head := strings.Join(table[0], "|"); !strings.HasPrefix(head, "Timestamp|Epoch|ion1.ig mean [Torr]|ion1.ig min [Torr]|ion1.ig max [Torr]|ion1.cg mean") {
			t.Errorf("head %s", head)
		}
		numbers := 0
		for _, row := range table[1:] {
			if at, err := time.Parse(time.RFC3339, row[0]); err != nil || time.Since(at) > 310*time.Second || time.Since(at) < -5*time.Second {
				t.Fatalf("time %q of a plot of 5 minutes: %v", row[0], err)
			}
			if v, err := strconv.ParseFloat(row[2], 64); err == nil && v > 1e-12 && v < 1e3 {
				numbers++
			}
		}
		if numbers < 5 {
			t.Errorf("%d pressures in %d rows", numbers, len(table)-1)
		}
		p.click("#plot-png")
		picture, err := png.Decode(bytes.NewReader(p.download(".png")))
		if err != nil {
			t.Fatal(err)
		}
		if b := picture.Bounds(); b.Dx() < 600 || b.Dy() < 300 {
			t.Errorf("the plot as PNG is %v", b)
		}
		colours := map[any]bool{}
		for y := 0; y < picture.Bounds().Dy(); y += 3 {
			for x := 0; x < picture.Bounds().Dx(); x += 3 {
				colours[picture.At(x, y)] = true
			}
		}
		if len(colours) < 10 {
			t.Errorf("the plot as PNG has %d colours: it is empty", len(colours))
		}
	})
}

func (s *stage) mark(t *testing.T) {
	at := time.Now()
	s.move(t, "V1", "open", 1)
	s.move(t, "V1", "open", 0)
	params := s.pressure()
	params.Set("since", at.Add(-10*time.Second).UTC().Format(time.RFC3339Nano))
	params.Set("until", at.Add(10*time.Second).UTC().Format(time.RFC3339Nano))
	s.both(t, "plots", params, func(t *testing.T, p *page) {
		b := p.box("#plot-chart .u-over")
		time.Sleep(1500 * time.Millisecond) // what happened is drawn with the next status
		for i := range 100 {                // the dashed line of the opening is somewhere right of the middle
			if i == 99 {
				p.screenshot("failed-mark.png")
				t.Fatal("no event on the curve could be clicked")
			}
			p.run(chromedp.MouseClickXY(b.Left+b.Width*(0.49+0.003*float64(i)), b.Top+b.Height/2))
			if eval[bool](p, `document.querySelector('#dialog-event') !== null`) {
				break
			}
		}
		p.sees("the opening of V1", `(d => d.querySelector('[data-field=device]').textContent === 'V1' && d.querySelector('[data-field=kind]').textContent === 'state')(document.querySelector('#dialog-event'))`)
	})
}

// grey is how much of the plot is drawn in the colour of gaps.
const grey = `(() => { const c = document.querySelector('#plot-chart canvas'), probe = document.createElement('span'); document.body.append(probe);
	probe.style.color = 'var(--gap)'; const want = getComputedStyle(probe).color.match(/\d+/g).map(Number); probe.remove();
	const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
	for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255 && d[i] === want[0] && d[i + 1] === want[1] && d[i + 2] === want[2]) n++;
	return n / (c.width * c.height) })()`

func (s *stage) gap(t *testing.T) {
	params := s.pressure()
	params.Set("range", "60")
	p := s.browse(t, s.agent.url+"/#/plots?"+params.Encode(), 1500, 1000).live()
	time.Sleep(2 * time.Second) // some numbers before the gap
	if before := eval[float64](p, grey); before > 0.02 {
		t.Skipf("already %g of the plot is a gap", before)
	}
	s.agent.Process.Signal(syscall.SIGSTOP)
	defer s.agent.Process.Signal(syscall.SIGCONT)
	p.sees("no connection since", `!document.querySelector('#lost').hidden`)
	time.Sleep(3 * time.Second)
	s.agent.Process.Signal(syscall.SIGCONT)
	p.live()
	p.sees("the gap, grey", grey+` > 0.03`)
	p.screenshot("gap.png")
}
