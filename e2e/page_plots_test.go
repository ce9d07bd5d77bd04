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
	t.Run("event in the lane", s.mark)
	t.Run("views", s.savedViews)
	t.Run("compared", s.compared)
	t.Run("runs", s.runBands)
	t.Run("as the ring", s.asTheRing)
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
		p.sees("pressures at first", `document.querySelectorAll('#plot-legend .entry').length >= 3 && document.querySelector('#plot-chart').dataset.units === 'Torr'`)
		p.click("#plot-picker > summary")
		p.sees("series to choose", `document.querySelectorAll('#plot-picker input[type=checkbox]').length > 5`)
		p.click(box("laser.power"))
		p.sees("another axis for another unit", `document.querySelector('#plot-chart').dataset.units === 'Torr|%'`)
		p.sees("the choice in the address bar", `location.hash.includes('laser.power')`)
		p.click(box("laser.power"))
		p.sees("one axis less", `document.querySelector('#plot-chart').dataset.units === 'Torr'`)
		p.typed("#plot-picker input[type=search]", "laser")
		p.sees("only series that were searched", `[...document.querySelectorAll('#plot-picker label')].filter(l => l.offsetParent).every(l => /laser|power|enabled/i.test(l.closest('fieldset').textContent))`)
		p.typed("#plot-picker input[type=search]", "")
		p.click(box("V1.open"))
		p.sees("a valve as a bar, not as a curve", `document.querySelector('#plot-chart').dataset.bars.split('|').includes('V1') && ![...document.querySelectorAll('#plot-legend .entry')].some(e => e.dataset.series.endsWith('V1.open'))`)
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
		p.sees("the value at the cursor", `!document.querySelector('#plot-cursor').hidden && document.querySelector('#plot-cursor .at').title.endsWith('UTC')`)
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
		p.sees("present values", `(all => all.length === 2 && all.every(b => /\d/.test(b.textContent)))([...document.querySelectorAll('#plot-legend b')])`)
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

// mark finds the opening of V1 in the lane of events, and as a bar.
func (s *stage) mark(t *testing.T) {
	at := time.Now()
	s.move(t, "V1", "open", 1)
	s.move(t, "V1", "open", 0)
	params := s.pressure()
	params.Set("since", at.Add(-10*time.Second).UTC().Format(time.RFC3339Nano))
	params.Set("until", at.Add(10*time.Second).UTC().Format(time.RFC3339Nano))
	s.both(t, "plots", params, func(t *testing.T, p *page) {
		p.sees("two moves marked", `Number(document.querySelector('#plot-chart').dataset.marks) >= 2`)
		p.sees("V1 as a bar", `document.querySelector('#plot-chart').dataset.bars.split('|').includes('V1')`)
		b := p.box("#plot-chart .u-over")
		for i := range 100 { // the mark of the opening is somewhere right of the middle
			if i == 99 {
				p.screenshot("failed-mark.png")
				t.Fatal("no event in the lane could be clicked")
			}
			p.run(chromedp.MouseClickXY(b.Left+b.Width*(0.49+0.003*float64(i)), b.Top+b.Height-10))
			if eval[bool](p, `document.querySelector('#dialog-event, #dialog-marks') !== null`) {
				break
			}
		}
		if eval[bool](p, `document.querySelector('#dialog-marks') !== null`) { // what stands close together is a list
			p.run(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('#dialog-marks li button')].find(b => b.textContent.includes('V1')).click()`))
		}
		p.sees("the opening of V1", `(d => d.querySelector('[data-field=device]').textContent === 'V1' && d.querySelector('[data-field=kind]').textContent === 'state')(document.querySelector('#dialog-event'))`)
	})
}

// savedViews saves what is shown under a name, goes elsewhere and comes back.
func (s *stage) savedViews(t *testing.T) {
	s.both(t, "plots", url.Values{"s": {s.key("ion1.ig")}, "range": {"300"}}, func(t *testing.T, p *page) {
		p.click("#plot-save")
		p.typed("#dialog-ask input[name=name]", "Extraction")
		p.click("#dialog-ask [data-act=confirm]")
		p.sees("the view by its name", `document.querySelector('[data-view="Extraction"]').getAttribute('aria-pressed') === 'true'`)
		p.typed("#plot-range", "3600")
		p.sees("another range", `location.hash.includes('range=3600') && document.querySelector('[data-view="Extraction"]').getAttribute('aria-pressed') === 'false'`)
		p.click(`[data-view="Extraction"]`)
		p.sees("the view again", `location.hash.includes('range=300') && location.hash.includes('ion1.ig')`)
	})
}

// compared lays another time over the plot, in the address and read by the cursor.
func (s *stage) compared(t *testing.T) {
	params := s.pressure()
	params.Set("compare", "20")
	params.Set("range", "60")
	s.both(t, "plots", params, func(t *testing.T, p *page) {
		p.sees("the other time at its curve's end", `[...document.querySelectorAll('#plot-legend .entry')].some(e => e.dataset.series.startsWith('compare:') && /20 s before/.test(e.textContent))`)
		p.sees("its value", `/\d/.test(document.querySelector('#plot-legend .entry[data-series^="compare:"] b').textContent)`)
		b := p.box("#plot-chart .u-over")
		p.run(chromedp.MouseEvent(chromedp.MouseMoved, b.Left+b.Width*0.9, b.Top+b.Height/3))
		p.sees("both at the cursor", `[...document.querySelectorAll('#plot-cursor .line b')].filter(b => /\d/.test(b.textContent)).length === 2`)
		p.click("#plot-csv")
		table, err := csv.NewReader(bytes.NewReader(p.download(".csv"))).ReadAll()
		if err != nil || !strings.Contains(strings.Join(table[0], "|"), "20 s before, ion1.ig mean") {
			t.Errorf("the table is %v, %v: want the comparison in it, for it is shown", table[0], err)
		}
	})
}

// runBands shows a run that was posted above the panels.
func (s *stage) runBands(t *testing.T) {
	s.post(t, `{"event_type":"counter","metric_name":"run_started","value":1,"labels":{"queue":"q","run_id":"66573-01A"}}`+"\n"+
		`{"event_type":"counter","metric_name":"extraction_started","value":1,"labels":{"queue":"q","run_id":"66573-01A"}}`)
	s.both(t, "plots", s.pressure(), func(t *testing.T, p *page) {
		p.sees("the run to compare with", `(s => (s.dispatchEvent(new Event('focus')), [...s.options].some(o => o.value.startsWith('run:') && o.textContent.includes('66573-01A'))))(document.querySelector('#plot-compare'))`)
		p.sees("the run and its phase above the panels", `document.querySelector('#plot-chart').dataset.runs === '66573-01A: extraction'`)
	})
}
